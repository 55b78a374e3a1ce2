/// <reference lib="webworker" />
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from "workbox-precaching";
import { NavigationRoute, registerRoute, setCatchHandler } from "workbox-routing";
import { emptyPage, keepOldParts, oldPart } from "./features/pwa/old-parts.ts";

declare const self: ServiceWorkerGlobalScope;
/** Filled in by scripts/precache.ts. */
declare const __PRECACHE__: { url: string; revision: string | null }[];

/*
 * Everything the app consists of is kept when a version is installed, the wasm of the scanner
 * included; nothing of the API is: records and photos are in the sync client's own store.
 */
precacheAndRoute(__PRECACHE__);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL("index.html")));

const parts = new URL("assets/", self.registration.scope).href;
registerRoute(
  ({ url }) => url.href.startsWith(parts),
  ({ request }) => oldPart(self.caches, request),
);

// The browser may have thrown the kept files away; its own error page would tell an engineer
// nothing. The records are in another store, and may well still be there.
setCatchHandler(async ({ request }) =>
  request.mode === "navigate" ? emptyPage() : Response.error(),
);

self.addEventListener("install", (event) =>
  event.waitUntil(
    keepOldParts(
      self.caches,
      parts,
      __PRECACHE__.map(({ url }) => new URL(url, self.registration.scope).href),
    ),
  ),
);

// A new version waits until the engineer takes it, see features/pwa/updates.ts.
self.addEventListener("message", (event) => {
  if (event.data?.type === "SKIP_WAITING") void self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
