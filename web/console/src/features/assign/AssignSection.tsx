import { Button } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { dayOf } from "../../app/day.ts";
import { useBookingsOf, useMay, useWorkOrder, useZone } from "../../app/queries.ts";
import { type Booking, isFinished, isRunning } from "../../app/records.ts";
import { BookingStateMark } from "../../app/marks.tsx";
import { useChoosing, useSelection } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import { isExpected } from "./optimistic.ts";
import { RankingView } from "./RankingView.tsx";
import { type Subject, useSubjectActions } from "./use-subject.ts";
import { slotText } from "./wording.ts";
import "./assign.css";

/** Who goes to a work order: the ranking while it is nobody's, else who has it and what then. */
export function AssignSection({ workOrderId }: { workOrderId: string }): ReactElement {
  const { t } = useTexts();
  const { data: workOrder } = useWorkOrder(workOrderId);
  const { data: bookings } = useBookingsOf(workOrderId);
  const mayBook = useMay("bookings.manage");
  const standing = bookings?.find(isRunning) ?? null;
  const isBookable =
    workOrder !== undefined && !isFinished(workOrder) && workOrder.state !== "draft";
  return (
    <section className="assign" aria-labelledby="assign-title" data-testid="assign">
      <h3 id="assign-title">{standing ? t("assign.now") : t("assign.title")}</h3>
      {workOrder && bookings && (
        <Content
          key={workOrderId}
          subject={{ workOrder, standing }}
          isBookable={isBookable}
          mayBook={mayBook}
        />
      )}
    </section>
  );
}

interface Props {
  subject: Subject;
  isBookable: boolean;
  mayBook: boolean;
}

function Content({ subject, isBookable, mayBook }: Props): ReactElement {
  const { t } = useTexts();
  const { workOrder, standing } = subject;
  if (!isBookable)
    return (
      <p className="assign-quiet">
        {t(isFinished(workOrder) ? "assign.done" : "assign.notBookable")}
      </p>
    );
  if (standing) return <Standing subject={subject} mayBook={mayBook} />;
  if (!mayBook) return <p className="assign-quiet">{t("assign.fail.forbidden")}</p>;
  return <RankingView subject={subject} />;
}

function Standing({ subject, mayBook }: Omit<Props, "isBookable">): ReactElement | null {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const actions = useSubjectActions(subject);
  const { standing } = subject;
  if (!standing) return null;
  const engineer = actions.nameOf(standing.engineer_id);
  const isWaiting = isExpected(standing);
  return (
    <>
      <Card standing={standing} engineer={engineer} />
      {mayBook && !isWaiting && (
        <div className="assign-actions">
          <Button
            size="xs"
            variant="default"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? t("assign.keep", { engineer }) : t("assign.reassign")}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => void actions.chooseTime(standing.engineer_id)}
          >
            {t("assign.otherTime")}
          </Button>
          <Button size="xs" variant="default" color="red" onClick={() => void actions.cancel()}>
            {t("assign.cancelBooking")}
          </Button>
        </div>
      )}
      {isOpen && (
        <div className="assign-again">
          <h4>{t("assign.reassignTitle")}</h4>
          <ul className="assign-effects">
            {actions.movedEffects().map((effect) => (
              <li key={effect}>{effect}</li>
            ))}
          </ul>
          <RankingView subject={subject} />
        </div>
      )}
    </>
  );
}

function Card({ standing, engineer }: { standing: Booking; engineer: string }): ReactElement {
  const texts = useTexts();
  const zone = useZone();
  return (
    <div className="assign-now" data-testid="assign-now">
      <div>
        <strong>{engineer}</strong>
        <span>
          {slotText(standing.starts_at, standing.ends_at, texts, zone)}
          <ShowDay at={standing.starts_at} />
        </span>
        {standing.override_reason && <q>{standing.override_reason}</q>}
      </div>
      <BookingStateMark state={standing.state} />
    </div>
  );
}

/** The way to that day on the timeline, when another one is shown. */
function ShowDay({ at }: { at: string }): ReactElement | null {
  const { t } = useTexts();
  const zone = useZone();
  const { day } = useSelection();
  const { setDay } = useChoosing();
  const wanted = dayOf(Date.parse(at), zone);
  if (wanted === day) return null;
  return (
    <button type="button" className="assign-link" onClick={() => setDay(wanted)}>
      {t("assign.showDay")}
    </button>
  );
}
