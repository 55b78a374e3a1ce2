import type { Booking } from "../../app/records.ts";

/** What the timeline shows before the server has answered. */
export interface Expected {
  workOrderId: string;
  engineerId: string;
  startsAt: string;
  endsAt: string;
  /** The booking that is given up for it. */
  instead: Booking | null;
}

const MARK = "expected:";

/** Whether a row only shows what is hoped for; nothing can be done with it yet. */
export function isExpected(booking: { id: string }): boolean {
  return booking.id.startsWith(MARK);
}

export function withExpected<B extends Booking>(rows: readonly B[], wish: Expected): B[] {
  const standing = rows.map((row) =>
    row.id === wish.instead?.id ? { ...row, state: "cancelled" as const } : row,
  );
  const pattern = rows.find((row) => row.id === wish.instead?.id);
  return [...standing, { ...pattern, ...expectedRow(wish) } as B];
}

/** Take back what was only hoped for, and let stand what was there. */
export function withoutExpected<B extends Booking>(rows: readonly B[], wish: Expected): B[] {
  const { instead } = wish;
  return rows
    .filter((row) => row.id !== MARK + wish.workOrderId)
    .map((row) => (instead && row.id === instead.id ? { ...row, state: instead.state } : row));
}

/** Put the server's answer in the place of the hope. */
export function withAnswer<B extends Booking>(
  rows: readonly B[],
  wish: Expected,
  answer: Booking,
): B[] {
  const known = rows.some((row) => row.id === answer.id);
  return rows.flatMap((row) => {
    if (row.id === MARK + wish.workOrderId) return known ? [] : [{ ...row, ...answer }];
    return [row];
  });
}

/** Whether a row belongs into a list of the bookings that touch a stretch of time. */
export function touches(wish: Expected, from: string, until: string): boolean {
  return (
    Date.parse(wish.endsAt) > Date.parse(from) && Date.parse(wish.startsAt) < Date.parse(until)
  );
}

function expectedRow(wish: Expected): Booking {
  return {
    id: MARK + wish.workOrderId,
    work_order_id: wish.workOrderId,
    engineer_id: wish.engineerId,
    starts_at: wish.startsAt,
    ends_at: wish.endsAt,
    state: "proposed",
    travel_seconds: null,
    proposal_id: null,
    override_reason: "",
    cancel_reason: "",
    travelling_at: null,
    on_site_at: null,
    finished_at: null,
    cancelled_at: null,
    revision: 0,
  };
}
