import type { Account } from "@truckroll/sync-client";
import { knownAccounts } from "@truckroll/sync-client";
import { useEffect, useState } from "react";
import { leave } from "../../app/accounts.ts";
import { useOpened } from "../../app/client.ts";
import { Icon } from "../../app/Icon.tsx";
import { useStatus } from "../../app/live.ts";
import { ScreenHeading, Shell } from "../../app/Shell.tsx";
import { Sheet } from "../../app/Sheet.tsx";
import { APP_VERSION } from "../../app/version.ts";
import { sizeText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import "../../texts-late.ts";
import { InstallHint } from "../pwa/InstallHint.tsx";
import type { StorageState } from "../pwa/props.ts";
import { pwa } from "../pwa/pwa.ts";
import { StorageNotice } from "../pwa/StorageNotice.tsx";
import { LanguageSwitch } from "./LanguageSwitch.tsx";

/** What belongs to this phone: who works on it, the language, the room it has. */
export function Settings() {
  const { t } = useTexts();
  return (
    <Shell title={t("settings.title")}>
      <ScreenHeading className="visually-hidden">{t("settings.title")}</ScreenHeading>
      <AccountCard />
      <section className="card" aria-labelledby="language">
        <h2 id="language">{t("settings.language")}</h2>
        <LanguageSwitch />
      </section>
      <StorageCard />
      <section className="card" aria-labelledby="position">
        <h2 id="position">{t("settings.position")}</h2>
        <p className="quiet-text">{t("settings.position.text")}</p>
      </section>
      <InstallHint />
      <p className="quiet-text small number app-version">
        {t("settings.version", { version: APP_VERSION })}
      </p>
    </Shell>
  );
}

function AccountCard() {
  const { t } = useTexts();
  const { account } = useOpened();
  const [others, setOthers] = useState<Account[]>([]);
  const [isLeaving, setLeaving] = useState(false);
  useEffect(() => {
    void knownAccounts()
      .then((known) => setOthers(known.filter((other) => other.userId !== account.userId)))
      .catch(() => undefined);
  }, [account.userId]);
  return (
    <section className="card" aria-labelledby="account">
      <h2 id="account">{t("settings.account")}</h2>
      <div className="stack">
        <AccountLine account={account} />
        {others.length > 0 && (
          <>
            <h3>{t("settings.others")}</h3>
            <p className="quiet-text">{t("settings.others.text")}</p>
            <ul className="stack tight">
              {others.map((other) => (
                <li key={other.userId}>
                  <AccountLine account={other} />
                </li>
              ))}
            </ul>
          </>
        )}
        <button type="button" className="button" onClick={() => setLeaving(true)}>
          <Icon name="leave" size={20} />
          {t("settings.sign-out")}
        </button>
      </div>
      <LeaveSheet isOpen={isLeaving} onClose={() => setLeaving(false)} />
    </section>
  );
}

function AccountLine({ account }: { account: Account }) {
  return (
    <div className="with-icon">
      <Icon name="user" />
      <div>
        <bdi className="strong">{account.displayName}</bdi>
        <p className="quiet-text">
          <bdi>{account.login}</bdi> · <bdi>{account.tenantName}</bdi>
        </p>
      </div>
    </div>
  );
}

/** Leaving keeps everything on this phone; with unsent work that has to be said. */
function LeaveSheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTexts();
  const { client } = useOpened();
  const { unsentCommands, unsentFiles, unreceipted, isOnline } = useStatus(client);
  const unsent = unsentCommands + unsentFiles + unreceipted;
  return (
    <Sheet title={t("settings.leave.title")} isOpen={isOpen} onClose={onClose}>
      {unsent > 0 && (
        <div className="note warn">
          <Icon name="upload" />
          <div>
            <strong>{t("settings.leave.unsent", { count: unsent })}</strong>
            <p>{t("settings.leave.unsent.text")}</p>
          </div>
        </div>
      )}
      <p>{t("settings.leave.text")}</p>
      {!isOnline && <p>{t("settings.leave.offline")}</p>}
      <button type="button" className="button danger tall wide" onClick={() => void leave()}>
        {t("settings.sign-out")}
      </button>
      <button type="button" className="button quiet wide" onClick={onClose}>
        {t("common.cancel")}
      </button>
    </Sheet>
  );
}

function StorageCard() {
  const { t, locale } = useTexts();
  const [state, setState] = useState<StorageState | null>(null);
  const look = () =>
    void pwa
      .storage()
      .then(setState)
      .catch(() => undefined);
  useEffect(look, []);
  return (
    <section className="card" aria-labelledby="storage">
      <h2 id="storage">{t("settings.storage")}</h2>
      <div className="stack">
        <StorageNotice />
        {state !== null && state.quotaBytes > 0 && (
          <p className="quiet-text number">
            {t("settings.storage.used", {
              used: sizeText(state.usedBytes, locale),
              quota: sizeText(state.quotaBytes, locale),
            })}
          </p>
        )}
        {state !== null && !state.isPersisted && (
          <button
            type="button"
            className="button"
            onClick={() => void pwa.persist().then(look, look)}
          >
            {t("settings.storage.ask")}
          </button>
        )}
      </div>
    </section>
  );
}
