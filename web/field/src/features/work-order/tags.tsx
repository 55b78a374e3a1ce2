import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import type { BookingState, Priority, WorkOrderState } from "./documents.ts";

const STATE_TONE: Record<WorkOrderState, string> = {
  draft: "",
  ready: "",
  in_progress: "brand",
  on_hold: "warn",
  done: "ok",
  cancelled: "",
};

export function StateTag({ state }: { state: WorkOrderState }) {
  const { t } = useTexts();
  return (
    <span className={`tag ${STATE_TONE[state]}`}>
      {state === "done" && <Icon name="check" size={14} />}
      {t(`work-order.state.${state}`)}
    </span>
  );
}

const PRIORITY_TONE: Record<Priority, string> = {
  low: "",
  normal: "",
  high: "warn",
  urgent: "bad",
};

/** In lists only what stands out is named. */
export function PriorityTag({ priority, isAlways }: { priority: Priority; isAlways?: boolean }) {
  const { t } = useTexts();
  if (!isAlways && (priority === "low" || priority === "normal")) return null;
  return (
    <span className={`tag ${PRIORITY_TONE[priority]}`}>
      {priority === "urgent" && <Icon name="alert" size={14} />}
      {t(`work-order.priority.${priority}`)}
    </span>
  );
}

const VISIT_TONE: Partial<Record<BookingState, string>> = { travelling: "brand", on_site: "brand" };

/** Where the visit stands; a visit that waits for its time needs no word. */
export function VisitTag({ state }: { state: BookingState }) {
  const { t } = useTexts();
  if (state === "confirmed" || state === "cancelled" || state === "finished") return null;
  return <span className={`tag ${VISIT_TONE[state] ?? ""}`}>{t(`work-order.visit.${state}`)}</span>;
}
