export { knownAccounts, rememberAccount } from "./accounts.ts";
export { withoutAnnouncements } from "./announcements.ts";
export { SyncClient } from "./client.ts";
export { newId } from "./ids.ts";
export type { Difference } from "./compare.ts";
export * from "./types.ts";
