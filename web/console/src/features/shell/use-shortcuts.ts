import { useEffect, useState, useSyncExternalStore } from "react";
import { dayOf, shiftDay } from "../../app/day.ts";
import { type Choosing, type Selection, useChoosing, useSelection } from "../../app/selection.ts";
import { useZone } from "../../app/me.ts";
import { type Action, actionOf } from "./shortcuts.ts";
import { showPane } from "./use-layout.ts";

const KEY = "truckroll.console.letters";
const listeners = new Set<() => void>();
let lettersOn = globalThis.localStorage?.getItem(KEY) !== "off";

/** Single letters as shortcuts can be switched off: voice control types them by mistake. */
export function useLetters(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => lettersOn,
  );
  return [on, setLetters];
}

function setLetters(on: boolean): void {
  lettersOn = on;
  localStorage.setItem(KEY, on ? "on" : "off");
  for (const listener of listeners) listener();
}

interface Commands {
  onHelp: () => void;
  onNewTicket: () => void;
}

interface Context extends Commands {
  selection: Selection;
  choosing: Choosing;
  zone: string;
}

export function useShortcuts(commands: Commands): void {
  const selection = useSelection();
  const choosing = useChoosing();
  const zone = useZone();
  const context: Context = { ...commands, selection, choosing, zone };
  const [latest] = useState({ context });
  useEffect(() => {
    latest.context = context;
  });
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.defaultPrevented) return;
      const action = actionOf({ ...keysOf(event), isTaken: isTaken(event.target) }, lettersOn);
      if (action && perform(action, latest.context)) event.preventDefault();
    }
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [latest]);
}

const keysOf = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent) => ({
  key,
  ctrlKey,
  metaKey,
  altKey,
});

function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"][aria-modal="true"]')) return true;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('select, textarea, input:not([type="checkbox"], [type="radio"])') ||
    target.closest('[role="menu"], [role="listbox"], [role="dialog"]') !== null
  );
}

function perform(action: Action, context: Context): boolean {
  const pane = /^pane-(\w+)$/.exec(action)?.[1] as Parameters<typeof showPane>[0] | undefined;
  if (pane) return goTo(pane);
  const { choosing, selection } = context;
  const today = dayOf(Date.now(), context.zone);
  const acts: Partial<Record<Action, () => void>> = {
    help: context.onHelp,
    "new-ticket": context.onNewTicket,
    search: () => focusOn("[data-ticket-search]", "list"),
    next: () => step(1, selection, choosing),
    previous: () => step(-1, selection, choosing),
    assign: () => focusOn("[data-assign-first]", "panel"),
    today: () => choosing.setDay(today),
    "day-before": () => choosing.setDay(shiftDay(selection.day, -1)),
    "day-after": () => choosing.setDay(shiftDay(selection.day, 1)),
  };
  if (action === "close") return close(selection, choosing);
  acts[action]?.();
  return action in acts;
}

/** Close the ticket, and go back to its row. */
function close(selection: Selection, choosing: Choosing): boolean {
  if (!selection.ticketId) return false;
  const row = document.querySelector<HTMLElement>(`[data-ticket="${selection.ticketId}"] a`);
  choosing.selectTicket(null);
  showPane("list");
  row?.focus();
  return true;
}

function goTo(pane: Parameters<typeof showPane>[0]): boolean {
  showPane(pane);
  requestAnimationFrame(() => document.getElementById(pane)?.focus());
  return true;
}

function focusOn(selector: string, pane: Parameters<typeof showPane>[0]): void {
  showPane(pane);
  const find = () => document.querySelector<HTMLElement>(selector);
  const found = find();
  // What comes right behind the shortcut is typed into the field, not at the desk.
  if (found) found.focus();
  else requestAnimationFrame(() => find()?.focus());
}

/** The ticket above or below the one that is shown. */
function step(by: 1 | -1, selection: Selection, choosing: Choosing): void {
  const ids = [...document.querySelectorAll<HTMLElement>("[data-ticket]")]
    .sort((a, b) => Number(a.dataset.index) - Number(b.dataset.index))
    .map((row) => row.dataset.ticket ?? "");
  const at = ids.indexOf(selection.ticketId ?? "");
  const next = ids[at < 0 ? 0 : at + by];
  if (next) choosing.selectTicket(next);
}
