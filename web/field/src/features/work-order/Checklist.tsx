import { progressOf } from "@truckroll/shared/checklist.ts";
import type { Row } from "@truckroll/sync-client";
import { useTexts } from "../../texts.ts";
import type { WorkOrderDocument } from "./documents.ts";
import { Step } from "./Step.tsx";
import { inOrder } from "./steps.ts";

interface Props {
  workOrder: Row<WorkOrderDocument>;
  isClosed: boolean;
}

/** The steps of the work, in order, with how many are done. */
export function Checklist({ workOrder, isClosed }: Props) {
  const { t } = useTexts();
  const { tasks } = workOrder.doc;
  const { done, total } = progressOf(tasks);
  return (
    <section className="card" aria-labelledby="checklist">
      <div className="row between section-head">
        <h2 id="checklist">{t("work-order.checklist")}</h2>
        {total > 0 && (
          <span className="quiet-text number">{t("work-order.progress", { done, total })}</span>
        )}
      </div>
      {total === 0 ? (
        <p className="quiet-text">{t("work-order.checklist.none")}</p>
      ) : (
        <>
          <div className="bar" aria-hidden="true">
            <span style={{ width: `${(100 * done) / total}%` }} />
          </div>
          <ol className="steps">
            {inOrder(tasks).map((task) => (
              <Step key={task.id} task={task} workOrder={workOrder} isClosed={isClosed} />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
