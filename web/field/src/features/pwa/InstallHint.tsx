import { useEffect, useState, useSyncExternalStore } from "react";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { install, installWay, isHintPutOff, onInstallChange, putOff } from "./install.ts";
import { isPersistRefused, onPersistChange } from "./pwa.ts";
import "./pwa.css";
import { Warning } from "./Warning.tsx";

/** How to put the app on the home screen, and why; nothing where it is there already. */
export function InstallHint() {
  const { t } = useTexts();
  const way = useSyncExternalStore(onInstallChange, installWay);
  const isRefused = useSyncExternalStore(onPersistChange, isPersistRefused);
  const [isRest, setRest] = useState(true);
  useEffect(() => setRest(isHintPutOff()), [way]);
  if (way === "none" || isRest) return null;

  function later() {
    putOff();
    setRest(true);
  }

  return (
    <aside className="card pwa-hint" aria-labelledby="pwa-install">
      <h2 id="pwa-install">{t("pwa.install")}</h2>
      <p>{t(way === "ios" ? "pwa.install-ios" : "pwa.install-hint")}</p>
      {isRefused && way === "question" && <Warning text={t("pwa.not-persisted")} />}
      <div className="pwa-actions">
        {way === "question" && (
          <button type="button" className="button primary" onClick={() => void install()}>
            <Icon name="download" size={20} />
            {t("pwa.install-do")}
          </button>
        )}
        <button type="button" className="button" onClick={later}>
          {t("pwa.install-later")}
        </button>
      </div>
    </aside>
  );
}
