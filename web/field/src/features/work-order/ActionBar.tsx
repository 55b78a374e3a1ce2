import { useState } from "react";
import { useLocation } from "wouter";
import { useOpened } from "../../app/client.ts";
import { Icon, type IconName } from "../../app/Icon.tsx";
import { useKeeping } from "../../app/keeping.ts";
import { NotKept } from "../../app/NotKept.tsx";
import { useTexts } from "../../texts.ts";
import { commandOf, tellPosition } from "./actions.ts";
import { type Action, nextActions } from "./next-action.ts";
import { PauseSheet } from "./PauseSheet.tsx";
import type { Tab, Work } from "./WorkOrderPage.tsx";

const ICONS: Record<Action, IconName> = {
  travel: "route",
  arrive: "pin",
  start: "play",
  resume: "play",
  pause: "pause",
  finish: "flag",
  leave: "leave",
};

/** The one thing to do next, large and always in reach; what else is possible stands beside it. */
export function ActionBar({ work, shown }: { work: Work; shown: Tab }) {
  const { t } = useTexts();
  const { account, client } = useOpened();
  const [, go] = useLocation();
  const [said, setSaid] = useState("");
  const [isPausing, setPausing] = useState(false);
  const keeping = useKeeping();
  const { first, others } = nextActions(work.workOrder, work.booking);

  async function act(action: Action, reason = "") {
    if (action === "finish") return go(`/work/${work.workOrder.id}/finish`, { replace: true });
    const command = commandOf(action, work.workOrder, work.booking, reason);
    if (!command) return;
    await client.record(command);
    setSaid(t(`work-order.did.${action}`));
    if (action === "start" || action === "resume")
      go(`/work/${work.workOrder.id}/do`, { replace: true });
    if (action === "travel" || action === "arrive") void tellPosition(client, account.engineerId);
  }
  const take = (action: Action) =>
    action === "pause" ? setPausing(true) : void keeping.keep(() => act(action));
  // On the page that finishes the work, finishing has its own button below the summary.
  const large = first === "finish" && shown === "finish" ? null : first;

  return (
    <>
      <div role="status" className="visually-hidden">
        {said}
      </div>
      {(large !== null || others.length > 0) && (
        <div className="action-bar" role="group" aria-label={t("work-order.actions")}>
          <NotKept fault={keeping.fault} />
          <Buttons large={large} others={others} onTake={take} />
        </div>
      )}
      <PauseSheet
        key={work.workOrder.id}
        client={client}
        workOrderId={work.workOrder.id}
        isOpen={isPausing}
        onClose={() => setPausing(false)}
        onPause={(reason) => act("pause", reason)}
      />
    </>
  );
}

interface ButtonsProps {
  large: Action | null;
  others: readonly Action[];
  onTake: (action: Action) => void;
}

function Buttons({ large, others, onTake }: ButtonsProps) {
  const { t } = useTexts();
  return (
    <div className="action-row">
      {others.map((action) => (
        <button key={action} type="button" className="button" onClick={() => onTake(action)}>
          <Icon name={ICONS[action]} size={20} />
          {t(`work-order.act.${action}`)}
        </button>
      ))}
      {large !== null && (
        <button
          type="button"
          className="button primary tall action-first"
          onClick={() => onTake(large)}
        >
          <Icon name={ICONS[large]} />
          {t(`work-order.act.${large}`)}
        </button>
      )}
    </div>
  );
}
