import { describe, expect, test } from "vitest";
import { type TicketPages, fits, latest, pagesWith, rowChange, withChange } from "./feed-plan.ts";
import { NO_FILTERS, type TicketFilters } from "./filters.ts";
import type { Ticket } from "./records.ts";
import { aChange, aTicket } from "./testing.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const always = () => true;

function pages(...rows: Ticket[]): TicketPages {
  return { pages: [{ items: rows, next: null }], pageParams: [null] };
}

function told(row: Ticket) {
  return { id: row.id, revision: row.revision, row };
}

const ids = (list: TicketPages | undefined) =>
  list?.pages.flatMap((page) => page.items.map((row) => row.id));

test("of several changes of a record only the last counts", () => {
  const changes = [
    aChange("ticket", { id: "a", revision: 1 }),
    aChange("ticket", { id: "b", revision: 1 }),
    aChange("ticket", { id: "a", revision: 2 }),
  ];

  expect(latest(changes).map((change) => [change.id, change.revision])).toEqual([
    ["a", 2],
    ["b", 1],
  ]);
});

test.each(["out", "deleted"] as const)("a record that is %s has no row any more", (state) => {
  expect(rowChange(aChange("ticket", { id: "a" }, { state })).row).toBeNull();
});

describe("rows", () => {
  const rows = [{ id: "a", revision: 2 }];

  test("a newer row is not overwritten by an older word", () => {
    expect(withChange(rows, { id: "a", revision: 1, row: { id: "a", revision: 1 } }, always)).toBe(
      rows,
    );
  });

  test("a row that does not belong any more goes", () => {
    expect(withChange(rows, { id: "a", revision: 3, row: rows[0] ?? null }, () => false)).toEqual(
      [],
    );
  });

  test("nothing changes for a row that was never here", () => {
    expect(withChange(rows, { id: "b", revision: 1, row: null }, always)).toBe(rows);
  });
});

describe("a list of tickets", () => {
  const first = aTicket({ id: "n2", number: 2 });
  const second = aTicket({ id: "n1", number: 1 });

  test("a new ticket stands on top of the newest", () => {
    const list = pagesWith(
      pages(first, second),
      NO_FILTERS,
      told(aTicket({ id: "n3", number: 3 })),
      NOW,
    );

    expect(ids(list)).toEqual(["n3", "n2", "n1"]);
  });

  test("a reopened ticket goes where its number belongs", () => {
    const list = pagesWith(
      pages(first, second),
      NO_FILTERS,
      told(aTicket({ id: "x", number: 2 })),
      NOW,
    );

    expect(ids(list)).toEqual(["n2", "x", "n1"]);
  });

  test("an older ticket beyond what was read is the server's matter", () => {
    const list = pagesWith(pages(first), NO_FILTERS, told(aTicket({ id: "n0", number: 0 })), NOW);

    expect(list).toBeUndefined();
  });

  test("a settled ticket leaves the list of what is open", () => {
    const done = told(aTicket({ ...first, state: "resolved", revision: 2 }));

    expect(ids(pagesWith(pages(first, second), NO_FILTERS, done, NOW))).toEqual(["n1"]);
  });

  test("a list by due time is asked again when a due time moves", () => {
    const filters: TicketFilters = { ...NO_FILTERS, sort: "due" };
    const moved = told({ ...first, due_at: "2026-12-24T00:00:00Z", revision: 2 });

    expect(pagesWith(pages(first), filters, moved, NOW)).toBeUndefined();
  });

  test("a ticket that is none of its business leaves a list as it is", () => {
    const list = pages(first);
    const other = told(aTicket({ id: "z", number: 9, priority: "low" }));

    expect(pagesWith(list, { ...NO_FILTERS, priorities: ["urgent"] }, other, NOW)).toBe(list);
  });
});

describe("whether a ticket fits", () => {
  const work = { id: "w", number: 1, state: "ready", engineer_id: null } as Ticket["work_order"];

  test.each<[string, Partial<TicketFilters>, Partial<Ticket>, boolean | undefined]>([
    ["late", { isLate: true }, { due_at: "2026-11-22T11:59:00Z" }, true],
    ["not late yet", { isLate: true }, { due_at: "2026-11-22T12:01:00Z" }, false],
    ["unassigned", { isUnassigned: true }, { work_order: work }, true],
    ["without field work", { isUnassigned: true }, { work_order: null }, false],
    ["with an alarm", { hasAlarm: true }, { active_alarms: 1 }, true],
    ["without an alarm", { hasAlarm: true }, { active_alarms: 0 }, false],
    ["of another engineer", { engineerId: "e1" }, { work_order: work }, false],
    ["a search in words", { text: "pump" }, {}, undefined],
  ])("%s", (_name, filters, ticket, expected) => {
    expect(fits({ ...NO_FILTERS, ...filters }, aTicket(ticket), NOW)).toBe(expected);
  });
});
