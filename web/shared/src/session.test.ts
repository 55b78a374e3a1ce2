import { beforeEach, expect, test, vi } from "vitest";

const PAGE = "http://truckroll.test/field/";
let answer: () => Promise<Response>;

beforeEach(async () => {
  vi.stubGlobal("location", { href: PAGE });
  vi.stubGlobal("fetch", () => answer());
  // First the session, which sets an address that only a browser completes.
  await import("./session.ts");
  const { client } = await import("./api/gen/client.gen.ts");
  client.setConfig({ baseUrl: new URL(PAGE).origin });
});

test.each([
  ["without a network", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["while the server is away", () => Promise.resolve(new Response("{}", { status: 503 }))],
])("signing out %s is no success, and leaves this window signed out", async (_, said) => {
  const { sessionState, signOut } = await import("./session.ts");
  answer = said;

  await expect(signOut()).rejects.toBeDefined();

  expect(sessionState()).toBe("signed-out");
});

test("signing out of a session that is over is a success", async () => {
  const { signOut } = await import("./session.ts");
  answer = () => Promise.resolve(new Response("{}", { status: 401 }));

  await expect(signOut()).resolves.toBeUndefined();
});
