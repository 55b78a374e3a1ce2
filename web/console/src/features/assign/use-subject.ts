import { dayAndTime } from "@truckroll/shared/format.ts";
import { useMemo } from "react";
import { useById, useEngineers, useZone } from "../../app/queries.ts";
import type { Booking, ProposedSlot, WorkOrder } from "../../app/records.ts";
import { type ConsoleTexts, useTexts } from "../../texts.ts";
import { type About, useDesk, type Wish } from "./desk.tsx";
import { askCancel, askTime, type CancelQuestion } from "./prompts.ts";
import { slotText } from "./wording.ts";

/** What is decided about: a work order, and the booking that stands. */
export interface Subject {
  workOrder: WorkOrder;
  standing: Booking | null;
}

export interface SubjectActions {
  nameOf: (engineerId: string) => string;
  /** Book a proposed slot, or give the work order over to it. */
  take: (slot: ProposedSlot, proposalId: string) => Promise<Booking | null>;
  chooseTime: (engineerId: string | null) => Promise<void>;
  cancel: () => Promise<void>;
  movedEffects: () => string[];
}

export function useSubjectActions(subject: Subject): SubjectActions {
  const desk = useDesk();
  const texts = useTexts();
  const zone = useZone();
  const { data } = useEngineers();
  const engineers = useById(data);
  return useMemo(() => {
    const { workOrder, standing } = subject;
    const nameOf = (id: string) => engineers.get(id)?.name ?? "";
    const what = texts.t("word.ticketNumber", { number: workOrder.ticket.number });
    const decide = (wish: Wish) => (standing ? desk.reassign(standing, wish) : desk.book(wish));
    const movedEffects = () => (standing ? effectsOf(standing, nameOf, texts, zone) : []);

    const take = (slot: ProposedSlot, proposalId: string) =>
      decide({ ...wishFor(slot, proposalId), workOrderId: workOrder.id, what });

    const chooseTime = async (engineerId: string | null) => {
      const answer = await askTime({
        kind: "time",
        what: `${what} · ${workOrder.title}`,
        workOrderId: workOrder.id,
        engineerId,
        startsAt: standing?.starts_at ?? nextQuarter(),
        minutes: workOrder.duration_minutes,
        effects: movedEffects(),
      });
      if (answer) await decide({ ...answer, workOrderId: workOrder.id, what });
    };

    const cancel = async () => {
      if (!standing) return;
      const engineerName = nameOf(standing.engineer_id);
      const reason = await askCancel(
        cancelQuestion({ workOrder, standing }, { what, engineerName }, texts, zone),
      );
      if (reason !== null) await desk.cancel(standing, { what, engineerName }, reason);
    };

    return { nameOf, take, chooseTime, cancel, movedEffects };
  }, [subject, desk, texts, zone, engineers]);
}

/** A proposed slot as it is asked for: the server knows its times by the proposal. */
function wishFor(slot: ProposedSlot, proposalId: string) {
  return {
    engineerId: slot.engineer_id,
    engineerName: slot.engineer_name,
    proposalId,
    likely: { startsAt: slot.starts_at, endsAt: slot.ends_at },
  };
}

function cancelQuestion(
  { workOrder, standing }: { workOrder: WorkOrder; standing: Booking },
  { what, engineerName: engineer }: About,
  texts: ConsoleTexts,
  zone: string,
): CancelQuestion {
  return {
    kind: "cancel",
    engineer,
    what: `${what} · ${workOrder.title}`,
    when: slotText(standing.starts_at, standing.ends_at, texts, zone),
    effects: [
      ...warnings(standing, engineer, texts),
      texts.t("assign.effect.open"),
      texts.t("assign.effect.due", { due: dayAndTime(workOrder.due_at, texts.locale, zone) }),
      texts.t("assign.effect.phone", { engineer }),
    ],
  };
}

function effectsOf(
  standing: Booking,
  nameOf: (id: string) => string,
  texts: ConsoleTexts,
  zone: string,
): string[] {
  const engineer = nameOf(standing.engineer_id);
  const when = slotText(standing.starts_at, standing.ends_at, texts, zone);
  return [
    ...warnings(standing, engineer, texts),
    texts.t("assign.effect.moved", { engineer, when }),
    texts.t("assign.effect.phone", { engineer }),
  ];
}

function warnings(standing: Booking, engineer: string, texts: ConsoleTexts): string[] {
  if (standing.state === "travelling") return [texts.t("assign.effect.travelling", { engineer })];
  if (standing.state === "on_site") return [texts.t("assign.effect.onSite", { engineer })];
  return [];
}

const QUARTER = 15 * 60_000;

function nextQuarter(): string {
  return new Date(Math.ceil(Date.now() / QUARTER) * QUARTER).toISOString();
}
