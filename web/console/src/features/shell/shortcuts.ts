/** Which key does what; pure, so that it can be tested and shown in the help. */
export type Action =
  | "help"
  | "search"
  | "next"
  | "previous"
  | "assign"
  | "new-ticket"
  | "close"
  | "today"
  | "day-before"
  | "day-after"
  | "pane-list"
  | "pane-map"
  | "pane-panel"
  | "pane-timeline";

export const SHORTCUTS: readonly { key: string; action: Action }[] = [
  { key: "/", action: "search" },
  { key: "j", action: "next" },
  { key: "k", action: "previous" },
  { key: "a", action: "assign" },
  { key: "n", action: "new-ticket" },
  { key: "Escape", action: "close" },
  { key: "t", action: "today" },
  { key: "[", action: "day-before" },
  { key: "]", action: "day-after" },
  { key: "1", action: "pane-list" },
  { key: "2", action: "pane-map" },
  { key: "3", action: "pane-panel" },
  { key: "4", action: "pane-timeline" },
  { key: "?", action: "help" },
];

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  /** Whether the key goes into a field, a menu or a dialog. */
  isTaken: boolean;
}

/** What a key press asks for; null when it belongs to somebody else. */
export function actionOf(press: KeyPress, areLettersOn: boolean): Action | null {
  if (press.isTaken || press.ctrlKey || press.metaKey || press.altKey) return null;
  const found = SHORTCUTS.find((shortcut) => shortcut.key === press.key);
  if (!found) return null;
  return areLettersOn || found.key === "Escape" ? found.action : null;
}
