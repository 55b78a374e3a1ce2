import { expect, test } from "vitest";
import { historyOf } from "./asset-history.ts";
import type { Repair } from "./documents.ts";
import { aWorkOrder } from "./samples.ts";

const repair = (id: string, occurred_at: string): Repair => ({
  id,
  work_order_id: "work-2",
  asset_id: "asset-1",
  fault_code_id: null,
  cause: "",
  action: "Seal replaced",
  occurred_at,
  recorded_at: occurred_at,
  recorded_by: "user-1",
});

test("what the server sent and what this phone knows is one history, newest first", () => {
  const doc = aWorkOrder({
    asset_history: [
      {
        id: "r1",
        occurred_at: "2026-05-01T10:00:00Z",
        action: "Seal replaced",
        fault_title: "Leak",
      },
    ],
  }).doc;
  const other = aWorkOrder({
    id: "work-2",
    repairs: [repair("r2", "2026-11-20T10:00:00Z"), repair("r1", "2026-05-01T10:00:00Z")],
  }).doc;
  const elsewhere = aWorkOrder({ id: "work-3", asset_id: "asset-2", repairs: [repair("r3", "")] });

  const history = historyOf(doc, [other, elsewhere.doc, doc]);

  expect(history.map((entry) => entry.id)).toEqual(["r2", "r1"]);
});
