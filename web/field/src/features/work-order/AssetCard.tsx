import { calendarDay } from "@truckroll/shared/format.ts";
import type { SyncClient } from "@truckroll/sync-client";
import { useOpened } from "../../app/client.ts";
import { useLive } from "../../app/live.ts";
import { useTexts } from "../../texts.ts";
import { historyOf } from "./asset-history.ts";
import type { WorkOrderDocument } from "./documents.ts";

async function readOthers(client: SyncClient, doc: WorkOrderDocument) {
  const workOrders = await client.rows<WorkOrderDocument>("work_order");
  return workOrders.map((other) => other.doc).filter((other) => other.id !== doc.id);
}

/** The equipment, and what was done to it before. */
export function AssetCard({ doc }: { doc: WorkOrderDocument }) {
  const { t, locale } = useTexts();
  const { client } = useOpened();
  const others = useLive(client, `history ${doc.id}`, () => readOthers(client, doc));
  const { asset } = doc;
  if (!asset) return null;
  const history = historyOf(doc, others ?? []);
  return (
    <section className="card" aria-labelledby="asset">
      <h2 id="asset">{t("work-order.asset")}</h2>
      <div className="stack">
        <Plate asset={asset} />
        <h3>{t("work-order.history")}</h3>
        {history.length === 0 ? (
          <p className="quiet-text">{t("work-order.history.none")}</p>
        ) : (
          <ol className="history">
            {history.map((entry) => (
              <li key={entry.id}>
                <span className="quiet-text small number">
                  {calendarDay(entry.at, locale, doc.site.timezone)}
                </span>
                {entry.fault && <bdi className="strong">{entry.fault}</bdi>}
                <span dir="auto">{entry.action}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}

/** What stands on the plate of the equipment. */
function Plate({ asset }: { asset: NonNullable<WorkOrderDocument["asset"]> }) {
  const { t } = useTexts();
  return (
    <dl className="facts">
      <dt>{t("work-order.asset.name")}</dt>
      <dd className="strong">
        <bdi>{asset.name}</bdi>
      </dd>
      {asset.model_name && (
        <>
          <dt>{t("work-order.asset.model")}</dt>
          <dd>
            <bdi>{[asset.manufacturer, asset.model_name].filter(Boolean).join(" ")}</bdi>
          </dd>
        </>
      )}
      {asset.serial && (
        <>
          <dt>{t("work-order.asset.serial")}</dt>
          <dd>
            <bdi>{asset.serial}</bdi>
          </dd>
        </>
      )}
      {asset.installed_on && (
        <>
          <dt>{t("work-order.asset.installed")}</dt>
          <dd className="number">{asset.installed_on.slice(0, 7)}</dd>
        </>
      )}
    </dl>
  );
}
