import { Link } from "wouter";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useLive } from "../../app/live.ts";
import { useTexts } from "../../texts.ts";
import { commandWords } from "../sync-status/command-words.ts";
import { readRecorded } from "./SafetyCard.tsx";
import type { Work } from "./WorkOrderPage.tsx";

/** What the server did not simply take over of this work; nothing of it is lost. */
export function Troubles({ work: { workOrder, booking } }: { work: Work }) {
  const texts = useTexts();
  const { client } = useOpened();
  const bookingId = booking?.id ?? null;
  const found = useLive(client, `troubles ${workOrder.id} ${bookingId}`, async () => {
    const [{ commands }, troubles] = await Promise.all([
      readRecorded(client, workOrder, bookingId),
      client.troubles(),
    ]);
    const unseen = new Set(troubles.map((command) => command.id));
    return commands.filter((command) => unseen.has(command.id));
  });
  if (!found || found.length === 0) return null;
  return (
    <div className="note bad">
      <Icon name="alert" />
      <div className="stack tight">
        <strong>{texts.t("work-order.troubles", { count: found.length })}</strong>
        <ul className="missing">
          {found.map((command) => (
            <li key={command.id}>{commandWords(command, texts, workOrder.doc)}</li>
          ))}
        </ul>
        <Link href="/sync">{texts.t("work-order.troubles.link")}</Link>
      </div>
    </div>
  );
}
