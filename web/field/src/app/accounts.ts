import { getApiV1EngineersMe, getApiV1Me } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { type Failure, failureOf } from "@truckroll/shared/problem.ts";
import { refresh, signIn, signOut } from "@truckroll/shared/session.ts";
import { type Account, SyncClient, knownAccounts, rememberAccount } from "@truckroll/sync-client";
import { installationName } from "./installation.ts";
import { remembered } from "./remembered.ts";
import { fetchOf } from "./ownership.ts";
import { APP_VERSION } from "./version.ts";

/**
 * Whose work this app shows. A known account opens without a session and without a network;
 * signing out closes it and keeps its data.
 */
export type Entry =
  | { phase: "starting" }
  | { phase: "nobody"; known: Account[] }
  | { phase: "open"; account: Account; client: SyncClient }
  | { phase: "broken"; code: string };

const ACTIVE = "truckroll.field.account";
const LEAVING = "truckroll.field.leaving";
const listeners = new Set<() => void>();
let entry: Entry = { phase: "starting" };

export function currentEntry(): Entry {
  return entry;
}

export function onEntryChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function become(next: Entry): void {
  entry = next;
  for (const listener of listeners) listener();
}

/** Open what was open last; nobody has to sign in for that. */
export async function begin(): Promise<void> {
  try {
    const known = await knownAccounts();
    const active = known.find((account) => account.userId === remembered.get(ACTIVE));
    if (active) await open(active);
    else become({ phase: "nobody", known });
  } catch (error) {
    console.error("The store of this phone does not open", error);
    become({ phase: "broken", code: error instanceof Error ? error.name : "unknown" });
  }
}

async function open(account: Account): Promise<void> {
  const client = await SyncClient.open({
    account,
    fetch: fetchOf(account),
    appVersion: APP_VERSION,
    installationName: installationName(navigator.userAgent),
  });
  remembered.set(ACTIVE, account.userId);
  client.start();
  become({ phase: "open", account, client });
}

/**
 * Sign in and open the account's work. A failure is returned and changes nothing: whoever was
 * open stays open, with his outbox.
 */
export async function enter(login: string, password: string): Promise<Failure | null> {
  const refused = await signIn(login.trim(), password);
  if (refused) return refused;
  remembered.remove(LEAVING);
  const found = await describe(login.trim());
  if ("code" in found) {
    await signOut().catch(() => undefined);
    return found;
  }
  await rememberAccount(found);
  if (entry.phase === "open") {
    if (entry.account.userId === found.userId) {
      void entry.client.syncNow();
      return null;
    }
    await entry.client.stop();
  }
  await open(found);
  return null;
}

/** Who has signed in, as this phone remembers it; a failure when it is nobody for this app. */
async function describe(login: string): Promise<Account | Failure> {
  try {
    const me = await getApiV1Me();
    if (!me.data) return failureOf(me.response, me.error);
    const engineer = await getApiV1EngineersMe();
    if (!engineer.data && engineer.response?.status !== 404)
      return failureOf(engineer.response, engineer.error);
    const { id, display_name, timezone, permissions, tenant } = me.data;
    if (!engineer.data || !permissions.includes("sync.use")) return notAnEngineer();
    return {
      tenantId: tenant.id,
      tenantSlug: tenant.slug,
      tenantName: tenant.name,
      userId: id,
      login: login.includes("@") ? login : `${login}@${tenant.slug}`,
      displayName: display_name,
      timezone: timezone || tenant.timezone,
      permissions,
      engineerId: engineer.data.id,
    };
  } catch (error) {
    return failureOf(undefined, error);
  }
}

function notAnEngineer(): Failure {
  return { code: "not-an-engineer", status: 403, detail: "", errors: {}, params: {} };
}

/** Close the work; the data and the outbox stay on this phone for the next sign-in. */
export async function leave(): Promise<void> {
  if (entry.phase !== "open") return;
  await entry.client.stop();
  remembered.remove(ACTIVE);
  // Without a network the server learns of it at the next chance: see `finishLeaving`.
  remembered.set(LEAVING, "1");
  // Whoever signs in next begins with the own work, not where the last one stood.
  history.replaceState(null, "", "/field/");
  become({ phase: "nobody", known: await knownAccounts() });
  await finishLeaving();
}

/** End the session at the server as well, when that was not possible at once. */
export async function finishLeaving(): Promise<void> {
  if (remembered.get(LEAVING) === null) return;
  try {
    await signOut();
    remembered.remove(LEAVING);
  } catch {
    // Tried again at the next start and when the network comes back.
  }
}

/** Look whether the session still lives; without a network nothing is known and nothing changes. */
export async function renewSession(): Promise<void> {
  try {
    if (entry.phase === "open") await refresh();
    else await finishLeaving();
  } catch {
    // Offline: the outbox waits.
  }
}
