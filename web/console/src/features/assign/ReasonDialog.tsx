import { Button, Modal, Textarea } from "@mantine/core";
import { type FormEvent, type ReactElement, useState } from "react";
import { useTexts } from "../../texts.ts";
import type { ReasonQuestion } from "./prompts.ts";

interface Props {
  question: ReasonQuestion;
  answer: (reason: string | null) => void;
}

const SUGGESTIONS = ["customer", "knows", "agreed", "urgent"] as const;

/** Deciding against a rule takes a reason; the usual ones are one click away. */
export function ReasonDialog({ question, answer }: Props): ReactElement {
  const { t } = useTexts();
  const [reason, setReason] = useState(question.before);
  const [isMissing, setMissing] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = reason.trim();
    if (text) answer(text);
    else setMissing(true);
  };
  return (
    <Modal
      opened
      onClose={() => answer(null)}
      title={t("assign.reasonTitle")}
      closeButtonProps={{ "aria-label": t("word.close") }}
      centered
    >
      <form onSubmit={submit} className="assign-form">
        <p>{question.text}</p>
        <Textarea
          data-autofocus
          label={t("assign.reasonLabel")}
          description={t("assign.reasonHint")}
          error={isMissing && !reason.trim() ? t("assign.reasonNeeded") : undefined}
          required
          withAsterisk={false}
          maxLength={500}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Suggestions choose={setReason} />
        <div className="assign-buttons">
          <Button variant="default" onClick={() => answer(null)}>
            {t("assign.cancelDialog")}
          </Button>
          <Button type="submit">
            {t(question.isReassignment ? "assign.confirmReassign" : "assign.confirmBook")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Suggestions({ choose }: { choose: (reason: string) => void }): ReactElement {
  const { t } = useTexts();
  return (
    <div className="assign-chips">
      {SUGGESTIONS.map((name) => (
        <button key={name} type="button" onClick={() => choose(t(`assign.suggest.${name}`))}>
          {t(`assign.suggest.${name}`)}
        </button>
      ))}
    </div>
  );
}
