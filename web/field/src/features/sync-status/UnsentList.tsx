import { clockTime } from "@truckroll/shared/format.ts";
import type { CommandState, FileState } from "@truckroll/sync-client";
import { Link } from "wouter";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { sizeText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import type { WorkOrderDocument } from "../work-order/documents.ts";
import { commandWords } from "./command-words.ts";
import type { Group } from "./open-work.ts";

/** What the server has not signed for, work order by work order. */
export function UnsentList({ groups }: { groups: Group[] }) {
  const { t } = useTexts();
  if (groups.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="unsent">
      <h2 id="unsent">{t("sync.unsent")}</h2>
      {groups.map((group) => (
        <div key={group.key} className="card">
          <h3 className="group-title">
            {!group.workOrder && group.about && (
              <>
                <span className="number">#{group.about.number}</span> <bdi>{group.about.title}</bdi>
              </>
            )}
            {!group.workOrder && !group.about && t("sync.elsewhere")}
            {group.workOrder && (
              <Link href={`/work/${group.workOrder.id}`}>
                <span className="number">#{group.workOrder.doc.ticket.number}</span>{" "}
                <bdi>{group.workOrder.doc.title}</bdi>
              </Link>
            )}
          </h3>
          <ul className="lines">
            {group.commands.map((command) => (
              <CommandLine key={command.id} command={command} work={group.workOrder?.doc} />
            ))}
            {group.files.map((file) => (
              <FileLine key={file.attachmentId} file={file} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

interface CommandProps {
  command: CommandState;
  work: WorkOrderDocument | undefined;
}

function CommandLine({ command, work }: CommandProps) {
  const texts = useTexts();
  const { account } = useOpened();
  const isHere = command.status === "queued" || command.status === "sent";
  return (
    <li className="entry">
      <span className="grow" dir="auto">
        {commandWords(command, texts, work)}
      </span>
      <span className="entry-state quiet-text small number">
        {clockTime(command.at, texts.locale, work?.site.timezone ?? account.timezone)}
        <span className="entry-word">
          <Icon name={isHere ? "upload" : "clock"} size={14} />
          {texts.t(isHere ? "sync.entry.here" : "sync.entry.arrived")}
        </span>
      </span>
    </li>
  );
}

function FileLine({ file }: { file: FileState }) {
  const { t, locale } = useTexts();
  const size = sizeText(file.size, locale);
  const isSending = file.status === "sending" && file.size > 0;
  const percent = Math.floor((100 * file.sentBytes) / Math.max(1, file.size));
  return (
    <li className="stack tight">
      <div className="entry">
        <span className="grow with-icon">
          <Icon name={file.kind === "signature" ? "pen" : "camera"} size={20} />
          <span>
            {t(`sync.file.${file.kind}`)} <span className="quiet-text small">{size}</span>
          </span>
        </span>
        <span className="entry-state quiet-text small number">
          <span className="entry-word">
            {isSending ? t("sync.file.percent", { percent }) : t(`sync.file.${file.status}`)}
          </span>
        </span>
      </div>
      {isSending && (
        <progress
          className="file-progress"
          max={100}
          value={percent}
          aria-label={t(`sync.file.${file.kind}`)}
        />
      )}
    </li>
  );
}
