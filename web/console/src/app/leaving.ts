/** Signing out holds although the server could not be told: it is told at the next start. */
import { refresh, signIn, signOut } from "@truckroll/shared/session.ts";

const KEY = "truckroll.console.leaving";

export async function leaveSession(): Promise<void> {
  localStorage.setItem(KEY, "1");
  await finishLeaving().catch(() => undefined);
}

/** Go on with the session of the cookie, unless somebody has left it. */
export async function restoreSession(): Promise<void> {
  if (localStorage.getItem(KEY) === null) await refresh();
  else await finishLeaving();
}

export async function enterSession(login: string, password: string) {
  const refused = await signIn(login, password);
  if (!refused) localStorage.removeItem(KEY);
  return refused;
}

async function finishLeaving(): Promise<void> {
  await signOut();
  localStorage.removeItem(KEY);
}
