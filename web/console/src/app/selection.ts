import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import { useToday } from "./clock.ts";
import { type Day, dayOf, isDay } from "./day.ts";
import { NO_FILTERS, type TicketFilters, filtersFrom, filtersInto, idIn, put } from "./filters.ts";
import { useZone } from "./me.ts";

export interface Selection {
  ticketId: string | null;
  workOrderId: string | null;
  engineerId: string | null;
  /** The day on the timeline, in the dispatcher's zone. */
  day: Day;
  filters: TicketFilters;
}

export interface Choosing {
  /** Show a ticket, or none. */
  selectTicket: (id: string | null) => void;
  /** Show a work order with its ticket. */
  selectWorkOrder: (workOrderId: string, ticketId: string) => void;
  /** Mark an engineer on map and timeline, or nobody. */
  selectEngineer: (id: string | null) => void;
  setDay: (day: Day) => void;
  setFilters: (change: Partial<TicketFilters>, options?: { replace?: boolean }) => void;
  clearFilters: () => void;
}

/** What is chosen lives in the address: it can be shared, and the back button works. */
export function useSelection(): Selection {
  const search = useSearch();
  const today = useToday(useZone());
  return useMemo(() => {
    const asked = new URLSearchParams(search);
    const day = asked.get("day");
    return {
      ticketId: idIn(asked, "ticket"),
      workOrderId: idIn(asked, "work"),
      engineerId: idIn(asked, "engineer"),
      day: isDay(day) ? day : today,
      filters: filtersFrom(asked),
    };
  }, [search, today]);
}

/** The ways to change what is chosen; the functions never change, so they cost no rendering. */
export function useChoosing(): Choosing {
  const [, navigate] = useLocation();
  const zone = useZone();
  const change = useCallback(
    (edit: (search: URLSearchParams) => void, replace = false) => {
      const search = new URLSearchParams(window.location.search);
      const before = search.toString();
      edit(search);
      const after = search.toString();
      if (after !== before) navigate(after ? `/?${after}` : "/", { replace });
    },
    [navigate],
  );
  return useMemo(
    () => ({
      selectTicket: (id) =>
        change((search) => {
          put(search, "ticket", id);
          search.delete("work");
        }),
      selectWorkOrder: (workOrderId, ticketId) =>
        change((search) => {
          put(search, "ticket", ticketId);
          put(search, "work", workOrderId);
        }),
      selectEngineer: (id) => change((search) => put(search, "engineer", id)),
      setDay: (day) =>
        change((search) => put(search, "day", day === dayOf(Date.now(), zone) ? "" : day)),
      setFilters: (filters, options) =>
        change(
          (search) => filtersInto(search, { ...filtersFrom(search), ...filters }),
          options?.replace,
        ),
      clearFilters: () => change((search) => filtersInto(search, NO_FILTERS)),
    }),
    [change, zone],
  );
}
