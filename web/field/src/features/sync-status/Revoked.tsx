import type { SyncClient } from "@truckroll/sync-client";
import { useState } from "react";
import { Icon } from "../../app/Icon.tsx";
import { useKeeping } from "../../app/keeping.ts";
import { NotKept } from "../../app/NotKept.tsx";
import { Sheet } from "../../app/Sheet.tsx";
import { useTexts } from "../../texts.ts";

/** Says that the phone was revoked, and goes on with it when it was found again. */
export function Revoked({ client }: { client: SyncClient }) {
  const { t } = useTexts();
  const [isAsking, setAsking] = useState(false);
  const keeping = useKeeping();
  return (
    <>
      <div className="note bad">
        <Icon name="alert" />
        <div className="stack tight">
          <strong>{t("revoked.title")}</strong>
          <p>{t("revoked.text")}</p>
          <div>
            <button type="button" className="button" onClick={() => setAsking(true)}>
              {t("revoked.again")}
            </button>
          </div>
        </div>
      </div>
      <Sheet title={t("revoked.ask")} isOpen={isAsking} onClose={() => setAsking(false)}>
        <p>{t("revoked.ask.text")}</p>
        <button
          type="button"
          className="button primary tall wide"
          aria-disabled={keeping.isBusy}
          onClick={() => void keeping.keep(() => client.startAnew())}
        >
          {t("revoked.again")}
        </button>
        <NotKept fault={keeping.fault} />
        <button type="button" className="button quiet wide" onClick={() => setAsking(false)}>
          {t("common.cancel")}
        </button>
      </Sheet>
    </>
  );
}
