import { Button, NativeSelect } from "@mantine/core";
import {
  postApiV1WorkOrders,
  postApiV1WorkOrdersByWorkOrderIdMoves,
} from "@truckroll/shared/api/gen/sdk.gen.ts";
import { dayAndTime, minutesText } from "@truckroll/shared/format.ts";
import { type ReactElement, useState } from "react";
import { ifMatch, take } from "../../app/api.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { keys } from "../../app/keys.ts";
import { WorkStateMark } from "../../app/marks.tsx";
import { useMay, useZone } from "../../app/me.ts";
import { useById, useSkills } from "../../app/queries.ts";
import {
  type Ticket,
  type WorkOrder,
  type WorkOrderRow,
  isFinished,
  isSettled,
} from "../../app/records.ts";
import { useChoosing } from "../../app/selection.ts";
import { decimalText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { Checklist } from "./Checklist.tsx";
import { CancelWork } from "./CancelWork.tsx";
import { Facts, Section } from "./Section.tsx";
import { workMoves } from "./moves.ts";
import { useChange } from "./use-change.ts";
import "./work.css";

interface Props {
  workOrder: WorkOrder;
  all: WorkOrderRow[];
  ticket: Ticket;
}

/** The field work: how far it is, what was answered, read and repaired. */
export function WorkSection({ workOrder, all, ticket }: Props): ReactElement {
  const { t, locale } = useTexts();
  const zone = useZone();
  const skills = useById(useSkills().data);
  const time = (at: string | null) => (at ? dayAndTime(at, locale, zone) : "");
  const needed = workOrder.skills
    .map(({ skill_id, min_level }) => {
      const name = skills.get(skill_id)?.name ?? "";
      return min_level > 1 ? t("panel.skillLevel", { skill: name, level: min_level }) : name;
    })
    .join(t("panel.listGap"));
  return (
    <Section
      title={t("word.workNumber", { number: workOrder.number })}
      icon="panel"
      aside={<WorkStateMark state={workOrder.state} />}
    >
      {all.length > 1 && <WorkChoice rows={all} chosen={workOrder.id} />}
      <Facts
        facts={[
          [t("panel.duration"), minutesText(workOrder.duration_minutes, locale)],
          [t("panel.skills"), needed],
          [t("panel.started"), time(workOrder.started_at)],
          [t("panel.completed"), time(workOrder.completed_at)],
          [t("panel.summary"), workOrder.summary],
        ]}
      />
      <Checklist tasks={workOrder.tasks} />
      <Readings workOrder={workOrder} />
      <Repairs workOrder={workOrder} />
      <WorkSteps workOrder={workOrder} />
      {isFinished(workOrder) && !all.some((row) => !isFinished(row)) && (
        <OpenWork ticket={ticket} />
      )}
    </Section>
  );
}

function WorkChoice({ rows, chosen }: { rows: WorkOrderRow[]; chosen: string }): ReactElement {
  const { t } = useTexts();
  const { selectWorkOrder } = useChoosing();
  return (
    <NativeSelect
      size="xs"
      mb={8}
      label={t("panel.chooseWork")}
      value={chosen}
      onChange={(event) => {
        const row = rows.find((other) => other.id === event.currentTarget.value);
        if (row) selectWorkOrder(row.id, row.ticket_id);
      }}
      data={rows.map((row) => ({
        value: row.id,
        label: `${t("word.workNumber", { number: row.number })} · ${t(`word.work.${row.state}`)}`,
      }))}
    />
  );
}

function Readings({ workOrder }: { workOrder: WorkOrder }): ReactElement | null {
  const { t, locale } = useTexts();
  const zone = useZone();
  if (workOrder.readings.length === 0) return null;
  return (
    <>
      <h4>{t("panel.readings")}</h4>
      <ul className="plain">
        {workOrder.readings.map((reading) => (
          <li key={reading.id}>
            <span>{reading.name}</span>
            <strong>
              {decimalText(reading.value, locale)} {reading.unit}
            </strong>
            <span className="quiet">{dayAndTime(reading.taken_at, locale, zone)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Repairs({ workOrder }: { workOrder: WorkOrder }): ReactElement | null {
  const { t, locale } = useTexts();
  const zone = useZone();
  if (workOrder.repairs.length === 0) return null;
  return (
    <>
      <h4>{t("panel.repairs")}</h4>
      {workOrder.repairs.map((repair) => (
        <div key={repair.id} className="repair">
          <Facts
            facts={[
              [t("panel.cause"), repair.cause],
              [t("panel.action"), repair.action],
              [t("panel.time"), dayAndTime(repair.occurred_at, locale, zone)],
            ]}
          />
        </div>
      ))}
    </>
  );
}

/** What the desk may do with the work itself; the rest is the engineer's. */
function WorkSteps({ workOrder }: { workOrder: WorkOrder }): ReactElement | null {
  const { t } = useTexts();
  const may = useMay("work_orders.change");
  const [isCancelling, setCancelling] = useState(false);
  const release = useChange({
    act: () =>
      take(
        postApiV1WorkOrdersByWorkOrderIdMoves({
          path: { work_order_id: workOrder.id },
          body: { action: "release" },
          headers: ifMatch(workOrder.revision),
        }),
      ),
    touches: [keys.workOrder(workOrder.id), keys.workOrdersOf(workOrder.ticket_id)],
    done: t("panel.released"),
  });
  const moves = workMoves(workOrder.state);
  if (!may || moves.length === 0) return null;
  return (
    <div className="section-steps">
      {release.error && <FailureNotice error={release.error} />}
      {moves.map(({ action }) => (
        <Button
          key={action}
          size="compact-sm"
          variant="default"
          loading={action === "release" && release.isPending}
          onClick={() => (action === "release" ? release.mutate() : setCancelling(true))}
        >
          {t(`panel.work.${action}`)}
        </Button>
      ))}
      {isCancelling && <CancelWork workOrder={workOrder} onClose={() => setCancelling(false)} />}
    </div>
  );
}

/** A ticket without field work: it may be solved from the desk, or somebody has to go. */
export function NoWorkSection({ ticket }: { ticket: Ticket }): ReactElement {
  const { t } = useTexts();
  return (
    <Section title={t("panel.noWork")} icon="panel">
      <p className="quiet panel-text">
        {t(ticket.site_id ? "panel.noWorkHint" : "panel.noPlaceHint")}
      </p>
      {ticket.site_id && <OpenWork ticket={ticket} />}
    </Section>
  );
}

function OpenWork({ ticket }: { ticket: Ticket }): ReactElement | null {
  const { t } = useTexts();
  const may = useMay("work_orders.change");
  const { selectWorkOrder } = useChoosing();
  const open = useChange({
    act: () => take(postApiV1WorkOrders({ body: { ticket_id: ticket.id } })),
    touches: [keys.workOrdersOf(ticket.id), keys.ticket(ticket.id)],
    done: t("panel.workOpened"),
    onDone: (workOrder) => selectWorkOrder(workOrder.id, ticket.id),
  });
  if (!may || isSettled(ticket)) return null;
  return (
    <div className="section-steps">
      {open.error && <FailureNotice error={open.error} />}
      <Button
        size="compact-sm"
        variant="default"
        loading={open.isPending}
        onClick={() => open.mutate()}
      >
        {t("panel.openWork")}
      </Button>
    </div>
  );
}
