import { Button, Loader } from "@mantine/core";
import { relativeTime } from "@truckroll/shared/format.ts";
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useState } from "react";
import { useNow } from "../../app/clock.ts";
import { useProposal } from "../../app/queries.ts";
import type { Proposal, ProposedSlot } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { isStale, scaleOf } from "./explain.ts";
import { Rejections } from "./Rejections.tsx";
import { SlotRow } from "./SlotRow.tsx";
import { type Subject, type SubjectActions, useSubjectActions } from "./use-subject.ts";

const FIRST = 5;
const HORIZON_DAYS = 7;

/** The engineers who could go, best first, and why; Enter books. */
export function RankingView({ subject }: { subject: Subject }): ReactElement {
  const { t } = useTexts();
  const query = useProposal(subject.workOrder.id);
  useRefreshWhenStale(query.data, query.refetch, query.isFetching);
  if (query.isError && !query.data)
    return (
      <div className="assign-quiet" role="alert">
        <p>{t("assign.failed")}</p>
        <Button size="xs" variant="default" onClick={() => void query.refetch()}>
          {t("assign.retry")}
        </Button>
      </div>
    );
  if (!query.data)
    return (
      <p className="assign-quiet" role="status">
        <Loader size="xs" aria-hidden="true" /> {t("assign.loading")}
      </p>
    );
  return (
    <Ranking
      subject={subject}
      proposal={query.data}
      isFetching={query.isFetching}
      refresh={() => void query.refetch()}
    />
  );
}

interface Props {
  subject: Subject;
  proposal: Proposal;
  isFetching: boolean;
  refresh: () => void;
}

function Ranking({ subject, proposal, isFetching, refresh }: Props): ReactElement {
  const { t } = useTexts();
  const actions = useSubjectActions(subject);
  const [isAll, setAll] = useState(false);
  const { booking, take } = useTaking(actions, proposal.id);
  const slots = useMemo(() => {
    const standing = subject.standing?.engineer_id;
    return proposal.proposals.filter((slot) => slot.engineer_id !== standing);
  }, [proposal.proposals, subject.standing]);
  const shown = isAll ? slots : slots.slice(0, FIRST);
  const scale = scaleOf(shown);
  return (
    <div className="assign-ranking" aria-busy={isFetching}>
      <Made at={proposal.made_at} isFetching={isFetching} refresh={refresh} />
      {slots.length === 0 && <Nobody />}
      <ol className="assign-list" aria-label={t("assign.list")} onKeyDown={walk}>
        {shown.map((slot, index) => (
          <SlotRow
            key={slot.engineer_id}
            slot={slot}
            rank={index + 1}
            scale={scale}
            subject={subject}
            isBooking={booking === slot.engineer_id}
            isDisabled={booking !== null}
            take={() => void take(slot)}
            chooseTime={() => void actions.chooseTime(slot.engineer_id)}
          />
        ))}
      </ol>
      <div className="assign-actions">
        <HowMany count={slots.length} isAll={isAll} setAll={setAll} />
        <Button size="xs" variant="subtle" onClick={() => void actions.chooseTime(null)}>
          {t("assign.otherTime")}
        </Button>
      </div>
      <Rejections rejected={proposal.rejected} chooseTime={actions.chooseTime} />
    </div>
  );
}

/** Takes a slot; whose it is is known until the server has answered. */
function useTaking(actions: SubjectActions, proposalId: string) {
  const [booking, setBooking] = useState<string | null>(null);
  const take = async (slot: ProposedSlot) => {
    setBooking(slot.engineer_id);
    await actions.take(slot, proposalId);
    setBooking(null);
  };
  return { booking, take };
}

function Nobody(): ReactElement {
  const { t } = useTexts();
  return (
    <div className="assign-quiet">
      <strong>{t("assign.nobody", { days: HORIZON_DAYS })}</strong>
      <p>{t("assign.nobodyHint")}</p>
    </div>
  );
}

interface HowManyProps {
  count: number;
  isAll: boolean;
  setAll: (isAll: boolean) => void;
}

function HowMany({ count, isAll, setAll }: HowManyProps): ReactElement | null {
  const { t } = useTexts();
  if (count <= FIRST) return null;
  return (
    <Button size="xs" variant="subtle" onClick={() => setAll(!isAll)}>
      {isAll ? t("assign.fewer") : t("assign.more", { count: count - FIRST })}
    </Button>
  );
}

function Made(props: { at: string; isFetching: boolean; refresh: () => void }): ReactElement {
  const { t, locale } = useTexts();
  const now = useNow();
  return (
    <p className="assign-made">
      <span title={t("assign.keys")}>
        {props.isFetching
          ? t("assign.stale")
          : t("assign.made", { when: relativeTime(props.at, now, locale) })}
      </span>
      <button type="button" className="assign-link" onClick={props.refresh}>
        {t("assign.refresh")}
      </button>
    </p>
  );
}

/** Up and down go from one Book button to the next. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-book]")];
  const row = (event.target as HTMLElement).closest("li");
  const at = buttons.findIndex((button) => row?.contains(button));
  const next = buttons[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Roads, bookings and the clock move on; while somebody looks, the ranking follows. */
function useRefreshWhenStale(
  proposal: Proposal | undefined,
  refetch: () => Promise<unknown>,
  isFetching: boolean,
): void {
  const now = useNow().getTime();
  useEffect(() => {
    if (!proposal || isFetching || document.hidden) return;
    if (isStale(proposal.made_at, now, false)) void refetch();
  }, [proposal, refetch, isFetching, now]);
}
