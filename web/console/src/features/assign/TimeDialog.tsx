import { Button, Modal, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, type ReactElement, useMemo, useState } from "react";
import { useNow } from "../../app/clock.ts";
import { dayOf, instantOf, wallTime } from "../../app/day.ts";
import { useEngineers, useOpenWork, useZone } from "../../app/queries.ts";
import { type Engineer, isRunning } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { conflictText } from "../timeline/conflict-text.ts";
import { type Conflict, conflictsOf, isHard } from "../timeline/conflicts.ts";
import { situationOf, useDay, workOf } from "../timeline/use-day.ts";
import type { TimeAnswer, TimeQuestion } from "./prompts.ts";

interface Props {
  question: TimeQuestion;
  answer: (answer: TimeAnswer | null) => void;
}

interface Draft {
  engineerId: string;
  /** As the field writes it, in the zone of the screen: 2026-11-23T09:30. */
  local: string;
  minutes: number;
}

const LEAST_MINUTES = 5;
const MOST_MINUTES = 24 * 60;

/** Choose engineer and time by hand; what speaks against it is shown before the server is asked. */
export function TimeDialog({ question, answer }: Props): ReactElement {
  const { t } = useTexts();
  const zone = useZone();
  const { data: engineers } = useEngineers();
  const [draft, setDraft] = useState<Draft>(() => draftOf(question, zone));
  const startsAt = instantIn(draft.local, zone);
  const isLengthFine = draft.minutes >= LEAST_MINUTES && draft.minutes <= MOST_MINUTES;
  const conflicts = useConflicts(question, draft, startsAt);
  const engineer = (engineers ?? []).find(({ id }) => id === draft.engineerId);
  const chosen = isLengthFine && engineer ? answerOf(engineer, startsAt, draft.minutes) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen) answer(chosen);
  };
  return (
    <Modal
      opened
      onClose={() => answer(null)}
      title={t("assign.chooseTitle")}
      closeButtonProps={{ "aria-label": t("word.close") }}
      centered
    >
      <form onSubmit={submit} className="assign-form">
        <p>{question.what}</p>
        <Effects effects={question.effects} />
        <Fields draft={draft} setDraft={setDraft} startsAt={startsAt} isLengthFine={isLengthFine} />
        <p className="assign-quiet">{t("assign.zoneNote", { zone })}</p>
        <Conflicts draft={draft} startsAt={startsAt} conflicts={conflicts} />
        <div className="assign-buttons">
          <Button variant="default" onClick={() => answer(null)}>
            {t("assign.cancelDialog")}
          </Button>
          <Button type="submit" disabled={chosen === null || conflicts.some(isHard)}>
            {t("assign.book")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function draftOf({ startsAt, engineerId, minutes }: TimeQuestion, zone: string): Draft {
  const at = Date.parse(startsAt);
  const local = `${dayOf(at, zone)}T${wallTime(at, zone)}`;
  return { engineerId: engineerId ?? "", local, minutes };
}

function answerOf(engineer: Engineer, startsAt: number | null, minutes: number): TimeAnswer | null {
  if (startsAt === null) return null;
  return {
    engineerId: engineer.id,
    engineerName: engineer.name,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + minutes * 60_000).toISOString(),
    reason: "",
  };
}

interface FieldProps {
  draft: Draft;
  setDraft: (draft: Draft) => void;
  startsAt: number | null;
  isLengthFine: boolean;
}

function Fields({ draft, setDraft, startsAt, isLengthFine }: FieldProps): ReactElement {
  const { t } = useTexts();
  const { data: engineers } = useEngineers();
  return (
    <>
      <NativeSelect
        label={t("assign.engineer")}
        required
        withAsterisk={false}
        value={draft.engineerId}
        onChange={(event) => setDraft({ ...draft, engineerId: event.currentTarget.value })}
        data={[
          { value: "", label: "—" },
          ...(engineers ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <div className="assign-pair">
        <TextInput
          data-autofocus
          type="datetime-local"
          label={t("assign.start")}
          required
          withAsterisk={false}
          step={300}
          value={draft.local}
          error={startsAt === null ? t("assign.badTime") : undefined}
          onChange={(event) => setDraft({ ...draft, local: event.currentTarget.value })}
        />
        <NumberInput
          label={t("assign.durationMinutes")}
          min={LEAST_MINUTES}
          max={MOST_MINUTES}
          step={15}
          value={draft.minutes}
          error={isLengthFine ? undefined : t("assign.badDuration")}
          onChange={(value) => setDraft({ ...draft, minutes: Number(value) })}
        />
      </div>
    </>
  );
}

function Effects({ effects }: { effects: string[] }): ReactElement | null {
  if (effects.length === 0) return null;
  return (
    <ul className="assign-effects">
      {effects.map((effect) => (
        <li key={effect}>{effect}</li>
      ))}
    </ul>
  );
}

function instantIn(local: string, zone: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(local);
  return match ? instantOf(match[1] ?? "", match[2] ?? "", zone) : null;
}

function useConflicts(question: TimeQuestion, draft: Draft, startsAt: number | null): Conflict[] {
  const zone = useZone();
  const now = useNow().getTime();
  const day = useDay(dayOf(startsAt ?? Date.parse(question.startsAt), zone));
  const needs = useNeeds(question.workOrderId);
  return useMemo(() => {
    if (startsAt === null || !draft.engineerId || day.isLoading) return [];
    const standing = day.bookings.find(
      (booking) => booking.row.work_order_id === question.workOrderId && isRunning(booking),
    );
    const endsAt = startsAt + draft.minutes * 60_000;
    const { engineerId } = draft;
    const place = { engineerId, startsAt, endsAt, bookingId: standing?.id, ...needs };
    return conflictsOf(place, situationOf(day, now));
  }, [question, draft, startsAt, day, needs, now]);
}

/** What the work itself demands of whoever goes: by when, and with which skills. */
function useNeeds(workOrderId: string) {
  const { data: open } = useOpenWork();
  return useMemo(() => {
    const row = (open ?? []).find(({ id }) => id === workOrderId);
    if (!row) return { dueAt: null, skills: [] };
    const { dueAt, skills } = workOf(row);
    return { dueAt: dueAt ? Date.parse(dueAt) : null, skills };
  }, [open, workOrderId]);
}

interface ConflictProps {
  draft: Draft;
  startsAt: number | null;
  conflicts: readonly Conflict[];
}

function Conflicts({ draft, startsAt, conflicts }: ConflictProps): ReactElement {
  const texts = useTexts();
  const zone = useZone();
  const day = useDay(dayOf(startsAt ?? Date.now(), zone));
  const isReady = draft.engineerId !== "" && startsAt !== null;
  return (
    <div className="assign-conflicts" role="status">
      {isReady && conflicts.length === 0 && (
        <span className="fact-ok">{texts.t("timeline.free")}</span>
      )}
      {conflicts.map((conflict) => (
        <span
          key={conflict.code + ("skillId" in conflict ? conflict.skillId : "")}
          className={isHard(conflict) ? "fact-bad" : "fact-warn"}
        >
          {conflictText(conflict, day, texts)}
        </span>
      ))}
    </div>
  );
}
