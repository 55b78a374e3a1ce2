import { locale } from "@truckroll/shared/locale.ts";
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { texts, useTexts } from "../../texts.ts";

/** What was just done, for a while with the way back; Ctrl+Z takes it too. */
type Undo = () => Promise<string>;

const UNDO_MS = 15_000;
const ID = "assign.done";
let latest: { undo: Undo; until: number } | null = null;

export function showDone(text: string, undo: Undo): void {
  latest = { undo, until: Date.now() + UNDO_MS };
  notifications.hide(ID);
  notifications.show({
    id: ID,
    message: <Done text={text} />,
    color: "green",
    autoClose: UNDO_MS,
    withCloseButton: true,
    closeButtonProps: { "aria-label": texts(locale()).t("word.close") },
  });
}

export function showFailure(text: string): void {
  notifications.show({
    title: texts(locale()).t("assign.failTitle"),
    message: <span className="assign-toast-text">{text}</span>,
    color: "red",
    autoClose: 12_000,
    withCloseButton: true,
    closeButtonProps: { "aria-label": texts(locale()).t("word.close") },
  });
}

export function canUndo(): boolean {
  return latest !== null && Date.now() < latest.until;
}

/** Take back the last booking, once. */
export async function undoLatest(): Promise<void> {
  if (!latest || !canUndo()) return;
  const { undo } = latest;
  latest = null;
  notifications.hide(ID);
  try {
    const message = await undo();
    notifications.show({
      message,
      color: "blue",
      autoClose: 5_000,
      closeButtonProps: { "aria-label": texts(locale()).t("word.close") },
    });
  } catch (error) {
    showFailure(error instanceof Error ? error.message : String(error));
  }
}

function Done({ text }: { text: string }) {
  const { t } = useTexts();
  return (
    <div className="assign-toast">
      <span>{text}</span>
      <Button
        size="compact-sm"
        variant="default"
        aria-keyshortcuts="Control+Z"
        onClick={() => void undoLatest()}
      >
        {t("assign.undo")}
      </Button>
    </div>
  );
}
