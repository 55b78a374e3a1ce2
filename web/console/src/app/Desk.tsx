import { type ReactElement, useState } from "react";
import { BookingDesk } from "../features/assign/BookingDesk.tsx";
import { DeskLayout } from "../features/shell/DeskLayout.tsx";
import { HelpDialog } from "../features/shell/HelpDialog.tsx";
import { NotForYou } from "../features/shell/NotForYou.tsx";
import { TopBar } from "../features/shell/TopBar.tsx";
import { useShortcuts } from "../features/shell/use-shortcuts.ts";
import { NewTicket } from "../features/tickets/NewTicket.tsx";
import { useTexts } from "../texts.ts";
import { Announcer } from "./Announcer.tsx";
import { FailureNotice } from "./FailureNotice.tsx";
import { useMe } from "./me.ts";
import type { Me } from "./records.ts";
import { useBuildWatch } from "./updates.ts";
import { useLiveFeed } from "./use-live.ts";

type Dialog = "help" | "new-ticket" | null;

/** Everything behind the sign-in: the desk, for those who may read tickets. */
export function Desk({ onLeave }: { onLeave: () => void }): ReactElement {
  const me = useMe();
  if (me.error && !me.data)
    return (
      <main className="middle">
        <FailureNotice error={me.error} onRetry={() => void me.refetch()} />
      </main>
    );
  if (!me.data) return <Opening />;
  if (!me.data.permissions.includes("tickets.read"))
    return <NotForYou me={me.data} onLeave={onLeave} />;
  return <OpenDesk me={me.data} onLeave={onLeave} />;
}

function Opening(): ReactElement {
  const { t } = useTexts();
  return (
    <main className="middle" aria-busy="true">
      <p className="quiet">{t("word.loading")}</p>
    </main>
  );
}

/** The dispatcher's desk. */
function OpenDesk({ me, onLeave }: { me: Me; onLeave: () => void }): ReactElement {
  const { t } = useTexts();
  const { isReady, status } = useLiveFeed();
  useBuildWatch(status.phase);
  const [dialog, setDialog] = useState<Dialog>(null);
  useShortcuts({ onHelp: () => setDialog("help"), onNewTicket: () => setDialog("new-ticket") });
  if (!isReady) return <Opening />;
  return (
    <div className="desk">
      <a className="skip" href="#list">
        {t("app.skipToList")}
      </a>
      <a className="skip" href="#panel">
        {t("app.skipToTicket")}
      </a>
      <TopBar
        me={me}
        status={status}
        onLeave={onLeave}
        onHelp={() => setDialog("help")}
        onNewTicket={() => setDialog("new-ticket")}
      />
      <DeskLayout onNewTicket={() => setDialog("new-ticket")} />
      <BookingDesk />
      <Announcer />
      <HelpDialog opened={dialog === "help"} onClose={() => setDialog(null)} />
      <NewTicket opened={dialog === "new-ticket"} onClose={() => setDialog(null)} />
    </div>
  );
}
