import { locale } from "@truckroll/shared/locale.ts";
import type { Failure } from "@truckroll/shared/problem.ts";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { failureIn } from "../../app/api.ts";
import { keys } from "../../app/keys.ts";
import { useZone } from "../../app/me.ts";
import type { Booking, Engineer } from "../../app/records.ts";
import { texts } from "../../texts.ts";
import { type Expected, touches, withAnswer, withExpected, withoutExpected } from "./optimistic.ts";
import { askReason } from "./prompts.ts";
import { cancelBooking, makeBooking, reassignBooking } from "./requests.ts";
import { showDone, showFailure } from "./toasts.tsx";
import { failureText, reasonQuestionText, slotText } from "./wording.ts";

/** What a dispatcher wants for a work order; without times the proposed slot is taken. */
export interface Wish {
  workOrderId: string;
  /** How people call the work order: "#42 Vibration out of range". */
  what: string;
  engineerId: string;
  engineerName: string;
  startsAt?: string | undefined;
  endsAt?: string | undefined;
  proposalId?: string | undefined;
  reason?: string | undefined;
  /** Where the slot probably lies, when the server chooses it: shown until it answers. */
  likely?: { startsAt: string; endsAt: string } | undefined;
}

/** Books, reassigns and cancels: shown at once, explained when refused, undone on demand. */
export interface Desk {
  book: (wish: Wish) => Promise<Booking | null>;
  reassign: (booking: Booking, wish: Wish) => Promise<Booking | null>;
  cancel: (booking: Booking, about: About, reason: string) => Promise<boolean>;
}

export interface About {
  what: string;
  engineerName: string;
}

export function useDesk(): Desk {
  const client = useQueryClient();
  const zone = useZone();
  return useMemo(() => deskOf(client, zone), [client, zone]);
}

function deskOf(client: QueryClient, zone: string): Desk {
  const place = { client, zone };

  async function book(wish: Wish): Promise<Booking | null> {
    const made = await change(client, zone, wish, null);
    if (made)
      showDone(
        doneText("assign.booked", wish, made, zone),
        undoing(place, wish, () => cancelBooking(made, language().t("assign.undoReason"))),
      );
    return made;
  }

  async function reassign(booking: Booking, wish: Wish): Promise<Booking | null> {
    const made = await change(client, zone, wish, booking);
    if (made)
      showDone(
        doneText("assign.moved", wish, made, zone),
        undoing(place, wish, () => reassignBooking(made, asBefore(booking))),
      );
    return made;
  }

  async function cancel(booking: Booking, about: About, reason: string): Promise<boolean> {
    const { engineerName: engineer, what } = about;
    try {
      await cancelBooking(booking, reason);
    } catch (error) {
      showFailure(failureText(failureIn(error), { engineer }, language(), zone));
      return false;
    } finally {
      refresh(client, booking.work_order_id);
    }
    const undone = { ...about, workOrderId: booking.work_order_id };
    showDone(
      language().t("assign.cancelled", { engineer, what }),
      undoing(place, undone, () => makeBooking(booking.work_order_id, asBefore(booking))),
    );
    return true;
  }

  return { book, reassign, cancel };
}

const language = () => texts(locale());

function doneText(
  key: "assign.booked" | "assign.moved",
  { engineerName: engineer, what }: About,
  made: Booking,
  zone: string,
): string {
  const when = slotText(made.starts_at, made.ends_at, language(), zone);
  return language().t(key, { engineer, what, when });
}

/** A booking as it stood, to be made once more. */
function asBefore(booking: Booking) {
  return {
    engineer_id: booking.engineer_id,
    starts_at: booking.starts_at,
    ends_at: booking.ends_at,
    override_reason: booking.override_reason || language().t("assign.undoReason"),
  };
}

