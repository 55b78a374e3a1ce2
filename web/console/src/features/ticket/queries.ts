/** What only the ticket panel reads. */
import {
  getApiV1Alarms,
  getApiV1AssetModelsByModelId,
  getApiV1Attachments,
  getApiV1CustomersByCustomerId,
  getApiV1Devices,
  getApiV1DevicesByDeviceIdSeries,
  getApiV1DevicesByDeviceIdState,
  getApiV1SyncCommands,
  getApiV1TicketsByTicketIdHistory,
  getApiV1TicketsByTicketIdNotes,
  getApiV1WorkOrders,
  getApiV1WorkOrdersByWorkOrderIdHistory,
  getApiV1WorkOrdersByWorkOrderIdPartAvailability,
} from "@truckroll/shared/api/gen/sdk.gen.ts";
import { useQueries, useQuery } from "@tanstack/react-query";
import { allPages, take } from "../../app/api.ts";
import { keys } from "../../app/keys.ts";
import type { Alarm, HistoryEntry } from "../../app/records.ts";

export function useWorkOrdersOf(ticketId: string) {
  return useQuery({
    queryKey: keys.workOrdersOf(ticketId),
    queryFn: async () =>
      (await take(getApiV1WorkOrders({ query: { ticket_id: ticketId, limit: 100 } }))).items,
  });
}

/** What happened to the ticket and in its work, the newest first. */
export function useHistory(ticketId: string, workOrderIds: string[]) {
  return useQueries({
    queries: [
      {
        queryKey: keys.ticketHistory(ticketId),
        queryFn: () =>
          allPages((cursor, limit) =>
            take(
              getApiV1TicketsByTicketIdHistory({
                path: { ticket_id: ticketId },
                query: { cursor, limit },
              }),
            ),
          ),
      },
      ...workOrderIds.map((id) => ({
        queryKey: keys.workOrderHistory(id),
        queryFn: () =>
          allPages((cursor, limit) =>
            take(
              getApiV1WorkOrdersByWorkOrderIdHistory({
                path: { work_order_id: id },
                query: { cursor, limit },
              }),
            ),
          ),
      })),
    ],
    combine: (results) => ({
      entries: inOrder(results.flatMap((result) => result.data ?? [])),
      error: results.find((result) => result.error)?.error ?? null,
      isPending: results.some((result) => result.isPending),
    }),
  });
}

function inOrder(entries: HistoryEntry[]): HistoryEntry[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return [...byId.values()].sort(
    (a, b) => Date.parse(b.occurred_at) - Date.parse(a.occurred_at) || (a.id < b.id ? 1 : -1),
  );
}

export function useNotes(ticketId: string) {
  return useQuery({
    queryKey: keys.notes(ticketId),
    queryFn: () =>
      allPages((cursor, limit) =>
        take(
          getApiV1TicketsByTicketIdNotes({
            path: { ticket_id: ticketId },
            query: { cursor, limit },
          }),
        ),
      ),
  });
}

export function useAlarmsOf(ticketId: string) {
  return useQuery({
    queryKey: keys.alarmsOf(ticketId),
    queryFn: async (): Promise<Alarm[]> =>
      (await take(getApiV1Alarms({ query: { ticket_id: ticketId, limit: 50 } }))).items,
  });
}

export function useDevicesOf(assetId: string | null) {
  return useQuery({
    queryKey: keys.devicesOf(assetId ?? ""),
    queryFn: async () =>
      (await take(getApiV1Devices({ query: { asset_id: assetId ?? "", limit: 20 } }))).items,
    enabled: assetId !== null,
  });
}

/** What a device said last; asked again now and then, for readings are not in the feed. */
export function useDeviceState(deviceId: string | null) {
  return useQuery({
    queryKey: keys.deviceState(deviceId ?? ""),
    queryFn: () => take(getApiV1DevicesByDeviceIdState({ path: { device_id: deviceId ?? "" } })),
    enabled: deviceId !== null,
    refetchInterval: 30_000,
  });
}

export interface SeriesOf {
  deviceId: string;
  metric: string;
  since: string;
  until: string;
}

export function useSeries(of: SeriesOf) {
  return useQuery({
    queryKey: [...keys.readings(of.deviceId, of.since, of.until), of.metric],
    queryFn: () =>
      take(
        getApiV1DevicesByDeviceIdSeries({
          path: { device_id: of.deviceId },
          query: { metric: of.metric, since: of.since, until: of.until, points: 240 },
        }),
      ),
  });
}

export function useCustomer(id: string | null) {
  return useQuery({
    queryKey: keys.customer(id ?? ""),
    queryFn: () => take(getApiV1CustomersByCustomerId({ path: { customer_id: id ?? "" } })),
    enabled: id !== null,
  });
}

export function useAssetModel(id: string | null) {
  return useQuery({
    queryKey: keys.assetModel(id ?? ""),
    queryFn: () => take(getApiV1AssetModelsByModelId({ path: { model_id: id ?? "" } })),
    enabled: id !== null,
    staleTime: Infinity,
  });
}

export function useAttachments(kind: string, id: string | null) {
  return useQuery({
    queryKey: keys.attachments(kind, id ?? ""),
    queryFn: () =>
      allPages((cursor, limit) =>
        take(
          getApiV1Attachments({
            query: { entity_kind: kind, entity_id: id ?? "", cursor, limit },
          }),
        ),
      ),
    enabled: id !== null,
  });
}

export function usePartAvailability(workOrderId: string) {
  return useQuery({
    queryKey: ["reservations", workOrderId, "places"],
    queryFn: async () =>
      (
        await take(
          getApiV1WorkOrdersByWorkOrderIdPartAvailability({
            path: { work_order_id: workOrderId },
          }),
        )
      ).items,
  });
}

/** What phones sent about a work order that waits for a decision. */
export function useWaitingCommands(workOrderId: string | null) {
  return useQuery({
    queryKey: keys.commandsOf(workOrderId ?? ""),
    queryFn: async () =>
      (
        await take(
          getApiV1SyncCommands({
            query: { entity_id: workOrderId ?? "", is_waiting: true, limit: 50 },
          }),
        )
      ).items,
    enabled: workOrderId !== null,
  });
}
