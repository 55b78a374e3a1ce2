import { clockTime } from "@truckroll/shared/format.ts";
import type { ReactElement } from "react";
import { Icon } from "../../app/icons.tsx";
import type { LiveStatus } from "../../app/live.ts";
import { useZone } from "../../app/me.ts";
import { useTexts } from "../../texts.ts";

/** Whether what is on the screen is what is so now; since when not, if not. */
export function LiveMark({ status }: { status: LiveStatus }): ReactElement {
  const { t, locale } = useTexts();
  const zone = useZone();
  const { phase, since } = status;
  const time = since === null ? "" : clockTime(new Date(since), locale, zone);
  return (
    <span className={`live live-${phase}`} role="status" title={t(`app.live.${phase}.hint`)}>
      {phase === "offline" ? <Icon name="offline" size={14} /> : <span className="live-dot" />}
      {t(`app.live.${phase}`, { time })}
    </span>
  );
}
