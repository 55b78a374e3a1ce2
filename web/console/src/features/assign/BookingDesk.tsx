import { type ReactElement, useEffect, useSyncExternalStore } from "react";
import { CancelDialog } from "./CancelDialog.tsx";
import { onPrompt, openPrompt, type Prompt } from "./prompts.ts";
import { ReasonDialog } from "./ReasonDialog.tsx";
import { TimeDialog } from "./TimeDialog.tsx";
import { canUndo, undoLatest } from "./toasts.tsx";
import "./assign.css";

/** The dialogs that booking may need, wherever it began; and Ctrl+Z, which takes it back. */
export function BookingDesk(): ReactElement | null {
  const prompt = useSyncExternalStore(onPrompt, openPrompt);
  useUndoKey();
  return prompt && <Dialog prompt={prompt} />;
}

function Dialog({ prompt }: { prompt: Prompt }): ReactElement {
  switch (prompt.question.kind) {
    case "reason":
      return <ReasonDialog question={prompt.question} answer={prompt.answer as Answer<string>} />;
    case "cancel":
      return <CancelDialog question={prompt.question} answer={prompt.answer as Answer<string>} />;
    default:
      return <TimeDialog question={prompt.question} answer={prompt.answer as TimeDialogAnswer} />;
  }
}

type Answer<A> = (value: A | null) => void;
type TimeDialogAnswer = Parameters<typeof TimeDialog>[0]["answer"];

function useUndoKey(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
      const isTyping = (event.target as HTMLElement | null)?.closest("input, textarea");
      if (!isUndo || event.shiftKey || isTyping || !canUndo()) return;
      event.preventDefault();
      void undoLatest();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
