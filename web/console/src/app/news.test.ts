import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test, vi } from "vitest";
import { NO_FILTERS } from "./filters.ts";
import { keys } from "./keys.ts";
import type { Ticket } from "./records.ts";
import { aChange, aTicket } from "./testing.ts";

const api = vi.hoisted(() => ({ read: vi.fn() }));
vi.mock("@truckroll/shared/api/gen/sdk.gen.ts", () => ({ getApiV1TicketsByTicketId: api.read }));
const { followChanges } = await import("./news.ts");

const answerWith = (row: Ticket) => ({ data: row, response: new Response(null, { status: 200 }) });
const anAlarm = (revision: number, id = "a1", ticket = "t1") =>
  aChange("alarm", { id, ticket_id: ticket, state: "active", revision });
const LIST = keys.tickets(NO_FILTERS);
let client: QueryClient;
const isStale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;

beforeEach(() => {
  api.read.mockReset();
  client = new QueryClient();
  client.setQueryData(keys.openTickets, [aTicket()]);
  client.setQueryData(keys.ticket("t1"), aTicket());
  client.setQueryData(LIST, { pages: [], pageParams: [] });
});

test("an answer that comes late does not replace a newer one", async () => {
  const answers: ((value: unknown) => void)[] = [];
  api.read.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  const first = followChanges(client, [anAlarm(1)]);
  const second = followChanges(client, [anAlarm(2)]);

  answers[1]?.(answerWith(aTicket({ active_alarms: 2 })));
  await second;
  answers[0]?.(answerWith(aTicket({ active_alarms: 1 })));
  await first;

  expect(client.getQueryData<Ticket[]>(keys.openTickets)?.[0]?.active_alarms).toBe(2);
});

test("what could not be read is read again, on the map and in the panel too", async () => {
  const response = new Response(null, { status: 503 });
  api.read.mockResolvedValue({ error: { code: "unavailable" }, response });

  await followChanges(client, [anAlarm(1)]);

  expect([LIST, keys.openTickets, keys.ticket("t1")].map(isStale)).toEqual([true, true, true]);
});

test("the open ticket is read again when much has changed at once", async () => {
  const many = Array.from({ length: 21 }, (_, at) => anAlarm(1, `a${at}`, `t${at + 1}`));

  await followChanges(client, many);

  expect([keys.openTickets, keys.ticket("t1")].map(isStale)).toEqual([true, true]);
});
