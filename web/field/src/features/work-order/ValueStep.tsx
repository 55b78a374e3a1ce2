import { rangeFlag } from "@truckroll/shared/checklist.ts";
import { type FormEvent, type InputHTMLAttributes, useState } from "react";
import { useOpened } from "../../app/client.ts";
import { useDraft } from "../../app/draft.ts";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import type { Answering } from "./answer.ts";
import type { Task } from "./documents.ts";
import { StepTitle, type StepProps } from "./Step.tsx";
import { readingOf } from "./steps.ts";

interface Props extends StepProps {
  id: string;
  answering: Answering;
}

/**
 * A reading or a text. It is recorded when the engineer leaves the field; until then it is a draft
 * that survives everything.
 */
export function ValueStep({ id, task, isClosed, answering: { answer, give, isKeeping } }: Props) {
  const { client } = useOpened();
  const draft = useDraft<string | null>(client, `step ${task.id}`, null);
  const [isWrong, setWrong] = useState(false);
  const isReading = task.kind === "reading";
  const stored = typeof answer.value === "string" ? answer.value : "";
  const typed = draft.value ?? stored;

  async function record(event?: FormEvent) {
    event?.preventDefault();
    if (draft.value === null) return;
    const value = valueOf(draft.value, isReading);
    setWrong(value === undefined);
    if (value === undefined) return;
    const isNew = value !== (stored || null);
    if (isNew ? await give({ value }) : !isKeeping) draft.clear(draft.value);
  }

  const shared = {
    id,
    value: typed,
    dir: "auto" as const,
    readOnly: isClosed || !draft.isReady,
    "aria-describedby": `${id}-limits ${id}-flag`,
    "aria-invalid": isWrong,
    onBlur: () => void record(),
    onChange: (event: { target: { value: string } }) => {
      setWrong(false);
      draft.set(event.target.value);
    },
  };
  return (
    <form className="field" onSubmit={(event) => void record(event)}>
      <label htmlFor={id} className="step-title">
        <StepTitle task={task} />
      </label>
      {isReading ? (
        <NumberField task={task} {...shared} />
      ) : (
        <textarea {...shared} rows={2} maxLength={20000} className="short" />
      )}
      {isReading && <Limits id={`${id}-limits`} task={task} />}
      <div id={`${id}-flag`} role="status">
        {isWrong ? <NoNumber /> : isReading && <Flag task={task} typed={typed} />}
        {!isWrong && <Unrecorded typed={draft.value} stored={stored} />}
      </div>
    </form>
  );
}

/** What is recorded for what was typed: null for nothing, undefined when it cannot be. */
function valueOf(typed: string, isReading: boolean): string | null | undefined {
  const plain = typed.trim();
  if (plain === "") return null;
  return isReading ? (readingOf(plain) ?? undefined) : plain;
}

function NumberField({ task, ...shared }: { task: Task } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <div className="with-unit">
      <input
        {...shared}
        type="text"
        className="number"
        // Not every phone has a minus on its number pad.
        inputMode={task.minimum?.startsWith("-") ? "text" : "decimal"}
        enterKeyHint="done"
        autoComplete="off"
        maxLength={40}
      />
      <span className="unit">{task.unit}</span>
    </div>
  );
}

function NoNumber() {
  const { t } = useTexts();
  return <p className="fault">{t("work-order.step.no-number")}</p>;
}

function Unrecorded({ typed, stored }: { typed: string | null; stored: string }) {
  const { t } = useTexts();
  if (typed === null || typed.trim() === stored) return null;
  return <p className="hint">{t("work-order.step.typing")}</p>;
}

function Limits({ id, task }: { id: string; task: Task }) {
  const { t } = useTexts();
  const { minimum, maximum, unit } = task;
  if (minimum === null && maximum === null) return <span id={id} />;
  const kind = minimum === null ? "most" : maximum === null ? "least" : "between";
  const values = { low: minimum ?? "", high: maximum ?? "", unit };
  return (
    <span id={id} className="hint number">
      {t(`work-order.limits.${kind}`, values).trim()}
    </span>
  );
}

/** A reading outside its limits is recorded as it is; the engineer is told to look again. */
function Flag({ task, typed }: { task: Task; typed: string }) {
  const { t } = useTexts();
  const value = readingOf(typed);
  if (value === null) return null;
  const flag = rangeFlag(value, task.minimum, task.maximum);
  if (flag !== "above" && flag !== "below") return null;
  return (
    <p className="flag">
      <Icon name="alert" size={18} />
      <span>
        {t(`work-order.flag.${flag}`, {
          limit: (flag === "above" ? task.maximum : task.minimum) ?? "",
          unit: task.unit,
        })}
      </span>
    </p>
  );
}
