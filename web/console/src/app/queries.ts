/** What the console reads, with the live feed keeping it fresh: no query here polls. */
import {
  getApiV1Absences,
  getApiV1Alarms,
  getApiV1AssetsByAssetId,
  getApiV1Bookings,
  getApiV1Engineers,
  getApiV1EngineersPositions,
  getApiV1Shifts,
  getApiV1Sites,
  getApiV1Skills,
  getApiV1Territories,
  getApiV1TicketsByTicketId,
  getApiV1WorkOrders,
  getApiV1WorkOrdersByWorkOrderId,
  getApiV1Tickets,
  postApiV1WorkOrdersByWorkOrderIdProposals,
} from "@truckroll/shared/api/gen/sdk.gen.ts";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { allPages, take } from "./api.ts";
import { type Day, dayRange } from "./day.ts";
import { UNSETTLED } from "./filters.ts";
import { keys } from "./keys.ts";
import { useZone } from "./me.ts";
import {
  type Alarm,
  type BookingRow,
  type Engineer,
  type ListedSite,
  type Ticket,
  type WorkOrder,
  type WorkOrderRow,
  type WorkOrderState,
} from "./records.ts";

export { keys } from "./keys.ts";
export { useConfig, useMay, useMe, useZone } from "./me.ts";

const UNFINISHED: WorkOrderState[] = ["ready", "in_progress", "on_hold", "draft"];

/** Rows by their id; stable while the rows are. */
export function useById<T extends { id: string }>(
  rows: readonly T[] | undefined,
): ReadonlyMap<string, T> {
  return useMemo(() => new Map((rows ?? []).map((row) => [row.id, row])), [rows]);
}

export function ticketQuery(id: string) {
  return queryOptions({
    queryKey: keys.ticket(id),
    queryFn: async (): Promise<Ticket> =>
      take(getApiV1TicketsByTicketId({ path: { ticket_id: id } })),
  });
}

export function useTicket(id: string | null) {
  return useQuery({ ...ticketQuery(id ?? ""), enabled: id !== null });
}

/** Every ticket somebody has to do something about: what the map shows. */
export function useOpenTickets() {
  return useQuery({
    queryKey: keys.openTickets,
    queryFn: async (): Promise<Ticket[]> =>
      allPages((cursor, limit) =>
        take(getApiV1Tickets({ query: { state: UNSETTLED, cursor, limit } })),
      ),
  });
}

/** Every work order that is not over: who has what, and what still waits for somebody. */
export function useOpenWork() {
  return useQuery({
    queryKey: keys.openWork,
    queryFn: async (): Promise<WorkOrderRow[]> =>
      allPages((cursor, limit) =>
        take(getApiV1WorkOrders({ query: { state: UNFINISHED, cursor, limit } })),
      ),
  });
}

/** The unfinished work order of each ticket, by the ticket's id. */
export function useOpenWorkByTicket(): ReadonlyMap<string, WorkOrderRow> {
  const { data } = useOpenWork();
  return useMemo(() => new Map((data ?? []).map((row) => [row.ticket_id, row])), [data]);
}

export function workOrderQuery(id: string) {
  return queryOptions({
    queryKey: keys.workOrder(id),
    queryFn: async (): Promise<WorkOrder> =>
      (await take(
        getApiV1WorkOrdersByWorkOrderId({ path: { work_order_id: id } }),
      )) as unknown as WorkOrder,
  });
}

export function useWorkOrder(id: string | null) {
  return useQuery({ ...workOrderQuery(id ?? ""), enabled: id !== null });
}

/** Where a day begins and ends in the tenant's zone, as the server reads it. */
function useEdges(day: Day): { from: string; until: string } {
  const { from, until } = dayRange(day, useZone());
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
}

