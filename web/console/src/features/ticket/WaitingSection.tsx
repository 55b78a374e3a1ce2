import { Button, Textarea } from "@mantine/core";
import { postApiV1SyncCommandsByCommandIdResolution } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { dayAndTime } from "@truckroll/shared/format.ts";
import { type ReactElement } from "react";
import { take } from "../../app/api.ts";
import { useDraft } from "../../app/drafts.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { Icon } from "../../app/icons.tsx";
import { keys } from "../../app/keys.ts";
import { useMay, useZone } from "../../app/me.ts";
import type { SyncCommand } from "../../app/records.ts";
import { type ConsoleTexts, useTexts } from "../../texts.ts";
import { failureWords } from "../../app/failure-words.ts";
import { useWaitingCommands } from "./queries.ts";
import { useChange } from "./use-change.ts";
import "./waiting.css";

interface Props {
  workOrderId: string | null;
  ticketId: string;
}

/** What phones sent that could not simply be applied: kept, shown, and for a person to decide. */
export function WaitingSection({ workOrderId, ticketId }: Props): ReactElement | null {
  const { t } = useTexts();
  const { data } = useWaitingCommands(workOrderId);
  if (!data || data.length === 0) return null;
  return (
    <section className="waiting" aria-labelledby="waiting-title">
      <h3 id="waiting-title">
        <Icon name="warning" /> {t("panel.waiting", { count: data.length })}
      </h3>
      {data.map((command) => (
        <Waiting key={command.id} command={command} ticketId={ticketId} />
      ))}
    </section>
  );
}

type Named = SyncCommand & { user_name?: string; installation_name?: string };

function Waiting({ command, ticketId }: { command: Named; ticketId: string }): ReactElement {
  const texts = useTexts();
  const { t, locale } = texts;
  const zone = useZone();
  const may = useMay("sync.manage");
  const key = `panel.command.${command.type}`;
  return (
    <div className="waiting-one">
      <p>
        <strong>{command.user_name || t("word.unknown")}</strong>{" "}
        {texts.has(key) ? t(key) : t("panel.command.other")}
        <span className="quiet"> · {dayAndTime(command.occurred_at, locale, zone)}</span>
      </p>
      <p className="quiet">{whyText(command, texts)}</p>
      {command.is_skewed && <p className="quiet">{t("panel.skewed")}</p>}
      {may && <Decision command={command} ticketId={ticketId} />}
    </div>
  );
}

function whyText(command: Named, texts: ConsoleTexts): string {
  const { title } = failureWords(texts, {
    code: String(command.details.code ?? command.status),
    status: 409,
    detail: texts.t(`panel.status.${command.status}` as "panel.status.conflict"),
    errors: {},
    params: command.details,
  });
  return title;
}

/** Apply it all the same, or let it go; with a word about why. */
function Decision({ command, ticketId }: { command: Named; ticketId: string }): ReactElement {
  const { t } = useTexts();
  const [note, setNote, clear] = useDraft(`decide.${command.id}`, "");
  const decide = useChange({
    act: (resolution: "applied" | "dismissed") =>
      take(
        postApiV1SyncCommandsByCommandIdResolution({
          path: { command_id: command.id },
          body: { resolution, ...(note.trim() && { note: note.trim() }) },
        }),
      ),
    touches: [keys.waitingCommands, keys.workOrder(command.entity_id), keys.ticket(ticketId)],
    done: t("panel.decided"),
    onDone: clear,
  });
  return (
    <>
      {decide.error && <FailureNotice error={decide.error} />}
      <Textarea
        aria-label={t("panel.decisionNote")}
        placeholder={t("panel.decisionNote")}
        rows={1}
        autosize={false}
        size="xs"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <div className="section-steps">
        <Button
          size="compact-sm"
          loading={decide.isPending}
          onClick={() => decide.mutate("applied")}
        >
          {t("panel.apply")}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={decide.isPending}
          onClick={() => decide.mutate("dismissed")}
        >
          {t("panel.dismiss")}
        </Button>
      </div>
    </>
  );
}
