import { onSessionChange, sessionState } from "@truckroll/shared/session.ts";
import { useState, useSyncExternalStore } from "react";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useStatus } from "../../app/live.ts";
import { Sheet } from "../../app/Sheet.tsx";
import { useTexts } from "../../texts.ts";
import { SignInForm } from "./SignInForm.tsx";

/** Says that the session has run out, without taking anything away from the page below. */
export function SessionNotice() {
  const { t } = useTexts();
  const { account, client } = useOpened();
  const session = useSyncExternalStore(onSessionChange, sessionState);
  const { phase } = useStatus(client);
  const [isAsking, setAsking] = useState(false);
  const isOut = session === "signed-out" || phase === "signed-out";
  return (
    <>
      <div role="status" className="live-slot">
        {isOut && (
          <div className="note warn">
            <Icon name="key" />
            <div className="stack tight">
              <strong>{t("sign-in.expired.title")}</strong>
              <p>{t("sign-in.expired.text")}</p>
              <div>
                <button type="button" className="button" onClick={() => setAsking(true)}>
                  {t("sign-in.submit")}
                </button>
              </div>
            </div>
          </div>
        )}
      </div>
      <Sheet
        title={t("sign-in.again.title")}
        isOpen={isAsking && isOut}
        onClose={() => setAsking(false)}
      >
        <p>
          <bdi>{account.displayName}</bdi>{" "}
          <span className="quiet-text">
            (<bdi>{account.login}</bdi>)
          </span>
        </p>
        <SignInForm login={account.login} isLoginFixed onDone={() => setAsking(false)} />
        <button type="button" className="button quiet wide" onClick={() => setAsking(false)}>
          {t("common.later")}
        </button>
      </Sheet>
    </>
  );
}
