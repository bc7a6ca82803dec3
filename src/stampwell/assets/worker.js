/* Serves the last state of a card when there is no line. Pages come from the network whenever it answers. */

const PAGES = "stampwell-cards";
const PARTS = "stampwell-parts";
const MOST_PAGES = 20;
const MOST_PARTS = 120;
const PAGE = /^\/stamp\/[0-9A-Z]{16}$/;
const KEPT_FOR_GOOD = /^\/(assets|colors|images)\//;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

async function trim(cache, most) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}

/** Keeps the page if it shows a card; forgets it if it does not any more: a PIN is asked for, or the card is gone. */
async function keepPage(path, answer) {
  const cache = await caches.open(PAGES);
  const text = await answer.text();
  await cache.delete(path);
  if (!answer.ok || !text.includes("data-version=")) return;
  const marked = text.replace("<main ", `<main data-kept-at="${new Date().toISOString()}" `);
  const headers = new Headers(answer.headers);
  headers.delete("set-cookie");
  await cache.put(path, new Response(marked, { status: 200, headers }));
  await trim(cache, MOST_PAGES);
}

async function page(event, path) {
  try {
    const answer = await fetch(event.request);
    if (!answer.redirected && answer.type !== "opaqueredirect") event.waitUntil(keepPage(path, answer.clone()));
    return answer;
  } catch (error) {
    const kept = await (await caches.open(PAGES)).match(path);
    if (kept) return kept;
    throw error;
  }
}

async function part(event) {
  const cache = await caches.open(PARTS);
  const kept = await cache.match(event.request.url);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(cache.put(event.request.url, answer.clone()).then(() => trim(cache, MOST_PARTS)));
  return answer;
}

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (PAGE.test(url.pathname)) event.respondWith(page(event, url.pathname));
  else if (KEPT_FOR_GOOD.test(url.pathname) || /\/qr\.svg$/.test(url.pathname)) event.respondWith(part(event));
});

/* The first visit was loaded before there was a worker: the page tells what it is made of. */
addEventListener("message", (event) => {
  const { page: path, parts } = event.data;
  if (!PAGE.test(path)) return;
  event.waitUntil(
    (async () => {
      await keepPage(path, await fetch(path, { cache: "no-store", credentials: "same-origin" }));
      const cache = await caches.open(PARTS);
      const wanted = parts.filter((part) => new URL(part, location.origin).origin === location.origin);
      await Promise.allSettled(wanted.map(async (part) => (await cache.match(part)) || cache.add(part)));
      await trim(cache, MOST_PARTS);
    })(),
  );
});
