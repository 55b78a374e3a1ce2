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
import { useTexts } from "../../texts.ts";
import { failureWords } from "../../app/failure-words.ts";
import { useWaitingCommands } from "./queries.ts";
import { useChange } from "./use-change.ts";

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
  const key = `panel.command.${command.type}`;
  const code = String(command.details.code ?? command.status);
  const why = failureWords(texts, {
    code,
    status: 409,
    detail: t(`panel.status.${command.status}` as "panel.status.conflict"),
    errors: {},
    params: command.details,
  });
  return (
    <div className="waiting-one">
      <p>
        <strong>{command.user_name || t("word.unknown")}</strong>{" "}
        {texts.has(key) ? t(key) : t("panel.command.other")}
        <span className="quiet"> · {dayAndTime(command.occurred_at, locale, zone)}</span>
      </p>
      <p className="quiet">{why.title}</p>
      {command.is_skewed && <p className="quiet">{t("panel.skewed")}</p>}
      {decide.error && <FailureNotice error={decide.error} />}
      {may && (
        <>
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
      )}
    </div>
  );
}
