import { Button, Modal, TextInput } from "@mantine/core";
import { type ReactElement, useState } from "react";
import { useTexts } from "../../texts.ts";
import type { CancelQuestion } from "./prompts.ts";

interface Props {
  question: CancelQuestion;
  answer: (reason: string | null) => void;
}

/** Before a booking is cancelled: what that means, for whom. */
export function CancelDialog({ question, answer }: Props): ReactElement {
  const { t } = useTexts();
  const [reason, setReason] = useState("");
  return (
    <Modal
      opened
      onClose={() => answer(null)}
      title={t("assign.cancelTitle", { engineer: question.engineer })}
      closeButtonProps={{ "aria-label": t("word.close") }}
      centered
    >
      <form
        className="assign-form"
        onSubmit={(event) => {
          event.preventDefault();
          answer(reason.trim());
        }}
      >
        <p>{t("assign.cancelWhat", { what: question.what, when: question.when })}</p>
        <ul className="assign-effects">
          {question.effects.map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
        <TextInput
          data-autofocus
          label={t("assign.reasonLabel")}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className="assign-buttons">
          <Button variant="default" onClick={() => answer(null)}>
            {t("assign.keepBooking")}
          </Button>
          <Button type="submit" color="red">
            {t("assign.cancelConfirm")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
