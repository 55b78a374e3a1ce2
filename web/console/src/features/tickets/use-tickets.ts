import { getApiV1Tickets } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Page, take } from "../../app/api.ts";
import { type TicketFilters, queryOf } from "../../app/filters.ts";
import { keys } from "../../app/keys.ts";
import type { Ticket } from "../../app/records.ts";

const PAGE = 60;

/** The list of tickets, page by page from where the last one ended. */
export function useTickets(filters: TicketFilters) {
  const query = useInfiniteQuery({
    queryKey: keys.tickets(filters),
    queryFn: ({ pageParam }): Promise<Page<Ticket>> =>
      take(getApiV1Tickets({ query: { ...queryOf(filters), cursor: pageParam, limit: PAGE } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    // Tickets become late by the clock alone: no change in the feed tells.
    refetchInterval: filters.isLate ? 60_000 : false,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return { ...query, rows };
}
