import type { Store } from "./store.ts";
import type { Account } from "./types.ts";
import type { Wire } from "./wire.ts";

/** What every step of the loop works with. */
export interface Context {
  store: Store;
  wire: Wire;
  account: Account;
  now: () => Date;
  newId: () => string;
  appVersion: string;
  installationName: string;
}
