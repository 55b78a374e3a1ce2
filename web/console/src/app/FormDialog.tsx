import { Button, Modal } from "@mantine/core";
import type { FormEvent, ReactElement, ReactNode } from "react";
import { useTexts } from "../texts.ts";
import { FailureNotice } from "./FailureNotice.tsx";
import "./dialog.css";

interface Props {
  title: string;
  isCentered?: boolean;
  /** The change that the form makes: while it runs and when it was refused, the form says so. */
  change: { error: unknown; isPending: boolean };
  /** The words of the button that makes the change, and of the one that does not. */
  words: { go: string; leave: string };
  onSubmit: () => void;
  onLeave?: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A few fields over the page, and the two buttons below them. */
export function FormDialog(props: Props): ReactElement {
  const { change, words, onSubmit, onClose, onLeave = onClose } = props;
  const { t } = useTexts();
  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={props.title}
      closeButtonProps={{ "aria-label": t("word.close") }}
      centered={props.isCentered}
    >
      <form className="dialog-form" onSubmit={submit}>
        {change.error !== null && <FailureNotice error={change.error} />}
        {props.children}
        <div className="dialog-buttons">
          <Button variant="default" onClick={onLeave}>
            {words.leave}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {words.go}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
