import { clockTime } from "@truckroll/shared/format.ts";
import type { Row } from "@truckroll/sync-client";
import { type FormEvent, type InputHTMLAttributes, useState } from "react";
import { useOpened } from "../../app/client.ts";
import { useDraft } from "../../app/draft.ts";
import { Icon } from "../../app/Icon.tsx";
import { useKeeping } from "../../app/keeping.ts";
import { NotKept } from "../../app/NotKept.tsx";
import { useTexts } from "../../texts.ts";
import { FormButtons } from "./FormButtons.tsx";
import { takeReading } from "./actions.ts";
import type { AssetReading, WorkOrderDocument } from "./documents.ts";
import { readingOf } from "./steps.ts";

const EMPTY = { name: "", value: "", unit: "" };

/** Values read off the asset beyond the checklist; once recorded they stay. */
export function Readings({ workOrder }: { workOrder: Row<WorkOrderDocument> }) {
  const { t } = useTexts();
  const { client } = useOpened();
  const draft = useDraft(client, `reading ${workOrder.id}`, EMPTY);
  const [isOpen, setOpen] = useState(false);
  const isTyping = Object.values(draft.value).some((text) => text !== "");
  const { readings, site } = workOrder.doc;
  return (
    <section className="card" aria-labelledby="readings">
      <h2 id="readings">{t("work-order.readings")}</h2>
      <div className="stack">
        {readings.length === 0 && !isOpen && (
          <p className="quiet-text">{t("work-order.readings.none")}</p>
        )}
        <ReadingList readings={readings} timezone={site.timezone} />
        {isOpen || isTyping ? (
          <ReadingForm
            workOrder={workOrder}
            draft={draft}
            onDone={() => {
              draft.clear();
              setOpen(false);
            }}
          />
        ) : (
          <button type="button" className="button" onClick={() => setOpen(true)}>
            <Icon name="gauge" size={20} />
            {t("work-order.readings.add")}
          </button>
        )}
      </div>
    </section>
  );
}

function ReadingList({ readings, timezone }: { readings: AssetReading[]; timezone: string }) {
  const { locale } = useTexts();
  if (readings.length === 0) return null;
  return (
    <ul className="lines">
      {readings.map((reading) => (
        <li key={reading.id} className="row between nowrap">
          <bdi className="grow">{reading.name}</bdi>
          <span className="strong number">
            {reading.value} <bdi>{reading.unit}</bdi>
          </span>
          <span className="quiet-text small number">
            {clockTime(reading.taken_at, locale, timezone)}
          </span>
        </li>
      ))}
    </ul>
  );
}

type Fault = "name" | "value";

interface FormProps {
  workOrder: Row<WorkOrderDocument>;
  draft: { value: typeof EMPTY; isReady: boolean; set: (value: typeof EMPTY) => void };
  onDone: () => void;
}

function ReadingForm({ workOrder, draft, onDone }: FormProps) {
  const { t } = useTexts();
  const { client } = useOpened();
  const keeping = useKeeping();
  const [fault, setFault] = useState<Fault | null>(null);
  const { name, value, unit } = draft.value;

  async function submit(event: FormEvent) {
    event.preventDefault();
    const number = readingOf(value);
    const wrong = name.trim() === "" ? "name" : number === null ? "value" : null;
    setFault(wrong);
    if (wrong || number === null) return;
    const reading = { name: name.trim(), value: number, unit: unit.trim() };
    if (await keeping.keep(() => takeReading(client, workOrder, reading))) onDone();
  }
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <ReadingFields draft={draft} fault={fault} doc={workOrder.doc} />
      <p role="alert" className="fault-line">
        {fault && t(`work-order.readings.fault.${fault}`)}
      </p>
      <NotKept fault={keeping.fault} />
      <FormButtons isBusy={keeping.isBusy} onCancel={onDone} />
    </form>
  );
}

interface FieldsProps {
  draft: FormProps["draft"];
  fault: Fault | null;
  doc: WorkOrderDocument;
}

function ReadingFields({ draft, fault, doc }: FieldsProps) {
  const { t } = useTexts();
  const field = (key: keyof typeof EMPTY) => ({
    id: `reading-${key}`,
    value: draft.value[key],
    readOnly: !draft.isReady,
    autoComplete: "off",
    onChange: (event: { target: { value: string } }) =>
      draft.set({ ...draft.value, [key]: event.target.value }),
  });
  return (
    <>
      <Field
        {...field("name")}
        label={t("work-order.readings.name")}
        dir="auto"
        maxLength={200}
        list="reading-names"
        aria-invalid={fault === "name"}
      />
      <KnownNames doc={doc} />
      <div className="pair">
        <Field
          {...field("value")}
          label={t("work-order.readings.value")}
          inputMode="decimal"
          maxLength={40}
          aria-invalid={fault === "value"}
        />
        <Field
          {...field("unit")}
          label={t("work-order.readings.unit")}
          maxLength={64}
          autoCapitalize="none"
        />
      </div>
    </>
  );
}

function Field({ label, ...input }: { label: string } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <div className="field">
      <label htmlFor={input.id}>{label}</label>
      <input {...input} />
    </div>
  );
}

/** What the checklist calls its readings, to be chosen instead of typed. */
function KnownNames({ doc }: { doc: WorkOrderDocument }) {
  const titles = doc.tasks.filter((step) => step.kind === "reading").map((step) => step.title);
  return (
    <datalist id="reading-names">
      {[...new Set(titles)].map((title) => (
        <option key={title} value={title} />
      ))}
    </datalist>
  );
}
