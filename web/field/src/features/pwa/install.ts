/** Putting the app on the home screen: the browser's own question where there is one. */
interface InstallQuestion extends Event {
  prompt(): Promise<void>;
  userChoice: Promise<{ outcome: "accepted" | "dismissed" }>;
}

export type InstallWay = "none" | "question" | "ios";

const KEY = "truckroll.field.install-later";
const ASK_AGAIN_DAYS = 30;
const DAY_MS = 86_400_000;
const listeners = new Set<() => void>();
let question: InstallQuestion | undefined;
let isRefused = false;

/** The browser asks once, early: listen before anything is drawn. */
export function listenForInstall(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    question = event as InstallQuestion;
    announce();
  });
  addEventListener("appinstalled", () => {
    question = undefined;
    announce();
  });
}

export function onInstallChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function announce(): void {
  for (const listener of listeners) listener();
}

/** Whether the app runs from the home screen. */
export function isInstalled(): boolean {
  const isApple = (navigator as Navigator & { standalone?: boolean }).standalone === true;
  return isApple || matchMedia("(display-mode: standalone)").matches;
}

/** Safari on iPhones and iPads has no question: a person has to be told where to tap. */
export function isIOS(agent: { userAgent: string; maxTouchPoints: number }): boolean {
  const isTablet = agent.userAgent.includes("Macintosh") && agent.maxTouchPoints > 1;
  return isTablet || /iPhone|iPad|iPod/.test(agent.userAgent);
}

export function installWay(): InstallWay {
  if (isRefused || isInstalled()) return "none";
  if (question) return "question";
  return isIOS(navigator) ? "ios" : "none";
}

/** Whether the hint was put off lately; `kept` is when, as milliseconds in text. */
export function isPutOff(kept: string | null, now: number): boolean {
  const at = Number(kept ?? Number.NaN);
  return Number.isFinite(at) && now - at < ASK_AGAIN_DAYS * DAY_MS && at <= now;
}

export function isHintPutOff(): boolean {
  return isPutOff(localStorage.getItem(KEY), Date.now());
}

export function putOff(): void {
  localStorage.setItem(KEY, String(Date.now()));
  announce();
}

/** Show the browser's question; true when the app is being installed. */
export async function install(): Promise<boolean> {
  if (!question) return false;
  const asked = question;
  question = undefined;
  await asked.prompt();
  const { outcome } = await asked.userChoice;
  isRefused = outcome === "dismissed";
  announce();
  return outcome === "accepted";
}
