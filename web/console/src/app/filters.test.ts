import { describe, expect, test } from "vitest";
import {
  NO_FILTERS,
  type TicketFilters,
  UNSETTLED,
  countFilters,
  filtersFrom,
  filtersInto,
  queryOf,
} from "./filters.ts";

const SITE = "01a20377-0a40-7eff-987d-81ef9c784cea";

function written(filters: TicketFilters, before = ""): string {
  const search = new URLSearchParams(before);
  filtersInto(search, filters);
  return search.toString();
}

test("an address without filters shows what is open, the newest first", () => {
  expect(filtersFrom(new URLSearchParams(""))).toEqual(NO_FILTERS);
});

test("the usual filters leave no trace in the address", () => {
  expect(written(NO_FILTERS, "ticket=x")).toBe("ticket=x");
});

const SAMPLES: TicketFilters[] = [
  { ...NO_FILTERS, states: [] },
  { ...NO_FILTERS, states: ["resolved"], priorities: ["urgent", "high"] },
  { ...NO_FILTERS, text: "空调 & 50 %", sort: "due" },
  { ...NO_FILTERS, siteId: SITE, territoryId: SITE, engineerId: SITE },
  { ...NO_FILTERS, isUnassigned: true, hasAlarm: true, isLate: true, sort: "priority" },
];

test.each(SAMPLES)("filters come back from the address as they were (%#)", (filters) => {
  expect(filtersFrom(new URLSearchParams(written(filters)))).toEqual(filters);
});

test("what nobody knows is left out", () => {
  const search = new URLSearchParams("state=lost,open&priority=x&site=42&sort=colour&late=yes");

  expect(filtersFrom(search)).toEqual({ ...NO_FILTERS, states: ["open"] });
});

test("a very long search text is cut", () => {
  expect(filtersFrom(new URLSearchParams(`q=${"a".repeat(900)}`)).text).toHaveLength(200);
});

describe("counting", () => {
  test("the order is no filter", () => {
    expect(countFilters({ ...NO_FILTERS, sort: "due" })).toBe(0);
  });

  test("each filter counts once", () => {
    expect(countFilters({ ...NO_FILTERS, states: [], isLate: true, siteId: SITE })).toBe(3);
  });

  test("the usual states in another order are no filter", () => {
    expect(countFilters({ ...NO_FILTERS, states: [...UNSETTLED].reverse() })).toBe(0);
  });
});

test("only filters that are set are asked of the server", () => {
  expect(queryOf({ ...NO_FILTERS, text: "  ", isLate: true })).toEqual({
    sort: "-number",
    state: ["open", "in_progress"],
    is_late: true,
  });
});

test.each(["63", " #63 "])("the number %j is looked for among settled tickets too", (text) => {
  expect(queryOf({ ...NO_FILTERS, text })).toEqual({ sort: "-number", q: text.trim() });
  expect(queryOf({ ...NO_FILTERS, text, states: ["open"] }).state).toEqual(["open"]);
});
