import type { SyncStatus } from "@truckroll/sync-client";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";

/** The first load after the sign-in: from then on everything works without a network. */
export function FirstLoad({ status }: { status: SyncStatus }) {
  const { t } = useTexts();
  const { client } = useOpened();
  if (!status.isOnline)
    return (
      <div className="empty" role="status">
        <Icon name="offline" size={44} />
        <h2>{t("my-work.first.offline.title")}</h2>
        <p>{t("my-work.first.offline.text")}</p>
        <button type="button" className="button" onClick={() => void client.syncNow()}>
          {t("common.again")}
        </button>
      </div>
    );
  return (
    <div className="empty first-load">
      <Icon name="download" size={44} />
      <h2>{t("my-work.first.title")}</h2>
      <p>{t("my-work.first.text")}</p>
      <progress aria-label={t("my-work.first.title")} />
      <p className="number" role="status">
        {t("my-work.first.rows", { count: status.rowsReceived })}
      </p>
    </div>
  );
}
