import { clockTime } from "@truckroll/shared/format.ts";
import type { Row } from "@truckroll/sync-client";
import { type FormEvent, type ReactNode, type TextareaHTMLAttributes, useState } from "react";
import { useOpened } from "../../app/client.ts";
import { type Draft, useDraft } from "../../app/draft.ts";
import { Icon } from "../../app/Icon.tsx";
import { useKeeping } from "../../app/keeping.ts";
import { NotKept } from "../../app/NotKept.tsx";
import { useLive } from "../../app/live.ts";
import { useTexts } from "../../texts.ts";
import { FormButtons } from "./FormButtons.tsx";
import { type NewRepair, recordRepair } from "./actions.ts";
import type { AssetModelDocument, Repair, WorkOrderDocument } from "./documents.ts";

type FaultCode = AssetModelDocument["fault_codes"][number];

/** What was found and done; every entry stays, a correction is a further entry. */
export function Repairs({ workOrder }: { workOrder: Row<WorkOrderDocument> }) {
  const { t } = useTexts();
  const { client } = useOpened();
  const { repairs, asset, fault_code_id, site } = workOrder.doc;
  const modelId = asset?.model_id ?? "";
  const codes = useLive(client, `fault codes ${modelId}`, async () => {
    const model = await client.row<AssetModelDocument>("asset_model", modelId);
    return (model?.doc.fault_codes ?? []).filter((code) => code.archived_at === null);
  });
  const draft = useDraft<NewRepair>(client, `repair ${workOrder.id}`, {
    action: "",
    cause: "",
    fault_code_id,
  });
  const [isOpen, setOpen] = useState(false);
  const isTyping = draft.value.action !== "" || draft.value.cause !== "";
  function close() {
    draft.clear();
    setOpen(false);
  }
  return (
    <section className="card" aria-labelledby="repairs">
      <h2 id="repairs">{t("work-order.repair")}</h2>
      <div className="stack">
        <RepairList repairs={repairs} codes={codes ?? []} timezone={site.timezone} />
        {isOpen || isTyping ? (
          <RepairForm workOrder={workOrder} codes={codes ?? []} draft={draft} onDone={close} />
        ) : (
          <>
            {repairs.length === 0 && <p className="quiet-text">{t("work-order.repair.none")}</p>}
            <button type="button" className="button" onClick={() => setOpen(true)}>
              <Icon name="wrench" size={20} />
              {t(repairs.length === 0 ? "work-order.repair.add" : "work-order.repair.more")}
            </button>
          </>
        )}
      </div>
    </section>
  );
}

interface ListProps {
  repairs: Repair[];
  codes: FaultCode[];
  timezone: string;
}

function RepairList({ repairs, codes, timezone }: ListProps) {
  const { t, locale } = useTexts();
  if (repairs.length === 0) return null;
  return (
    <ul className="lines">
      {repairs.map((repair) => (
        <li key={repair.id} className="stack tight">
          <div className="row between nowrap">
            <bdi className="strong grow">
              {codes.find((code) => code.id === repair.fault_code_id)?.title ?? ""}
            </bdi>
            <span className="quiet-text small number">
              {clockTime(repair.occurred_at, locale, timezone)}
            </span>
          </div>
          <p className="pre" dir="auto">
            {repair.action}
          </p>
          {repair.cause !== "" && (
            <p className="quiet-text">
              {t("work-order.repair.cause")}: <bdi>{repair.cause}</bdi>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

interface FormProps {
  workOrder: Row<WorkOrderDocument>;
  codes: FaultCode[];
  draft: Draft<NewRepair>;
  onDone: () => void;
}

function RepairForm({ workOrder, codes, draft, onDone }: FormProps) {
  const { t } = useTexts();
  const { client } = useOpened();
  const keeping = useKeeping();
  const [isMissing, setMissing] = useState(false);
  const { action, cause } = draft.value;

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (action.trim() === "") return setMissing(true);
    if (await keeping.keep(() => recordRepair(client, workOrder, draft.value))) onDone();
  }
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      {codes.length > 0 && (
        <FaultSelect
          codes={codes}
          chosen={draft.value.fault_code_id ?? null}
          onChoose={(chosen) => draft.set({ ...draft.value, fault_code_id: chosen })}
        />
      )}
      <Words
        id="repair-cause"
        label={t("work-order.repair.cause")}
        className="short"
        rows={2}
        value={cause}
        readOnly={!draft.isReady}
        onChange={(event) => draft.set({ ...draft.value, cause: event.target.value })}
      />
      <Words
        id="repair-action"
        label={t("work-order.repair.action")}
        rows={3}
        value={action}
        readOnly={!draft.isReady}
        aria-invalid={isMissing}
        onChange={(event) => {
          setMissing(false);
          draft.set({ ...draft.value, action: event.target.value });
        }}
      >
        <p role="alert" className="fault-line">
          {isMissing && t("work-order.repair.missing")}
        </p>
      </Words>
      <NotKept fault={keeping.fault} />
      <FormButtons isBusy={keeping.isBusy} onCancel={onDone} />
    </form>
  );
}

interface WordsProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  label: string;
  /** What stands below the field. */
  children?: ReactNode;
}

function Words({ label, children, ...area }: WordsProps) {
  return (
    <div className="field">
      <label htmlFor={area.id}>{label}</label>
      <textarea dir="auto" maxLength={20000} {...area} />
      {children}
    </div>
  );
}

interface FaultProps {
  codes: FaultCode[];
  chosen: string | null;
  onChoose: (id: string | null) => void;
}

function FaultSelect({ codes, chosen, onChoose }: FaultProps) {
  const { t } = useTexts();
  return (
    <div className="field">
      <label htmlFor="repair-fault">{t("work-order.repair.fault")}</label>
      <select
        id="repair-fault"
        value={chosen ?? ""}
        onChange={(event) => onChoose(event.target.value || null)}
      >
        <option value="">{t("work-order.repair.no-fault")}</option>
        {codes.map((code) => (
          <option key={code.id} value={code.id}>
            {code.title}
          </option>
        ))}
      </select>
    </div>
  );
}
