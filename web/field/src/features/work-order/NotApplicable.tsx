import { type FormEvent, useId, useState } from "react";
import { useOpened } from "../../app/client.ts";
import { useDraft } from "../../app/draft.ts";
import { useTexts } from "../../texts.ts";
import type { Answering } from "./answer.ts";
import type { Task } from "./documents.ts";

interface Props {
  task: Task;
  answering: Answering;
  onDone: () => void;
}

/** A remark on a step, and the step that cannot be done here: that needs a reason. */
export function NotApplicable({ task, answering: { answer, give }, onDone }: Props) {
  const { t } = useTexts();
  const { client } = useOpened();
  const id = useId();
  const draft = useDraft(client, `remark ${task.id}`, {
    remark: answer.remark,
    isNotApplicable: answer.is_not_applicable,
  });
  const [isMissing, setMissing] = useState(false);
  const { remark, isNotApplicable } = draft.value;

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (isNotApplicable && remark.trim() === "") return setMissing(true);
    if (!(await give({ remark: remark.trim(), is_not_applicable: isNotApplicable }))) return;
    draft.clear();
    onDone();
  }
  return (
    <form className="step-panel stack tight" noValidate onSubmit={(event) => void submit(event)}>
      <label className="tick">
        <input
          type="checkbox"
          checked={isNotApplicable}
          onChange={(event) => draft.set({ remark, isNotApplicable: event.target.checked })}
        />
        {t("work-order.step.not-applicable")}
      </label>
      <div className="field">
        <label htmlFor={`${id}-remark`}>
          {isNotApplicable ? t("work-order.step.reason") : t("work-order.step.remark")}
        </label>
        <input
          id={`${id}-remark`}
          dir="auto"
          maxLength={500}
          value={remark}
          readOnly={!draft.isReady}
          aria-required={isNotApplicable}
          aria-invalid={isMissing}
          onChange={(event) => {
            setMissing(false);
            draft.set({ remark: event.target.value, isNotApplicable });
          }}
        />
        <p role="alert" className="fault-line">
          {isMissing && t("work-order.step.reason-missing")}
        </p>
      </div>
      <div className="pair">
        <button type="submit" className="button primary">
          {t("common.save")}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => {
            draft.clear();
            onDone();
          }}
        >
          {t("common.cancel")}
        </button>
      </div>
    </form>
  );
}
