/**
 * Parts of the version that was in use before. Another window may still run it, and loads its
 * scanner or signature pad only when they are needed: after an update they must still be found.
 */
const OLD = "truckroll-field-old-parts";
const PRECACHE = /precache/;

/** Before a version is installed: keep what the one in use has and the new one has not. */
export async function keepOldParts(
  caches: CacheStorage,
  folder: string,
  wanted: string[],
): Promise<void> {
  const inNew = new Set(wanted);
  const old = await caches.open(OLD);
  const kept = new Set<string>();
  for (const name of await caches.keys()) {
    if (!PRECACHE.test(name)) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (!request.url.startsWith(folder) || inNew.has(request.url)) continue;
      const response = await cache.match(request);
      if (response) await old.put(request.url, response);
      kept.add(request.url);
    }
  }
  // Nothing is old at the first installation, and after a failed one the older parts stay.
  if (kept.size === 0) return;
  for (const request of await old.keys()) if (!kept.has(request.url)) await old.delete(request);
}

/** A part of the app that is not of this version: from the one before, else from the server. */
export async function oldPart(caches: CacheStorage, request: Request): Promise<Response> {
  const old = await caches.open(OLD);
  return (await old.match(request.url)) ?? fetch(request);
}

/** What is shown when neither the kept files nor the server are there. */
export function emptyPage(): Response {
  const html =
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Truckroll</title>' +
    "<style>:root{color-scheme:light dark}body{font:17px/1.6 system-ui,sans-serif;margin:15vh auto;" +
    "max-width:24rem;padding:0 1.5rem}a{display:inline-block;padding:12px 0;font-weight:600}</style>" +
    "</head><body><main><h1>Truckroll</h1>" +
    "<p>The app cannot open right now: its files are not on this phone any more, and the server " +
    "cannot be reached. What you recorded is kept apart and is not touched. Find some signal and " +
    "try again.</p><p lang=zh-CN>应用暂时无法打开：手机上的应用文件已被清除，且无法连接服务器。" +
    "已记录的内容另行保存，不受影响。请到有信号的地方重试。</p>" +
    '<p><a href="">Try again · <span lang="zh-CN">重试</span></a></p></main></body></html>';
  return new Response(html, {
    status: 503,
    headers: { "Content-Type": "text/html; charset=utf-8" },
  });
}
