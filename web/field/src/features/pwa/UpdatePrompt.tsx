import { useState, useSyncExternalStore } from "react";
import { useTexts } from "../../texts.ts";
import "./pwa.css";
import type { Unsaved } from "./unsaved.ts";
import { inTheWay, onUpdateChange, takeUpdate, updateState } from "./updates.ts";

/** Tells that a new version waits; it is taken when the engineer says so, never before. */
export function UpdatePrompt() {
  const { t } = useTexts();
  const { update } = useSyncExternalStore(onUpdateChange, updateState);
  const [isPutOff, setPutOff] = useState(false);
  const [busy, setBusy] = useState<string | null>(null);
  const isShown = update !== "none" && !isPutOff;

  async function reload() {
    const { here, isElsewhere } = await inTheWay();
    const names = here.map((what: Unsaved) => t(`pwa.unsaved.${what}`));
    if (isElsewhere) names.push(t("pwa.other-window"));
    if (names.length === 0) takeUpdate();
    else setBusy(names.join(t("pwa.and")));
  }

  return (
    <div className="pwa-live" role="status">
      {isShown && (
        <div className="pwa-banner">
          <p>
            <strong>{t(update === "waiting" ? "pwa.update" : "pwa.update-elsewhere")}</strong>{" "}
            {busy === null ? t("pwa.update-hint") : t("pwa.update-busy", { what: busy })}
          </p>
          <div className="pwa-actions">
            <button
              type="button"
              className="button primary"
              onClick={busy === null ? () => void reload() : takeUpdate}
            >
              {t(busy === null ? "pwa.reload" : "pwa.reload-anyway")}
            </button>
            <button type="button" className="button" onClick={() => setPutOff(true)}>
              {t("pwa.later")}
            </button>
          </div>
        </div>
      )}
    </div>
  );
}
