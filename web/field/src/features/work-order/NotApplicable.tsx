import { type FormEvent, useId, useState } from "react";
import { useOpened } from "../../app/client.ts";
import { useDraft } from "../../app/draft.ts";
import { useTexts } from "../../texts.ts";
import { FormButtons } from "./FormButtons.tsx";
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
    leave();
  }
  function leave() {
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
      <Remark
        value={remark}
        isReason={isNotApplicable}
        isReady={draft.isReady}
        isMissing={isMissing}
        onChange={(words) => {
          setMissing(false);
          draft.set({ remark: words, isNotApplicable });
        }}
      />
      <FormButtons onCancel={leave} />
    </form>
  );
}

interface RemarkProps {
  value: string;
  /** Why the step cannot be done; else any remark, or none. */
  isReason: boolean;
  isReady: boolean;
  isMissing: boolean;
  onChange: (words: string) => void;
}

function Remark({ value, isReason, isReady, isMissing, onChange }: RemarkProps) {
  const { t } = useTexts();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>
        {t(isReason ? "work-order.step.reason" : "work-order.step.remark")}
      </label>
      <input
        id={id}
        dir="auto"
        maxLength={500}
        value={value}
        readOnly={!isReady}
        aria-required={isReason}
        aria-invalid={isMissing}
        onChange={(event) => onChange(event.target.value)}
      />
      <p role="alert" className="fault-line">
        {isMissing && t("work-order.step.reason-missing")}
      </p>
    </div>
  );
}
