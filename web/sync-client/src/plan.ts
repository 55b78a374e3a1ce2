/** What to send next and when to try again: pure decisions of the sync loop. */

export const MAX_COMMANDS = 100;
/** The server takes 1 MiB; some of it is for the envelope and for what is not ASCII. */
export const MAX_PUSH_BYTES = 700_000;
export const MAX_COMMAND_BYTES = 400_000;
export const SMALLEST_PAGE = 25;
export const FIRST_PAGE = 200;
export const LARGEST_PAGE = 1000;

/** The longest run from the front that one request may carry; at least one command. */
export function batchOf<T>(commands: readonly T[], most: number = MAX_COMMANDS): T[] {
  const batch: T[] = [];
  let bytes = 0;
  for (const command of commands) {
    bytes += bytesOf(command);
    if (batch.length > 0 && (batch.length >= most || bytes > MAX_PUSH_BYTES)) break;
    batch.push(command);
  }
  return batch;
}

export function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

export interface Backoff {
  first: number;
  longest: number;
}

export const SYNC_BACKOFF: Backoff = { first: 1000, longest: 30_000 };

/**
 * Milliseconds to wait after `failures` in a row: doubling, with jitter so that a fleet that lost
 * its server does not come back as one. `asked` is what the server wants at least.
 */
export function delayAfter(
  failures: number,
  backoff: Backoff = SYNC_BACKOFF,
  random: number = Math.random(),
  asked = 0,
): number {
  const full = Math.min(backoff.longest, backoff.first * 2 ** Math.min(failures - 1, 30));
  return Math.max(asked, Math.round(full * (0.5 + random / 2)));
}

/** A page size that a cellar connection finishes and a fast one does not wait for. */
export function nextPageSize(size: number, milliseconds: number): number {
  if (milliseconds < 2500) return Math.min(LARGEST_PAGE, size * 4);
  if (milliseconds > 8000) return Math.max(SMALLEST_PAGE, Math.floor(size / 2));
  return size;
}

export function smallerPage(size: number): number {
  return Math.max(SMALLEST_PAGE, Math.floor(size / 4));
}

/**
 * Whether the loop has to be started anew: there is unsent work and a network, but nothing has
 * been tried for a minute. It should never be true; queues of other products hang exactly so.
 */
export function isStuck(state: {
  unsent: number;
  online: boolean;
  sinceAttempt: number;
  allowed: boolean;
}): boolean {
  return state.unsent > 0 && state.online && state.allowed && state.sinceAttempt > 60_000;
}
