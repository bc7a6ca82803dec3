/* The card is kept on the phone: without a line it is shown as it was, and says so. */

const main = document.querySelector("[data-version]");
const banner = document.querySelector("[data-offline]");

function show(since) {
  const clock = banner.querySelector("[data-clock]");
  clock.dateTime = since.toISOString();
  clock.textContent = since.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  banner.hidden = false;
  for (const part of document.querySelectorAll(".doings, .asides, .tongues")) part.inert = true;
}

function back() {
  if (main.dataset.keptAt) location.reload();
  banner.hidden = true;
  for (const part of document.querySelectorAll(".doings, .asides, .tongues")) part.inert = false;
}

async function keep() {
  const registration = await navigator.serviceWorker.register("/stamp/worker.js", { scope: "/stamp/" });
  await navigator.serviceWorker.ready;
  if (!registration.active || main.dataset.keptAt) return;
  const parts = document.querySelectorAll('link[rel="stylesheet"], link[rel="icon"], script[src], main img, main image');
  const urls = [...parts].map((part) => part.src || part.href?.baseVal || part.href).filter(Boolean);
  registration.active.postMessage({ page: location.pathname, parts: urls });
}

if (main && "serviceWorker" in navigator) {
  if (main.dataset.keptAt) show(new Date(main.dataset.keptAt));
  addEventListener("offline", () => show(new Date()));
  addEventListener("online", back);
  keep().catch(() => {});
}
