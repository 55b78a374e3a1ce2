import { type MouseEvent, type ReactElement, memo, useRef } from "react";
import { useFresh } from "../../app/fresh.ts";
import { Icon } from "../../app/icons.tsx";
import { Age, DueMark, PriorityMark, TicketStateMark } from "../../app/marks.tsx";
import { type Ticket, isFinished, isSettled } from "../../app/records.ts";
import { useChoosing } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import { RowMenu } from "./RowMenu.tsx";
import { useWorkDrag } from "./use-work-drag.ts";

interface Props {
  ticket: Ticket;
  index: number;
  top: number;
  height: number;
  isSelected: boolean;
}

export const TicketRow = memo(function TicketRow(props: Props): ReactElement {
  const { ticket, index, top, height, isSelected } = props;
  const { selectTicket } = useChoosing();
  const row = useRef<HTMLDivElement>(null);
  useWorkDrag(row, ticket);
  const isFresh = useFresh(ticket.id);

  function open(event: MouseEvent) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    selectTicket(ticket.id);
  }
  const names = ["ticket-row", isSelected && "is-selected", isFresh && "is-fresh"];
  return (
    <div
      ref={row}
      role="row"
      aria-rowindex={index + 2}
      aria-current={isSelected || undefined}
      className={names.filter(Boolean).join(" ")}
      data-ticket={ticket.id}
      data-index={index}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={open}
    >
      <What ticket={ticket} open={open} />
      <HowItStands ticket={ticket} />
      <span role="cell" className="cell-menu">
        <RowMenu ticket={ticket} />
      </span>
    </div>
  );
});

/** The cells that say which ticket it is and where. */
function What(props: { ticket: Ticket; open: (event: MouseEvent) => void }): ReactElement {
  const { ticket, open } = props;
  const { t } = useTexts();
  return (
    <>
      <span role="cell" className="cell-number">
        {t("word.ticketNumber", { number: ticket.number })}
      </span>
      <span role="cell" className="cell-priority">
        <PriorityMark priority={ticket.priority} />
      </span>
      <span role="cell" className="cell-title">
        <a
          href={`/console/?ticket=${ticket.id}`}
          draggable={false}
          className="truncate"
          onClick={open}
        >
          {ticket.title}
        </a>
        {ticket.active_alarms > 0 && (
          <span className="row-alarm" title={t("list.hasAlarm")}>
            <Icon name="bell" size={13} />
            <span className="visually-hidden">{t("list.hasAlarm")}</span>
          </span>
        )}
      </span>
      <span role="cell" className="cell-site truncate">
        {ticket.site_name ?? t("list.noSite")}
      </span>
      <span role="cell" className="cell-asset truncate">
        {ticket.asset_name ?? ""}
      </span>
    </>
  );
}

/** The cells that change: state, deadline, who has it, and since when. */
function HowItStands({ ticket }: { ticket: Ticket }): ReactElement {
  return (
    <>
      <span role="cell" className="cell-state">
        <TicketStateMark state={ticket.state} />
      </span>
      <span role="cell" className="cell-due">
        <DueMark dueAt={ticket.due_at} isSettled={isSettled(ticket)} />
      </span>
      <span role="cell" className="cell-who truncate">
        <Who ticket={ticket} />
      </span>
      <span role="cell" className="cell-age">
        <Age at={ticket.opened_at} />
      </span>
    </>
  );
}

/** Who has it now: the booked engineer, nobody, or no field work at all. */
function Who({ ticket }: { ticket: Ticket }): ReactElement {
  const { t } = useTexts();
  const work = ticket.work_order;
  if (!work) return <span className="quiet">{t("list.noWork")}</span>;
  if (work.engineer_name)
    return (
      <>
        <Icon name="user" size={13} /> {work.engineer_name}
      </>
    );
  if (isFinished(work)) return <span className="quiet">{t("list.noWork")}</span>;
  return <span className="who-nobody">{t("list.unassigned")}</span>;
}
