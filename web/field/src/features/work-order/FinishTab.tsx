import { dayAndTime } from "@truckroll/shared/format.ts";
import { useState } from "react";
import { Link } from "wouter";
import { useOpened } from "../../app/client.ts";
import { type Draft, useDraft } from "../../app/draft.ts";
import { useKeeping } from "../../app/keeping.ts";
import { useLive } from "../../app/live.ts";
import { NotKept } from "../../app/NotKept.tsx";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { SignatureSection } from "../signature/SignatureSection.tsx";
import { finishWork } from "./actions.ts";
import type { Task, WorkOrderDocument } from "./documents.ts";
import { SafetyCard } from "./SafetyCard.tsx";
import { missingSteps } from "./steps.ts";
import { readUnsaved } from "./unsaved.ts";
import { UnsavedForms } from "./UnsavedForms.tsx";
import type { Work } from "./WorkOrderPage.tsx";

/** The end of the work: what is missing, the summary, the signature; afterwards what is not safe. */
export function FinishTab({ work }: { work: Work }) {
  const { t } = useTexts();
  const { client } = useOpened();
  const { workOrder } = work;
  const { doc } = workOrder;
  const draft = useDraft(client, `summary ${workOrder.id}`, doc.summary);
  const missing = missingSteps(doc.tasks);
  const unsaved = useLive(client, `unsaved ${workOrder.id}`, () => readUnsaved(client, workOrder));
  const isDone = doc.state === "done";
  return (
    <>
      {isDone && <SafetyCard workOrder={workOrder} bookingId={work.booking?.id ?? null} />}
      {doc.state === "in_progress" && <Missing workOrderId={workOrder.id} steps={missing} />}
      {!isDone && <UnsavedForms workOrderId={workOrder.id} unsaved={unsaved ?? []} />}
      <Summary doc={doc} draft={draft} />
      <section className="card" aria-labelledby="signature">
        <h2 id="signature">{t("work-order.signature")}</h2>
        <SignatureSection
          client={client}
          workOrder={workOrder}
          timezone={doc.site.timezone}
          openSteps={missing.map((step) => step.title)}
          summary={isDone ? doc.summary : draft.value}
        />
      </section>
      {!workOrder.revoked && (
        <Ending
          work={work}
          missing={missing}
          hasUnsaved={unsaved?.length !== 0}
          summary={draft.value}
          onDone={draft.clear}
        />
      )}
    </>
  );
}

/** Only work that is under way can be finished. */
function Ending(props: FinishProps) {
  const { t } = useTexts();
  const { state } = props.work.workOrder.doc;
  if (state === "in_progress") return <Finish {...props} />;
  if (state !== "ready" && state !== "on_hold") return null;
  return <p className="quiet-text">{t("work-order.finish.not-started")}</p>;
}

/** What the customer and the desk read about the work. */
function Summary({ doc, draft }: { doc: WorkOrderDocument; draft: Draft<string> }) {
  const { t, locale } = useTexts();
  return (
    <section className="card" aria-labelledby="summary">
      <h2 id="summary">{t("work-order.summary")}</h2>
      {doc.state === "done" ? (
        <>
          <p className="pre" dir="auto">
            {doc.summary || t("work-order.summary.none")}
          </p>
          {doc.completed_at && (
            <p className="quiet-text number">
              {t("work-order.finished-at", {
                time: dayAndTime(doc.completed_at, locale, doc.site.timezone),
              })}
            </p>
          )}
        </>
      ) : (
        <div className="field">
          <label htmlFor="summary-words">{t("work-order.summary.words")}</label>
          <textarea
            id="summary-words"
            dir="auto"
            maxLength={20000}
            value={draft.value}
            readOnly={!draft.isReady}
            onChange={(event) => draft.set(event.target.value)}
          />
        </div>
      )}
    </section>
  );
}

/** The required steps that are open, each a link to where it is answered. */
function Missing({ workOrderId, steps }: { workOrderId: string; steps: Task[] }) {
  const { t } = useTexts();
  if (steps.length === 0)
    return (
      <div className="note ok">
        <Icon name="check" />
        <div>
          <strong>{t("work-order.missing.none")}</strong>
        </div>
      </div>
    );
  return (
    <div className="note warn" id="missing">
      <Icon name="alert" />
      <div className="stack tight">
        <strong>{t("work-order.missing.title", { count: steps.length })}</strong>
        <ul className="missing">
          {steps.map((step) => (
            <li key={step.id}>
              <Link href={`/work/${workOrderId}/do#step-${step.id}`} replace>
                <bdi>{step.title}</bdi>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

interface FinishProps {
  work: Work;
  missing: Task[];
  /** Something is typed and not saved, or that is not known yet. */
  hasUnsaved: boolean;
  summary: string;
  onDone: () => void;
}

function Finish({ work: { workOrder }, missing, hasUnsaved, summary, onDone }: FinishProps) {
  const { t } = useTexts();
  const { client } = useOpened();
  const [why, setWhy] = useState<"steps" | "unsaved" | "summary" | null>(null);
  const keeping = useKeeping();
  const isReady = missing.length === 0 && !hasUnsaved;

  async function finish() {
    if (missing.length > 0) return setWhy("steps");
    if (hasUnsaved) return setWhy("unsaved");
    if (summary.trim() === "") {
      document.getElementById("summary-words")?.focus();
      return setWhy("summary");
    }
    if (!(await keeping.keep(() => finishWork(client, workOrder, summary)))) return;
    onDone();
    document.querySelector("h1")?.focus();
  }
  return (
    <div className="stack tight">
      {!workOrder.doc.sign_off && <p className="quiet-text">{t("work-order.finish.unsigned")}</p>}
      <p role="alert" className="fault-line">
        {why && t(`work-order.finish.why.${why}`, { count: missing.length })}
      </p>
      <NotKept fault={keeping.fault} />
      <button
        type="button"
        className="button primary tall wide"
        aria-disabled={!isReady || keeping.isBusy}
        onClick={() => void finish()}
      >
        <Icon name="flag" />
        {t("work-order.act.finish")}
      </button>
    </div>
  );
}
