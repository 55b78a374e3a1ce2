import { getApiV1Config } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { take } from "../../app/api.ts";
import { keys } from "../../app/keys.ts";
import { useTexts } from "../../texts.ts";
import { LanguageSwitch } from "../shell/LanguageSwitch.tsx";
import { SignInForm } from "./SignInForm.tsx";
import "./sign-in.css";

export function SignInPage(): ReactElement {
  const { t } = useTexts();
  const { data: config } = useQuery({
    queryKey: keys.config,
    queryFn: () => take(getApiV1Config()),
    staleTime: Infinity,
  });
  return (
    <div className="sign-in">
      <main className="sign-in-card">
        <header>
          <img src="/console/icon.svg" alt="" width={40} height={40} />
          <div>
            <h1>Truckroll</h1>
            <p>{t("app.consoleName")}</p>
          </div>
        </header>
        <SignInForm />
        {config?.is_demo && (
          <p className="sign-in-demo">
            <strong>{t("app.demo")}</strong> {t("app.demoHint")}
          </p>
        )}
      </main>
      <LanguageSwitch />
    </div>
  );
}
