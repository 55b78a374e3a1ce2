import { useOpened } from "../../app/client.ts";
import { useTexts } from "../../texts.ts";
import { PartsSection } from "../parts/PartsSection.tsx";
import { Photos } from "../photos/Photos.tsx";
import { recordRepair } from "./actions.ts";
import { Checklist } from "./Checklist.tsx";
import { Notes } from "./Notes.tsx";
import { Readings } from "./Readings.tsx";
import { Repairs } from "./Repairs.tsx";
import type { Work } from "./WorkOrderPage.tsx";

/** Everything that is recorded on site. */
export function DoTab({ work }: { work: Work }) {
  const { t } = useTexts();
  const { client } = useOpened();
  const { workOrder } = work;
  const { doc } = workOrder;
  const isClosed = workOrder.revoked || doc.state === "done" || doc.state === "cancelled";

  /** Parts are fitted on a repair; the last one counts, and there has to be one. */
  async function repairFor(action: string): Promise<string> {
    const latest = await client.row<typeof doc>("work_order", workOrder.id);
    const known = (latest?.doc ?? doc).repairs.at(-1);
    return known?.id ?? recordRepair(client, workOrder, { action, cause: "" });
  }

  return (
    <>
      <Checklist workOrder={workOrder} isClosed={isClosed} />
      <Repairs workOrder={workOrder} />
      <section className="card" aria-labelledby="parts">
        <h2 id="parts">{t("work-order.parts")}</h2>
        <PartsSection
          client={client}
          workOrder={workOrder}
          isClosed={isClosed}
          repairFor={repairFor}
        />
      </section>
      <section className="card" aria-labelledby="photos">
        <h2 id="photos">{t("work-order.photos")}</h2>
        <Photos client={client} workOrder={workOrder} isClosed={isClosed} />
      </section>
      <Readings workOrder={workOrder} />
      <Notes workOrder={workOrder} />
    </>
  );
}
