import { SyncClient } from "@truckroll/sync-client";
import type { Order } from "./main.ts";

/** The sync client as the field app starts it: enrolment and status included. */
export async function firstPull(
  signed: typeof fetch,
  order: Order,
): Promise<() => Promise<number>> {
  const client = await SyncClient.open({
    account: order.account,
    fetch: signed,
    appVersion: "bench",
    installationName: "bench",
  });
  const complete = new Promise<void>((resolve) => {
    client.onStatus(({ phase }) => phase === "safe" && resolve());
  });
  client.start();
  await complete;
  return async () => {
    const kinds = ["part", "site", "asset", "customer", "asset_model"] as const;
    const rows = await Promise.all(kinds.map((kind) => client.rows(kind)));
    return rows.reduce((sum, found) => sum + found.length, 0);
  };
}
