import { describe, expect, it } from "vitest";
import type { Booking } from "../../app/records.ts";
import { isExpected, touches, withAnswer, withExpected, withoutExpected } from "./optimistic.ts";

const booking = (more: Partial<Booking> = {}): Booking => ({
  id: "b1",
  work_order_id: "w1",
  engineer_id: "ana",
  starts_at: "2026-11-23T09:00:00Z",
  ends_at: "2026-11-23T10:00:00Z",
  state: "confirmed",
  travel_seconds: 600,
  proposal_id: null,
  override_reason: "",
  cancel_reason: "",
  travelling_at: null,
  on_site_at: null,
  finished_at: null,
  cancelled_at: null,
  revision: 3,
  ...more,
});
const wish = {
  workOrderId: "w1",
  engineerId: "rui",
  startsAt: "2026-11-23T11:00:00Z",
  endsAt: "2026-11-23T12:00:00Z",
  instead: booking(),
};
const other = booking({ id: "b2", work_order_id: "w2" });

describe("a booking shown before the server has answered", () => {
  it("stands in the place of the old one", () => {
    const rows = withExpected([booking(), other], wish);

    expect(rows.map((row) => [row.engineer_id, row.state, isExpected(row)])).toEqual([
      ["ana", "cancelled", false],
      ["ana", "confirmed", false],
      ["rui", "proposed", true],
    ]);
  });

  it("leaves no trace when it is refused, and keeps what others did meanwhile", () => {
    const shown = withExpected([booking()], wish);
    const meanwhile = [...shown, other];

    expect(withoutExpected(meanwhile, wish)).toEqual([booking(), other]);
  });

  it("becomes the server's row, once, even when the live feed was faster", () => {
    const answer = booking({ id: "b9", engineer_id: "rui" });
    const shown = withExpected([booking()], wish);

    expect(withAnswer(shown, wish, answer).map((row) => row.id)).toEqual(["b1", "b9"]);
    expect(withAnswer([...shown, answer], wish, answer).map((row) => row.id)).toEqual(["b1", "b9"]);
  });

  it("belongs to the days it touches", () => {
    expect(touches(wish, "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z")).toBe(true);
    expect(touches(wish, "2026-11-23T12:00:00Z", "2026-11-24T00:00:00Z")).toBe(false);
  });
});
