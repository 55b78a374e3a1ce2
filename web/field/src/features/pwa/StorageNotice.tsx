import { useEffect, useState, useSyncExternalStore } from "react";
import { Icon } from "../../app/Icon.tsx";
import { sizeText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import type { StorageState } from "./props.ts";
import { isPersistRefused, onPersistChange, pwa } from "./pwa.ts";
import { Warning } from "./Warning.tsx";
import { onUpdateChange, updateState } from "./updates.ts";

/** For the settings: whether the app opens without signal, and how safe its data is here. */
export function StorageNotice() {
  const { t, locale } = useTexts();
  const { offline } = useSyncExternalStore(onUpdateChange, updateState);
  const isRefused = useSyncExternalStore(onPersistChange, isPersistRefused);
  const [storage, setStorage] = useState<StorageState>();
  useEffect(() => {
    let isGone = false;
    void pwa.storage().then((found) => {
      if (!isGone) setStorage(found);
    });
    return () => {
      isGone = true;
    };
  }, [isRefused]);
  const free = storage ? Math.max(0, storage.quotaBytes - storage.usedBytes) : 0;

  return (
    <div className="stack tight" role="status">
      {offline === "failed" ? (
        <Warning text={t("pwa.offline-failed")} />
      ) : (
        <p className="with-icon">
          <Icon name={offline === "ready" ? "check" : "sync"} />
          {t(OFFLINE[offline])}
        </p>
      )}
      {storage && !storage.isPersisted && <Warning text={t("pwa.not-persisted")} />}
      {storage && !storage.hasRoom && (
        <Warning text={t("pwa.nearly-full", { free: sizeText(free, locale) })} />
      )}
    </div>
  );
}

const OFFLINE = {
  preparing: "pwa.offline-not-ready",
  ready: "pwa.offline-ready",
} as const;
