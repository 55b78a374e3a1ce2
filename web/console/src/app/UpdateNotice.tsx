import { Button } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useTexts } from "../texts.ts";
import { Icon } from "./icons.tsx";
import { useIsUpdated } from "./updates.ts";
import "./notices.css";
import "./update-notice.css";

/** Says on every screen that a newer console is there; whoever works decides when to take it. */
export function UpdateNotice(): ReactElement {
  const isUpdated = useIsUpdated();
  const [isPutOff, setPutOff] = useState(false);
  // The place is there before its words, or screen readers would not read them out.
  return (
    <div className="update-place" role="status">
      {isUpdated && !isPutOff && (
        <div className="update">
          <Updated />
          <Later onClick={() => setPutOff(true)} />
        </div>
      )}
    </div>
  );
}

/** What has happened, and the way on; drafts outlive the reload. */
export function Updated(): ReactElement {
  const { t } = useTexts();
  return (
    <div className="notice notice-new">
      <Icon name="down" />
      <div className="notice-words">
        <strong>{t("app.updated")}</strong>
        <span>{t("app.updatedHint")}</span>
        <Button size="compact-sm" onClick={() => location.reload()}>
          {t("app.reload")}
        </Button>
      </div>
    </div>
  );
}

function Later({ onClick }: { onClick: () => void }): ReactElement {
  const { t } = useTexts();
  return (
    <button
      type="button"
      className="update-later"
      aria-label={t("app.later")}
      title={t("app.later")}
      onClick={onClick}
    >
      <Icon name="close" />
    </button>
  );
}