/** The way back, which answers in words; a refusal is thrown in words, too. */
function undoing(
  { client, zone }: { client: QueryClient; zone: string },
  about: About & { workOrderId: string },
  back: () => Promise<Booking>,
): () => Promise<string> {
  return async () => {
    try {
      await back();
      return language().t("assign.undone", { what: about.what });
    } catch (error) {
      const who = { engineer: about.engineerName };
      const why = failureText(failureIn(error), who, language(), zone);
      throw new Error(language().t("assign.undoFailed", { why }), { cause: error });
    } finally {
      refresh(client, about.workOrderId);
    }
  };
}

/** Make or move a booking; asks for a reason as often as the server wants one. */
async function change(
  client: QueryClient,
  zone: string,
  wish: Wish,
  instead: Booking | null,
): Promise<Booking | null> {
  const expected = expectedOf(wish, instead);
  if (expected) patch(client, expected, (rows) => withExpected(rows, expected));
  const made = await insist(client, zone, wish, instead);
  if (expected)
    patch(client, expected, (rows) =>
      made ? withAnswer(rows, expected, made) : withoutExpected(rows, expected),
    );
  refresh(client, wish.workOrderId);
  return made;
}

async function insist(
  client: QueryClient,
  zone: string,
  wish: Wish,
  instead: Booking | null,
): Promise<Booking | null> {
  let reason = wish.reason ?? "";
  for (;;) {
    const body = {
      engineer_id: wish.engineerId,
      starts_at: wish.startsAt ?? null,
      ends_at: wish.endsAt ?? null,
      proposal_id: wish.proposalId ?? null,
      override_reason: reason,
    };
    try {
      return await (instead ? reassignBooking(instead, body) : makeBooking(wish.workOrderId, body));
    } catch (error) {
      const failure = failureIn(error);
      const answer = await reasonFor(failure, { client, zone, wish, instead });
      if (answer === null) return null;
      reason = answer;
    }
  }
}

interface Case {
  client: QueryClient;
  zone: string;
  wish: Wish;
  instead: Booking | null;
}

/** What the dispatcher answers to a refusal; null when nothing can be answered, or nothing was. */
async function reasonFor(failure: Failure, found: Case): Promise<string | null> {
  const { client, zone, wish, instead } = found;
  const engineer = wish.engineerName;
  if (failure.code !== "override-reason-required") {
    showFailure(failureText(failure, { engineer }, language(), zone));
    return null;
  }
  const first = String(failure.params.proposed_engineer_id ?? "");
  const people = client.getQueryData<Engineer[]>(keys.engineers) ?? [];
  const proposed = people.find((person) => person.id === first)?.name ?? null;
  const text = reasonQuestionText(failure, { engineer, proposed }, language(), zone);
  const before = instead?.override_reason ?? "";
  return askReason({ kind: "reason", text, isReassignment: instead !== null, before });
}

function expectedOf(wish: Wish, instead: Booking | null): Expected | null {
  const startsAt = wish.startsAt ?? wish.likely?.startsAt;
  const endsAt = wish.endsAt ?? wish.likely?.endsAt;
  if (!startsAt || !endsAt) return null;
  const { workOrderId, engineerId } = wish;
  return { workOrderId, engineerId, startsAt, endsAt, instead };
}

function patch(
  client: QueryClient,
  expected: Expected,
  edit: (rows: Booking[]) => Booking[],
): void {
  for (const [key] of client.getQueriesData<Booking[]>({ queryKey: keys.bookingDays })) {
    const [, from, until] = key as string[];
    const isOld = (rows: Booking[]) => rows.some((row) => row.id === expected.instead?.id);
    client.setQueryData<Booking[]>(key, (rows) => {
      if (!rows) return rows;
      return touches(expected, from ?? "", until ?? "") || isOld(rows) ? edit(rows) : rows;
    });
  }
}

/** The live feed brings the change too; the window that made it should not wait for that. */
function refresh(client: QueryClient, workOrderId: string): void {
  for (const queryKey of [
    keys.bookingDays,
    keys.openWork,
    keys.bookingsOf(workOrderId),
    keys.workOrder(workOrderId),
    keys.proposals,
  ])
    void client.invalidateQueries({ queryKey });
}
