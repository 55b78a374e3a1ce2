import type { SyncClient } from "@truckroll/sync-client";
import { Icon } from "../../app/Icon.tsx";
import { useKeeping } from "../../app/keeping.ts";
import { NotKept } from "../../app/NotKept.tsx";
import { useTexts } from "../../texts.ts";

interface Props {
  client: SyncClient;
  isEmpty: boolean;
}

/** The emergency way out: everything that is only on this phone, as a file. */
export function ExportButton({ client, isEmpty }: Props) {
  const { t } = useTexts();
  const { account } = client;
  const keeping = useKeeping();

  async function download() {
    const url = URL.createObjectURL(await client.exportOutbox());
    const link = document.createElement("a");
    const day = new Date().toISOString().slice(0, 16).replace(/[T:]/g, "-");
    link.href = url;
    link.download = `truckroll-${account.login.replace(/[^\w.-]+/g, "-")}-${day}.ndjson`;
    link.click();
    // The download has its own hold on the bytes by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
  return (
    <>
      <button
        type="button"
        className="button"
        aria-disabled={keeping.isBusy || isEmpty}
        onClick={() => !isEmpty && void keeping.keep(download)}
      >
        <Icon name="download" size={20} />
        {isEmpty ? t("sync.export.empty") : t("sync.export.button")}
      </button>
      <NotKept fault={keeping.fault} />
    </>
  );
}
