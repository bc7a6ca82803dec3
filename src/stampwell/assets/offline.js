/* The card is kept on the phone: without a line it is shown as it was, and says so. */

const ASK_EVERY_MS = 5000;
const main = document.querySelector("[data-version]");
const banner = document.querySelector("[data-offline]");
let asking = 0;

/** As people write it; of English the form that most of its readers share. */
const clockOf = new Intl.DateTimeFormat(document.documentElement.lang.replace("en", "en-GB"), {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** All that needs a line; the code needs none. */
function rest(off) {
  const needy = '.doings > :not([data-opens="code"], #code), .asides, .tongues, .notice a, .notice form, [data-invite]';
  for (const part of document.querySelectorAll(needy)) part.inert = off;
}

function show(since) {
  const clock = banner.querySelector("[data-clock]");
  clock.dateTime = since.toISOString();
  clock.textContent = clockOf.format(since);
  banner.hidden = false;
  rest(true);
  clearInterval(asking);
  asking = setInterval(ask, ASK_EVERY_MS);
}

/** Browsers know of a network, not of whether it leads anywhere. */
async function ask() {
  try {
    await fetch(`${location.pathname}/version`, { cache: "no-store" });
    back();
  } catch {
    /* The next time. */
  }
}

function back() {
  clearInterval(asking);
  if (main.dataset.keptAt) return location.reload();
  banner.hidden = true;
  rest(false);
}

/** What was done just before the page was kept is no news any more. */
function forgetNotice() {
  document.querySelector(".notice[role=status]:not([data-offline])")?.remove();
}

async function keep() {
  await navigator.serviceWorker.register("/stamp/worker.js", { scope: "/stamp/" });
  const { active } = await navigator.serviceWorker.ready;
  const parts = document.querySelectorAll('link[rel="stylesheet"], link[rel="icon"], script[src], main img, main image');
  const urls = [...parts].map((part) => part.src || new URL(part.href.baseVal ?? part.href, location.href).href);
  active.postMessage({ page: location.pathname, version: main.dataset.version, parts: urls });
}

if (main && banner) {
  if (main.dataset.keptAt) {
    forgetNotice();
    show(new Date(main.dataset.keptAt));
  } else if ("serviceWorker" in navigator) keep().catch(() => {});
  addEventListener("offline", () => main.dataset.keptAt || show(new Date()));
  addEventListener("online", ask);
  main.addEventListener("reached", () => banner.hidden || back());
}