/** The bookings that touch a day, cancelled ones included. */
export function useBookings(day: Day) {
  const { from, until } = useEdges(day);
  return useQuery({
    queryKey: keys.bookings(from, until),
    queryFn: async (): Promise<BookingRow[]> =>
      allPages((cursor, limit) =>
        take(getApiV1Bookings({ query: { from_at: from, until_at: until, cursor, limit } })),
      ),
  });
}

export function useBookingsOf(workOrderId: string | null) {
  return useQuery({
    queryKey: keys.bookingsOf(workOrderId ?? ""),
    queryFn: () =>
      allPages((cursor, limit) =>
        take(getApiV1Bookings({ query: { work_order_id: workOrderId ?? "", cursor, limit } })),
      ),
    enabled: workOrderId !== null,
  });
}

export function useShifts(day: Day) {
  const { from, until } = useEdges(day);
  return useQuery({
    queryKey: keys.shifts(from, until),
    queryFn: () =>
      allPages((cursor, limit) =>
        take(getApiV1Shifts({ query: { from_at: from, until_at: until, cursor, limit } })),
      ),
  });
}

export function useAbsences(day: Day) {
  const { from, until } = useEdges(day);
  return useQuery({
    queryKey: keys.absences(from, until),
    queryFn: () =>
      allPages((cursor, limit) =>
        take(getApiV1Absences({ query: { from_at: from, until_at: until, cursor, limit } })),
      ),
  });
}

/** Everybody who can be booked, by name. */
export function useEngineers() {
  return useQuery({
    queryKey: keys.engineers,
    queryFn: async (): Promise<Engineer[]> =>
      allPages((cursor, limit) =>
        take(getApiV1Engineers({ query: { is_archived: false, cursor, limit } })),
      ),
  });
}

/** Where the engineers' phones last were; not everybody has a position. */
export function usePositions() {
  return useQuery({
    queryKey: keys.positions,
    queryFn: () =>
      allPages((cursor, limit) => take(getApiV1EngineersPositions({ query: { cursor, limit } }))),
  });
}

export function useSkills() {
  return useQuery({
    queryKey: keys.skills,
    queryFn: () => allPages((cursor, limit) => take(getApiV1Skills({ query: { cursor, limit } }))),
  });
}

export function useSites() {
  return useQuery({
    queryKey: keys.sites,
    queryFn: async (): Promise<ListedSite[]> =>
      allPages((cursor, limit) => take(getApiV1Sites({ query: { cursor, limit } }))),
  });
}

export function useSitesById(): ReadonlyMap<string, ListedSite> {
  return useById(useSites().data);
}

export function useTerritories() {
  return useQuery({
    queryKey: keys.territories,
    queryFn: () =>
      allPages((cursor, limit) => take(getApiV1Territories({ query: { cursor, limit } }))),
  });
}

export function useAsset(id: string | null | undefined) {
  return useQuery({
    queryKey: keys.asset(id ?? ""),
    queryFn: () => take(getApiV1AssetsByAssetId({ path: { asset_id: id ?? "" } })),
    enabled: !!id,
  });
}

/** The alarms that still stand, acknowledged ones included. */
export function useActiveAlarms() {
  return useQuery({
    queryKey: keys.activeAlarms,
    queryFn: async (): Promise<Alarm[]> => {
      const lists = (["active", "acknowledged"] as const).map((state) =>
        allPages((cursor, limit) => take(getApiV1Alarms({ query: { state, cursor, limit } }))),
      );
      return (await Promise.all(lists)).flat();
    },
  });
}

/** The ranking of engineers for a work order; made anew when something it depends on changes. */
export function useProposal(workOrderId: string | null) {
  return useQuery({
    queryKey: keys.proposal(workOrderId ?? ""),
    queryFn: () =>
      take(
        postApiV1WorkOrdersByWorkOrderIdProposals({
          path: { work_order_id: workOrderId ?? "" },
          body: {},
        }),
      ),
    enabled: workOrderId !== null,
    staleTime: 30_000,
  });
}
