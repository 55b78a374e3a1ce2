import { Skeleton } from "@mantine/core";
import { type ReactElement, useEffect, useMemo, useRef } from "react";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { useTicket, useWorkOrder } from "../../app/queries.ts";
import { type Ticket, type WorkOrder, type WorkOrderRow, isFinished } from "../../app/records.ts";
import { useSelection } from "../../app/selection.ts";
import { AssignSection } from "../assign/AssignSection.tsx";
import "./panel.css";
import { AlarmSection } from "./AlarmSection.tsx";
import { EvidenceSection } from "./EvidenceSection.tsx";
import { HistorySection } from "./HistorySection.tsx";
import { NotesSection } from "./NotesSection.tsx";
import { PanelHeader } from "./PanelHeader.tsx";
import { PartsSection } from "./PartsSection.tsx";
import { PlaceSection } from "./PlaceSection.tsx";
import { ProblemSection } from "./ProblemSection.tsx";
import { WaitingSection } from "./WaitingSection.tsx";
import { WhoSection } from "./WhoSection.tsx";
import { NoWorkSection, WorkSection } from "./WorkSection.tsx";
import { useWorkOrdersOf } from "./queries.ts";

/** Everything about one ticket: what is wrong, who has it, what was done, what is proven. */
export default function TicketPanel({ ticketId }: { ticketId: string }): ReactElement {
  const ticket = useTicket(ticketId);
  if (ticket.error && !ticket.data)
    return (
      <div className="panel-message">
        <FailureNotice error={ticket.error} onRetry={() => void ticket.refetch()} />
      </div>
    );
  if (!ticket.data) return <PanelSkeleton />;
  return <Panel ticket={ticket.data} />;
}

function Panel({ ticket }: { ticket: Ticket }): ReactElement {
  const { all, chosen, workOrder } = useWorkOf(ticket);
  const body = useRef<HTMLDivElement>(null);
  // Newer browsers return a promise here, which must not become the effect's clean-up.
  useEffect(() => void body.current?.scrollTo(0, 0), [ticket.id]);
  return (
    <article className="panel" aria-labelledby="ticket-title">
      <PanelHeader ticket={ticket} />
      <div className="panel-body" ref={body}>
        <WaitingSection workOrderId={chosen?.id ?? null} ticketId={ticket.id} />
        <ProblemSection ticket={ticket} />
        {chosen && <Who workOrder={chosen} />}
        <PlaceSection ticket={ticket} workOrder={workOrder} />
        <AlarmSection ticketId={ticket.id} />
        {all && <Work workOrder={workOrder} all={all} ticket={ticket} />}
        <NotesSection ticketId={ticket.id} />
        <History ticketId={ticket.id} all={all ?? []} workOrder={workOrder} />
      </div>
    </article>
  );
}

/** The field work of a ticket, and the one work order that is looked at. */
function useWorkOf(ticket: Ticket) {
  const { data: all } = useWorkOrdersOf(ticket.id);
  const { workOrderId } = useSelection();
  const latest = ticket.work_order?.id ?? null;
  const chosen = chosenWork(all ?? [], workOrderId ?? latest);
  const { data: workOrder = null } = useWorkOrder(chosen?.id ?? latest);
  return { all, chosen, workOrder };
}

/** Who should go or is booked; and afterwards, who went. */
function Who({ workOrder }: { workOrder: WorkOrderRow }): ReactElement {
  if (isFinished(workOrder)) return <WhoSection workOrder={workOrder} />;
  return <AssignSection workOrderId={workOrder.id} />;
}

function Work(props: {
  workOrder: WorkOrder | null;
  all: WorkOrderRow[];
  ticket: Ticket;
}): ReactElement | null {
  const { workOrder, all, ticket } = props;
  if (all.length === 0) return <NoWorkSection ticket={ticket} />;
  if (!workOrder) return <Skeleton height={120} />;
  return (
    <>
      <WorkSection workOrder={workOrder} all={all} ticket={ticket} />
      <PartsSection workOrder={workOrder} />
      <EvidenceSection workOrder={workOrder} />
    </>
  );
}

const NOTHING: never[] = [];

function History(props: {
  ticketId: string;
  all: WorkOrderRow[];
  workOrder: WorkOrder | null;
}): ReactElement {
  const { ticketId, all, workOrder } = props;
  const parts = useMemo(
    () => [...(workOrder?.parts_fitted ?? []), ...(workOrder?.parts_needed ?? [])],
    [workOrder],
  );
  return (
    <HistorySection
      ticketId={ticketId}
      workOrderIds={all.map((row) => row.id)}
      tasks={workOrder?.tasks ?? NOTHING}
      parts={parts}
    />
  );
}

/** The work order asked for, else the one that is not over, else the latest. */
function chosenWork(rows: WorkOrderRow[], asked: string | null): WorkOrderRow | null {
  return (
    rows.find((row) => row.id === asked) ?? rows.find((row) => !isFinished(row)) ?? rows[0] ?? null
  );
}

function PanelSkeleton(): ReactElement {
  return (
    <div className="panel-message" aria-busy="true">
      <Skeleton height={14} width="30%" />
      <Skeleton height={22} mt={12} width="80%" />
      <Skeleton height={90} mt={20} />
      <Skeleton height={140} mt={16} />
    </div>
  );
}
