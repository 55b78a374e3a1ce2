import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { type SessionState, sessionState } from "@truckroll/shared/session.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactElement, useCallback, useEffect, useState } from "react";
import { Router } from "wouter";
import { PaneBoundary } from "../features/shell/PaneBoundary.tsx";
import { SignInPage } from "../features/sign-in/SignInPage.tsx";
import { SignInAgain } from "../features/sign-in/SignInAgain.tsx";
import { useTexts } from "../texts.ts";
import { Desk } from "./Desk.tsx";
import { dropDrafts } from "./drafts.ts";
import { FailureNotice } from "./FailureNotice.tsx";
import { restoreSession } from "./leaving.ts";
import { makeQueryClient } from "./query-client.ts";
import { useSchemeOnPage } from "./scheme.ts";
import { useSessionState } from "./session-state.ts";
import { theme } from "./theme.ts";
import { UpdateNotice } from "./UpdateNotice.tsx";

const client = makeQueryClient();

export function App(): ReactElement {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Router base="/console">
          <PaneBoundary>
            <Entrance />
          </PaneBoundary>
          <UpdateNotice />
          <Notifications position="bottom-right" limit={3} />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Shows the desk once somebody has signed in, and keeps it while the session is renewed. */
function Entrance(): ReactElement {
  useSchemeOnPage();
  const session = useSessionState();
  const [isInside, setInside] = useState(false);
  const { error, restore } = useRestoredSession();
  if (session === "signed-in" && !isInside) setInside(true);
  const leave = useCallback(() => {
    setInside(false);
    client.clear();
    dropDrafts();
  }, []);
  if (isInside)
    return (
      <>
        <Desk onLeave={leave} />
        {session === "signed-out" && <SignInAgain onOther={leave} />}
      </>
    );
  if (error !== null) return <Unreachable error={error} onRetry={restore} />;
  return session === "signed-out" ? <SignInPage /> : <Starting />;
}

function useRestoredSession() {
  const [error, setError] = useState<unknown>(null);
  const restore = useCallback(() => {
    setError(null);
    restoreSession().catch((reason: unknown) => setError(reason));
  }, []);
  useEffect(() => {
    if (isUnknown(sessionState())) restore();
  }, [restore]);
  return { error, restore };
}

const isUnknown = (state: SessionState) => state === "unknown";

function Starting(): ReactElement {
  const { t } = useTexts();
  return (
    <main className="middle" aria-busy="true">
      <p className="quiet">{t("word.loading")}</p>
    </main>
  );
}

function Unreachable(props: { error: unknown; onRetry: () => void }): ReactElement {
  return (
    <main className="middle">
      <h1 className="visually-hidden">Truckroll</h1>
      <FailureNotice error={props.error} onRetry={props.onRetry} />
    </main>
  );
}
