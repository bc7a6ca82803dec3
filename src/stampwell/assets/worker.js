/* Serves the last state of a card when there is no line. Pages come from the network whenever it answers in time. */

const PAGES = "stampwell-cards-1";
const PARTS = "stampwell-parts-1";
const MOST_PAGES = 20;
const MOST_PARTS = 120;
/* On a line that is there but says nothing. */
const PATIENCE_MS = 8000;
const PAGE = /^\/stamp\/[0-9A-Z]{16}(?=$|\/)/;
const FOR_GOOD = /^\/(assets|colors|images)\//;
const QR = /^\/stamp\/[0-9A-Z]{16}\/qr\.svg$/;
/* Only in a tag of ours: what a shop writes has no tags. */
const CARD = /<main [^>]*data-version="([^"]*)"/;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(Promise.all([clean(), clients.claim()])));

/** What an older worker kept. */
async function clean() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("stampwell-") && name !== PAGES && name !== PARTS);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function put(name, most, key, answer) {
  const cache = await caches.open(name);
  // The newest stand last.
  await cache.delete(key);
  await cache.put(key, answer);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((one) => cache.delete(one)));
}

async function kept(name, key) {
  return (await caches.open(name)).match(key);
}

/** Keeps the page of a card; forgets it when it is shown no more: a PIN is asked for, or the card is gone. */
async function keepPage(path, answer) {
  // Trouble of the server's says nothing of the card.
  if (answer.status === 429 || answer.status >= 500) return;
  const text = await answer.text();
  if (!answer.ok || !CARD.test(text)) return (await caches.open(PAGES)).delete(path);
  const marked = text.replace("<main ", `<main data-kept-at="${new Date().toISOString()}" `);
  await put(PAGES, MOST_PAGES, path, new Response(marked, { status: 200, headers: answer.headers }));
}

/** From the network; after a while without an answer, `instead`. */
async function ask(request, instead) {
  const impatience = new AbortController();
  const timer = instead && setTimeout(() => impatience.abort(), PATIENCE_MS);
  try {
    return await fetch(request, instead && { signal: impatience.signal });
  } catch (error) {
    if (instead) return instead;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function card(event, path) {
  const before = event.request.mode === "navigate" ? await kept(PAGES, path) : undefined;
  const answer = await ask(event.request, before);
  if (answer.type === "opaqueredirect") event.waitUntil(keepSuccessor(path));
  else if (answer !== before) event.waitUntil(keepPage(path, answer.clone()));
  return answer;
}

/** Without a line the link of a merged card leads to what it led to last. */
async function keepSuccessor(path) {
  try {
    await keepPage(path, await fetch(path, { cache: "no-store" }));
  } catch {
    /* On another domain, or no line. */
  }
}

/** A sheet of the card's, such as the staff's: without a line the way leads back to the card. */
async function sheet(event, path) {
  const before = await kept(PAGES, path);
  return ask(event.request, before && Response.redirect(path));
}

async function part(event) {
  const { url } = event.request;
  const before = await kept(PARTS, url);
  if (before && FOR_GOOD.test(new URL(url).pathname)) return before;
  const answer = await ask(event.request, before);
  if (answer !== before && answer.ok) event.waitUntil(put(PARTS, MOST_PARTS, url, answer.clone()));
  return answer;
}

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const path = PAGE.exec(url.pathname)?.[0];
  if (FOR_GOOD.test(url.pathname) || QR.test(url.pathname)) event.respondWith(part(event));
  else if (path === url.pathname) event.respondWith(card(event, path));
  else if (path && event.request.mode === "navigate") event.respondWith(sheet(event, path));
});

/* The first visit was loaded before there was a worker: the page tells what it shows and is made of. */
async function keepVisit({ page, version, parts }) {
  if (PAGE.exec(page)?.[0] !== page) return;
  const before = await (await kept(PAGES, page))?.text();
  if (before === undefined || CARD.exec(before)?.[1] !== version) await keepPage(page, await fetch(page, { cache: "no-store" }));
  const wanted = parts.filter((url) => url.startsWith(`${location.origin}/`));
  await Promise.allSettled(
    wanted.map(async (url) => {
      if (await kept(PARTS, url)) return;
      const answer = await fetch(url);
      if (answer.ok) await put(PARTS, MOST_PARTS, url, answer);
    }),
  );
}

addEventListener("message", (event) => event.waitUntil(keepVisit(event.data).catch(() => {})));
