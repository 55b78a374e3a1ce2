import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { Empty } from "../../app/FailureNotice.tsx";
import { leaveSession } from "../../app/leaving.ts";
import type { Me } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";

/** What somebody sees who may not read tickets: why the desk is closed, and where to go instead. */
export function NotForYou({ me, onLeave }: { me: Me; onLeave: () => void }): ReactElement {
  const { t } = useTexts();
  async function leave() {
    await leaveSession();
    onLeave();
  }
  return (
    <main className="middle">
      <Empty icon="user" title={t("app.notForYou", { name: me.display_name })}>
        <span>{t("app.notForYouHint")}</span>
        <Button component="a" href="/field/">
          {t("app.toField")}
        </Button>
        <Button variant="default" onClick={() => void leave()}>
          {t("app.signOut")}
        </Button>
      </Empty>
    </main>
  );
}
