import { lazy } from "react";

const settings = () => import("../features/settings/Settings.tsx");
const sync = () => import("../features/sync-status/SyncPage.tsx");
const workOrder = () => import("../features/work-order/WorkOrderPage.tsx");

/** Screens that the first one does not need; the service worker keeps their code on the phone. */
export const SettingsPart = lazy(() => settings().then((part) => ({ default: part.Settings })));
export const SyncPart = lazy(() => sync().then((part) => ({ default: part.SyncPage })));
export const WorkOrderPart = lazy(() =>
  workOrder().then((part) => ({ default: part.WorkOrderPage })),
);

const QUIET_MS = 1_000;

/** Have the other screens at hand soon: the signal may be gone before they are opened. */
export function fetchParts(): () => void {
  const timer = setTimeout(() => {
    // What fails now is fetched again when the screen is opened.
    for (const part of [workOrder, sync, settings]) part().catch(() => undefined);
  }, QUIET_MS);
  return () => clearTimeout(timer);
}
