import type { CommandState, FileState, Row, SyncClient } from "@truckroll/sync-client";
import { Link } from "wouter";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useLive } from "../../app/live.ts";
import { useTexts } from "../../texts.ts";
import type { WorkOrderDocument } from "./documents.ts";
import { safetyOf } from "./safety.ts";

export interface Recorded {
  commands: CommandState[];
  files: FileState[];
}

/** Everything recorded on this phone for a work order: on itself, its visit and its ticket. */
export async function readRecorded(
  client: SyncClient,
  workOrder: Row<WorkOrderDocument>,
  bookingId: string | null,
): Promise<Recorded> {
  const ids = [workOrder.id, workOrder.doc.ticket_id, ...(bookingId ? [bookingId] : [])];
  const commands = await Promise.all(ids.map((id) => client.commandsOf(id)));
  return { commands: commands.flat(), files: await client.filesOf(workOrder.id) };
}

interface Props {
  workOrder: Row<WorkOrderDocument>;
  bookingId: string | null;
}

/** After the work: whether the server has signed for all of it, and what it has not. */
export function SafetyCard({ workOrder, bookingId }: Props) {
  const { t } = useTexts();
  const { client } = useOpened();
  const recorded = useLive(client, `recorded ${workOrder.id} ${bookingId}`, () =>
    readRecorded(client, workOrder, bookingId),
  );
  if (!recorded) return null;
  const safety = safetyOf(recorded.commands, recorded.files);
  if (safety.isSafe)
    return (
      <div className="note ok" role="status">
        <Icon name="check" />
        <div>
          <strong>{t("work-order.safe.title")}</strong>
          <p>{t("work-order.safe.text")}</p>
        </div>
      </div>
    );
  const { unsentEntries, unsentFiles, unconfirmed } = safety;
  const parts = [
    unsentEntries > 0 && t("work-order.unsafe.entries", { count: unsentEntries }),
    unsentFiles > 0 && t("work-order.unsafe.files", { count: unsentFiles }),
    unconfirmed > 0 && t("work-order.unsafe.unconfirmed", { count: unconfirmed }),
  ].filter((part) => part !== false);
  return (
    <div className="note warn" role="status">
      <Icon name="upload" />
      <div className="stack tight">
        <strong>{t("work-order.unsafe.title")}</strong>
        <ul>
          {parts.map((part) => (
            <li key={part}>{part}</li>
          ))}
        </ul>
        <p>{t("work-order.unsafe.text")}</p>
        <Link href="/sync">{t("work-order.unsafe.link")}</Link>
      </div>
    </div>
  );
}
