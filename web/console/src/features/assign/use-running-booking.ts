import { getApiV1Bookings } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { useCallback } from "react";
import { take } from "../../app/api.ts";
import { type Booking, isRunning } from "../../app/records.ts";

/** Ask for the booking of a work order that still stands; null when there is none. */
export function useRunningBooking(): (workOrderId: string) => Promise<Booking | null> {
  return useCallback(async (workOrderId) => {
    try {
      const query = { work_order_id: workOrderId, limit: 1000 };
      const page = await take(getApiV1Bookings({ query }));
      return page.items.find(isRunning) ?? null;
    } catch {
      // Booking will say what is wrong, in words and in the right place.
      return null;
    }
  }, []);
}
