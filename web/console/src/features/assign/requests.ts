import {
  postApiV1BookingsByBookingIdMoves,
  postApiV1BookingsByBookingIdReassignments,
  postApiV1WorkOrdersByWorkOrderIdBookings,
} from "@truckroll/shared/api/gen/sdk.gen.ts";
import type { BookingMake } from "@truckroll/shared/api/gen/types.gen.ts";
import { failureIn, ifMatch, take } from "../../app/api.ts";
import type { Booking } from "../../app/records.ts";

const PAUSE_MS = 800;
const WORTH_REPEATING = new Set(["offline", "busy", "http-502", "http-503", "http-504"]);

export function makeBooking(workOrderId: string, body: BookingMake): Promise<Booking> {
  return repeatable((headers) =>
    take(
      postApiV1WorkOrdersByWorkOrderIdBookings({
        path: { work_order_id: workOrderId },
        body,
        headers,
      }),
    ),
  );
}

export function reassignBooking(booking: Booking, body: BookingMake): Promise<Booking> {
  return repeatable((headers) =>
    take(
      postApiV1BookingsByBookingIdReassignments({
        path: { booking_id: booking.id },
        body,
        headers: { ...headers, ...ifMatch(booking.revision) },
      }),
    ),
  );
}

export function cancelBooking(booking: Booking, reason: string): Promise<Booking> {
  return repeatable((headers) =>
    take(
      postApiV1BookingsByBookingIdMoves({
        path: { booking_id: booking.id },
        body: { action: "cancel", reason },
        headers: { ...headers, ...ifMatch(booking.revision) },
      }),
    ),
  );
}

/** Send a change, and once more if its answer got lost: the key keeps it from counting twice. */
async function repeatable<T>(send: (headers: Record<string, string>) => Promise<T>): Promise<T> {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  try {
    return await send(headers);
  } catch (error) {
    if (!WORTH_REPEATING.has(failureIn(error).code)) throw error;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return send(headers);
  }
}
