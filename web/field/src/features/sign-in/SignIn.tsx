import type { Account } from "@truckroll/sync-client";
import { useEffect, useState } from "react";
import { Icon } from "../../app/Icon.tsx";
import { LanguageSwitch } from "../settings/LanguageSwitch.tsx";
import { useTexts } from "../../texts.ts";
import { InstallHint } from "../pwa/InstallHint.tsx";
import { SignInForm } from "./SignInForm.tsx";
import "./sign-in.css";

/** The first screen of a phone on which nobody's work is open. */
export function SignIn({ known }: { known: Account[] }) {
  const { t } = useTexts();
  const [chosen, setChosen] = useState<Account | null>(
    known.length === 1 ? (known[0] ?? null) : null,
  );
  useEffect(() => {
    document.title = `${t("sign-in.title")} · Truckroll`;
  }, [t]);
  return (
    <div className="sign-in">
      <header className="sign-in-head">
        <img src="/field/icon.svg" alt="" width="48" height="48" />
        <span className="sign-in-brand">Truckroll</span>
        <LanguageSwitch isShort />
      </header>
      <main className="sign-in-body stack" id="content">
        <h1>{t("sign-in.title")}</h1>
        <p className="quiet-text">{t("sign-in.lead")}</p>
        {known.length > 0 && <KnownAccounts known={known} chosen={chosen} onChoose={setChosen} />}
        <div className="card">
          <SignInForm key={chosen?.userId ?? "new"} login={chosen?.login ?? ""} />
        </div>
        <InstallHint />
      </main>
    </div>
  );
}

interface KnownProps {
  known: Account[];
  chosen: Account | null;
  onChoose: (account: Account | null) => void;
}

function KnownAccounts({ known, chosen, onChoose }: KnownProps) {
  const { t } = useTexts();
  return (
    <section className="stack tight" aria-labelledby="known">
      <h2 id="known">{t("sign-in.known")}</h2>
      <ul className="stack tight">
        {known.map((account) => (
          <li key={account.userId}>
            <button
              type="button"
              className="known-account"
              aria-pressed={chosen?.userId === account.userId}
              onClick={() => onChoose(chosen?.userId === account.userId ? null : account)}
            >
              <Icon name="user" />
              <span className="grow">
                <bdi className="known-name">{account.displayName}</bdi>
                <span className="quiet-text small">
                  <bdi>{account.login}</bdi>
                </span>
              </span>
              {chosen?.userId === account.userId && <Icon name="check" />}
            </button>
          </li>
        ))}
      </ul>
      <p className="quiet-text small">{t("sign-in.known.hint")}</p>
    </section>
  );
}
