import type { ReactElement } from "react";
import { useTexts } from "../texts.ts";
import { useNow } from "./clock.ts";
import { Icon } from "./icons.tsx";
import { useZone } from "./me.ts";
import type { BookingState, Priority, TicketState, WorkOrderState } from "./records.ts";
import { ageText, dueWords } from "./words.ts";
import "./marks.css";

export function PriorityMark({ priority }: { priority: Priority }): ReactElement {
  const { t } = useTexts();
  return (
    <span className={`mark priority-${priority}`}>
      <Icon name={priority} size={14} />
      {t(`word.priority.${priority}`)}
    </span>
  );
}

const TICKET_TONES: Record<TicketState, string> = {
  open: "tone-quiet",
  in_progress: "tone-brand",
  resolved: "tone-ok",
  closed: "tone-quiet",
  cancelled: "tone-quiet",
};

export function TicketStateMark({ state }: { state: TicketState }): ReactElement {
  const { t } = useTexts();
  return <span className={`mark pill ${TICKET_TONES[state]}`}>{t(`word.ticket.${state}`)}</span>;
}

const WORK_TONES: Record<WorkOrderState, string> = {
  draft: "tone-quiet",
  ready: "tone-warn",
  in_progress: "tone-brand",
  on_hold: "tone-warn",
  done: "tone-ok",
  cancelled: "tone-quiet",
};

export function WorkStateMark({ state }: { state: WorkOrderState }): ReactElement {
  const { t } = useTexts();
  return <span className={`mark pill ${WORK_TONES[state]}`}>{t(`word.work.${state}`)}</span>;
}

const BOOKING_TONES: Record<BookingState, string> = {
  proposed: "tone-quiet",
  confirmed: "tone-brand",
  travelling: "tone-brand",
  on_site: "tone-ok",
  finished: "tone-quiet",
  cancelled: "tone-quiet",
};

export function BookingStateMark({ state }: { state: BookingState }): ReactElement {
  const { t } = useTexts();
  return <span className={`mark pill ${BOOKING_TONES[state]}`}>{t(`word.booking.${state}`)}</span>;
}

/** A deadline that keeps counting; it draws itself again, nothing around it. */
export function DueMark(props: { dueAt: string; isSettled: boolean }): ReactElement {
  const texts = useTexts();
  const now = useNow();
  const zone = useZone();
  const due = dueWords(texts, props.dueAt, { isSettled: props.isSettled, now, zone });
  return <span className={`due due-${due.kind}`}>{due.text}</span>;
}

export function Age({ at }: { at: string }): ReactElement {
  const texts = useTexts();
  const now = useNow();
  return <time dateTime={at}>{ageText(texts, at, now)}</time>;
}
