import type { Lease, Store } from "./store.ts";

/** Among the tabs of one account exactly one talks to the server. */
export interface Election {
  store: Store;
  locks: LockManager | undefined;
  newId: () => string;
  now: () => Date;
  onLead: () => void;
  onYield: () => void;
}

const LEASE = 12_000;
const RENEWAL = 4000;

/** Stand for election; the returned function steps down. */
export function stand(election: Election): () => void {
  return election.locks ? byLock(election, election.locks) : byLease(election);
}

function byLock(election: Election, locks: LockManager): () => void {
  const waiting = new AbortController();
  let release: (() => void) | undefined;
  const lead = (): Promise<void> =>
    new Promise((resolve) => {
      if (waiting.signal.aborted) return resolve();
      release = resolve;
      election.onLead();
    });
  locks
    .request(`${election.store.name}:network`, { signal: waiting.signal }, lead)
    .catch(() => undefined);
  return () => {
    waiting.abort();
    if (release) election.onYield();
    release?.();
  };
}

/** Browsers without Web Locks: a row that has to be renewed; who dies loses it by itself. */
function byLease(election: Election): () => void {
  const holder = election.newId();
  let leads = false;
  const round = async (): Promise<void> => {
    const won = await claim(election, holder).catch(() => false);
    if (won !== leads) (won ? election.onLead : election.onYield)();
    leads = won;
  };
  const timer = setInterval(() => void round(), RENEWAL);
  void round();
  return () => {
    clearInterval(timer);
    if (!leads) return;
    leads = false;
    election.onYield();
    void election.store.keep("lease", { holder, until: 0 }).catch(() => undefined);
  };
}

async function claim(election: Election, holder: string): Promise<boolean> {
  const { store } = election;
  const now = election.now().getTime();
  return store.transaction("rw", store.meta, async () => {
    const lease = await store.value("lease");
    if (!isFree(lease, holder, now)) return false;
    await store.keep("lease", { holder, until: now + LEASE });
    return true;
  });
}

/** A lease far in the future was written before somebody set the clock back. */
export function isFree(lease: Lease | undefined, holder: string, now: number): boolean {
  if (!lease || lease.holder === holder) return true;
  return lease.until <= now || lease.until > now + 5 * LEASE;
}
