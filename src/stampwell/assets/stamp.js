/* An open card keeps itself up to date: told of a new version by events, or else asking now and then. */

const ASK_EVERY_MS = 2000;
const page = document.querySelector("[data-version]");

/** Shows the card as it is now; marks that were not there before are pressed in. */
async function refresh(version) {
  if (version === page.dataset.version) return;
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" }, cache: "no-store" });
  // Merged: another card has taken its place.
  if (answer.redirected) return location.replace(answer.url);
  if (answer.status === 429 || answer.status >= 500) throw new Error(`${answer.status}: says nothing of the card`);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-version]");
  // Gone, or a PIN is asked for by now: another page altogether.
  if (!answer.ok || !fresh) return location.reload();
  const before = page.querySelectorAll(".face-filled").length;
  // Whoever holds up the code wants to see what came of it.
  if (fresh.querySelectorAll(".face-filled").length > before) document.querySelector("#code:popover-open")?.hidePopover();
  for (const part of page.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    // A sheet that is open, and what is typed in it, stays.
    if (other && !part.matches(":has(:popover-open)")) part.replaceWith(document.adoptNode(other));
  }
  document.dispatchEvent(new Event("refreshed"));
  [...page.querySelectorAll(".face-filled")].slice(before).forEach((mark) => mark.classList.add("face-fresh"));
  page.dataset.version = fresh.dataset.version;
  page.querySelector("[data-news]").textContent = page.querySelector("[data-said]")?.textContent ?? "";
}

function listen() {
  let asking = 0;
  let events = null;
  const base = location.pathname;

  async function ask() {
    asking = 0;
    try {
      const answer = await fetch(`${base}/version`, { cache: "no-store" });
      page.dispatchEvent(new Event("reached"));
      if (answer.ok) await refresh((await answer.json()).version);
      else if (answer.status === 404 || answer.status === 403) location.reload();
      if (events.readyState !== EventSource.OPEN) later();
    } catch {
      // No line, or not shown yet what was told.
      later();
    }
  }

  function later() {
    asking ||= setTimeout(ask, ASK_EVERY_MS);
  }

  function open() {
    events = new EventSource(`${base}/events?seen=${page.dataset.version}`);
    events.addEventListener("version", (event) => refresh(event.data).catch(later));
    events.addEventListener("open", () => page.dispatchEvent(new Event("reached")));
    events.addEventListener("error", () => {
      later();
      // The browser gives up when the answer was no stream: try again in a while.
      if (events.readyState === EventSource.CLOSED) setTimeout(() => document.hidden || open(), 30_000);
    });
  }

  function close() {
    clearTimeout(asking);
    asking = 0;
    events?.close();
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : (open(), ask())));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
  if (!document.hidden) open();
}

if (page) listen();

/* Sheets open in place; without scripts their links lead to pages of their own. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const sheet = opener && document.getElementById(opener.dataset.opens);
  if (!sheet?.showPopover) return;
  event.preventDefault();
  sheet.showPopover();
  sheet.querySelector("input:not([type=hidden], [hidden])")?.focus();
});
