import { beforeEach, expect, test, vi } from "vitest";

let isOnline = true;
let isAlive = true;
const kept = new Map<string, string>();

beforeEach(() => {
  vi.stubGlobal("location", { href: "http://truckroll.test/console/" });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  vi.stubGlobal("fetch", (request: Request) => Promise.resolve().then(() => answer(request)));
});

/** The server with its session, as long as it can be reached. */
function answer({ method }: Request): Response {
  if (!isOnline) throw new TypeError("Failed to fetch");
  if (method === "DELETE") {
    isAlive = false;
    return new Response(null, { status: 204 });
  }
  const headers = { "Content-Type": "application/json" };
  if (!isAlive) return new Response("{}", { status: 401, headers });
  return new Response(JSON.stringify({ access_token: "a", expires_in: 900 }), { headers });
}

/** The page loaded anew: the same cookie and the same store. */
async function start() {
  vi.resetModules();
  const { sessionState } = await import("@truckroll/shared/session.ts");
  const { client } = await import("@truckroll/shared/api/gen/client.gen.ts");
  // After the session, which sets an address that only a browser completes.
  client.setConfig({ baseUrl: "http://truckroll.test" });
  return { sessionState, ...(await import("./leaving.ts")) };
}

test("who signed out while the server was away is not signed in again by a reload", async () => {
  const before = await start();
  await before.restoreSession();
  expect(before.sessionState()).toBe("signed-in");
  isOnline = false;
  await before.leaveSession();

  isOnline = true;
  const after = await start();
  await after.restoreSession();

  expect(after.sessionState()).toBe("signed-out");
  expect(isAlive).toBe(false);
});
