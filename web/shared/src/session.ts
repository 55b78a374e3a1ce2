import { client } from "./api/gen/client.gen.ts";
import {
  deleteApiV1AuthTokens,
  postApiV1AuthTokens,
  postApiV1AuthTokensRefresh,
} from "./api/gen/sdk.gen.ts";
import type { SignedIn } from "./api/gen/types.gen.ts";
import { type Failure, failureOf } from "./problem.ts";

/**
 * Who is signed in: the access token stays in memory, the refresh token is a cookie that no script
 * can read. Tabs share the cookie, so they take turns when they refresh.
 */
export type SessionState = "unknown" | "signed-in" | "signed-out";

const EARLY_SECONDS = 30;
const listeners = new Set<() => void>();
let state: SessionState = "unknown";
let accessToken = "";
let expiresAt = 0;
let refreshing: Promise<SessionState> | undefined;

client.setConfig({ baseUrl: "", headers: { "X-Truckroll-Client": "browser" }, fetch: signedFetch });

export function sessionState(): SessionState {
  return state;
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Sign in with `user@organisation`; a failure is returned, never thrown. */
export async function signIn(login: string, password: string): Promise<Failure | null> {
  try {
    const answer = await postApiV1AuthTokens({ body: { login, password, cookie: true } });
    if (!answer.data) return failureOf(answer.response, answer.error);
    keep(answer.data);
    return null;
  } catch (error) {
    return failureOf(undefined, error);
  }
}

export async function signOut(): Promise<void> {
  try {
    const { response, error } = await deleteApiV1AuthTokens({ body: {} });
    // The generated client throws nothing: what was not answered has ended nothing.
    if (!response?.ok && response?.status !== 401) throw failureOf(response, error);
  } finally {
    forget();
  }
}

/**
 * Exchange the cookie for a new access token. "signed-out" means that the server said no; without
 * an answer the state stays what it was and the error is thrown.
 */
export function refresh(): Promise<SessionState> {
  refreshing ??= inTurn(exchange).finally(() => (refreshing = undefined));
  return refreshing;
}

async function exchange(): Promise<SessionState> {
  const answer = await postApiV1AuthTokensRefresh({ body: {} });
  if (answer.data) keep(answer.data);
  else if (answer.response?.status === 401 || answer.response?.status === 403) forget();
  else throw failureOf(answer.response, answer.error);
  return state;
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  return locks ? (locks.request("truckroll.refresh", work) as Promise<T>) : work();
}

/** A token that is good for the next seconds, or "" when nobody is signed in. */
export async function currentToken(): Promise<string> {
  if (Date.now() >= expiresAt && state !== "signed-out") await refresh();
  return accessToken;
}

/** `fetch` in the name of the signed-in user; a refused token is renewed once. */
export async function signedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  if (new URL(request.url, location.href).pathname.startsWith("/api/v1/auth/tokens")) {
    if (accessToken) request.headers.set("Authorization", `Bearer ${accessToken}`);
    return fetch(request);
  }
  const again = request.clone();
  const token = await currentToken();
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  const response = await fetch(request);
  if (response.status !== 401 || !token) return response;
  // Another request may have renewed the token while this one was under way.
  if (token === accessToken && (await refresh()) !== "signed-in") return response;
  again.headers.set("Authorization", `Bearer ${accessToken}`);
  return fetch(again);
}

function keep(issued: SignedIn): void {
  accessToken = issued.access_token;
  expiresAt = Date.now() + (issued.expires_in - EARLY_SECONDS) * 1000;
  announce("signed-in");
}

function forget(): void {
  accessToken = "";
  expiresAt = 0;
  announce("signed-out");
}

function announce(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}
