import { PRIORITIES, TICKET_STATES, type Priority, type TicketState } from "./records.ts";

/** In which order the list stands. */
export type TicketSort = "newest" | "due" | "priority";

/** What narrows the list of tickets; kept in the address, so that it can be shared. */
export interface TicketFilters {
  states: TicketState[];
  priorities: Priority[];
  text: string;
  siteId: string | null;
  territoryId: string | null;
  engineerId: string | null;
  isUnassigned: boolean;
  hasAlarm: boolean;
  isLate: boolean;
  sort: TicketSort;
}

export const UNSETTLED: TicketState[] = ["open", "in_progress"];

export const NO_FILTERS: TicketFilters = {
  states: UNSETTLED,
  priorities: [],
  text: "",
  siteId: null,
  territoryId: null,
  engineerId: null,
  isUnassigned: false,
  hasAlarm: false,
  isLate: false,
  sort: "newest",
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SORTS: readonly TicketSort[] = ["newest", "due", "priority"];

/** Read an id of the address; what is none counts as absent. */
export function idIn(search: URLSearchParams, name: string): string | null {
  const value = search.get(name);
  return value && UUID.test(value) ? value : null;
}

/** Read the filters of an address; what nobody knows is left out, never an error. */
export function filtersFrom(search: URLSearchParams): TicketFilters {
  const states = search.get("state");
  return {
    states:
      states === null
        ? UNSETTLED
        : states === "all"
          ? []
          : chosen(states, TICKET_STATES, UNSETTLED),
    priorities: chosen(search.get("priority") ?? "", PRIORITIES, []),
    text: (search.get("q") ?? "").slice(0, 200),
    siteId: idIn(search, "site"),
    territoryId: idIn(search, "territory"),
    engineerId: idIn(search, "of"),
    isUnassigned: search.get("unassigned") === "1",
    hasAlarm: search.get("alarm") === "1",
    isLate: search.get("late") === "1",
    sort: SORTS.find((sort) => sort === search.get("sort")) ?? "newest",
  };
}

/** Write filters into an address; what is usual is left out. */
export function filtersInto(search: URLSearchParams, filters: TicketFilters): void {
  put(search, "state", statesText(filters.states));
  put(search, "priority", filters.priorities.join(","));
  put(search, "q", filters.text);
  put(search, "site", filters.siteId);
  put(search, "territory", filters.territoryId);
  put(search, "of", filters.engineerId);
  put(search, "unassigned", filters.isUnassigned ? "1" : "");
  put(search, "alarm", filters.hasAlarm ? "1" : "");
  put(search, "late", filters.isLate ? "1" : "");
  put(search, "sort", filters.sort === "newest" ? "" : filters.sort);
}

const SORTING = { newest: "-number", due: "due_at", priority: "-priority" } as const;

const NUMBER = /^\s*#?\d{1,10}\s*$/;

/**
 * The states that are meant; none means all. A number is looked for among settled tickets too,
 * unless states were chosen: who rings about #63 does not know that it is resolved.
 */
export function statesMeant({ states, text }: TicketFilters): TicketState[] {
  return statesText(states) === "" && NUMBER.test(text) ? [] : states;
}

/** The filters in the words of the server's list. */
export function queryOf(filters: TicketFilters) {
  const states = statesMeant(filters);
  const { priorities, text, siteId, territoryId, engineerId } = filters;
  return {
    sort: SORTING[filters.sort],
    ...(states.length > 0 && { state: states }),
    ...(priorities.length > 0 && { priority: priorities }),
    ...(text.trim() && { q: text.trim() }),
    ...(siteId && { site_id: siteId }),
    ...(territoryId && { territory_id: territoryId }),
    ...(engineerId && { engineer_id: engineerId }),
    ...(filters.isUnassigned && { is_unassigned: true }),
    ...(filters.hasAlarm && { has_alarm: true }),
    ...(filters.isLate && { is_late: true }),
  };
}

/** How many filters differ from the usual: what "clear" would take away. */
export function countFilters(filters: TicketFilters): number {
  return [
    statesText(filters.states) !== "",
    filters.priorities.length > 0,
    filters.text !== "",
    filters.siteId !== null,
    filters.territoryId !== null,
    filters.engineerId !== null,
    filters.isUnassigned,
    filters.hasAlarm,
    filters.isLate,
  ].filter(Boolean).length;
}

export function put(search: URLSearchParams, name: string, value: string | null): void {
  if (value) search.set(name, value);
  else search.delete(name);
}

function statesText(states: TicketState[]): string {
  if (states.length === 0) return "all";
  return [...states].sort().join() === [...UNSETTLED].sort().join() ? "" : states.join(",");
}

function chosen<T extends string>(text: string, known: readonly T[], otherwise: T[]): T[] {
  const asked = new Set(text.split(","));
  const found = known.filter((value) => asked.has(value));
  return found.length > 0 ? found : otherwise;
}
