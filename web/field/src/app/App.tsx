import { locale, onLocaleChange } from "@truckroll/shared/locale.ts";
import { type ReactNode, Suspense, useEffect, useSyncExternalStore } from "react";
import { Redirect, Route, Router, Switch, useLocation } from "wouter";
import { MyWork } from "../features/my-work/MyWork.tsx";
import { SignIn } from "../features/sign-in/SignIn.tsx";
import { UpdatePrompt } from "../features/pwa/UpdatePrompt.tsx";
import { useTexts } from "../texts.ts";
import { begin, currentEntry, onEntryChange, renewSession } from "./accounts.ts";
import { OpenedContext } from "./client.ts";
import { Guard } from "./Guard.tsx";
import { SettingsPart, SyncPart, WorkOrderPart, fetchParts } from "./parts.ts";
import { Shell } from "./Shell.tsx";
import { useStream } from "./stream.ts";

export function App() {
  const entry = useSyncExternalStore(onEntryChange, currentEntry);
  const language = useSyncExternalStore(onLocaleChange, locale);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    void begin().then(renewSession);
    const renew = () => void renewSession();
    addEventListener("online", renew);
    return () => removeEventListener("online", renew);
  }, []);
  switch (entry.phase) {
    case "starting":
      return <div className="shell" aria-busy="true" />;
    case "broken":
      return <Broken code={entry.code} />;
    case "nobody":
      return <SignIn known={entry.known} />;
    case "open":
      return (
        <OpenedContext.Provider value={entry}>
          <Connected>
            <Screens key={entry.account.userId} />
          </Connected>
        </OpenedContext.Provider>
      );
  }
}

/** The frame of a screen whose code is on its way from the cache. */
function Coming() {
  const { t } = useTexts();
  return (
    <Shell title={t("common.loading")}>
      <div className="skeleton" aria-busy="true" />
    </Shell>
  );
}

function Connected({ children }: { children: ReactNode }) {
  useStream();
  useEffect(fetchParts, []);
  return children;
}

function Screens() {
  return (
    <Router base="/field">
      <UpdatePrompt />
      <Places />
    </Router>
  );
}

function Places() {
  const [place] = useLocation();
  return (
    <Guard place={place}>
      <Suspense fallback={<Coming />}>
        <Switch>
          <Route path="/">
            <MyWork />
          </Route>
          <Route path="/sync">
            <SyncPart />
          </Route>
          <Route path="/settings">
            <SettingsPart />
          </Route>
          <Route path="/work/:id/:tab?">
            {({ id, tab }) => <WorkOrderPart key={id} id={id} tab={tab} />}
          </Route>
          <Route>
            <Redirect to="/" replace />
          </Route>
        </Switch>
      </Suspense>
    </Guard>
  );
}

function Broken({ code }: { code: string }) {
  const { t } = useTexts();
  return (
    <main className="page" id="content">
      <h1>{t("common.broken.title")}</h1>
      <p>{t("common.broken.text", { code })}</p>
      <button type="button" className="button primary" onClick={() => location.reload()}>
        {t("common.again")}
      </button>
    </main>
  );
}
