// The preview follows what is typed: the server draws it, as it does for the Preview button without scripts.
const PAUSE_MS = 200;
const form = document.querySelector("[data-card-editor]");
const preview = form.querySelector("[data-preview]");
let timer;
let running;

// The colours are in a stylesheet of their own; it is there before the new card is shown.
function loaded(href) {
  if (!href || document.querySelector(`link[href="${CSS.escape(href)}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  return new Promise((resolve) => {
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
}

async function draw() {
  running?.abort();
  running = new AbortController();
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "onsitePwd") values.append(name, value);
  }
  values.set("preview", "Y");
  try {
    const answer = await fetch(form.action, { method: "POST", body: values, signal: running.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const colors = page.querySelector('link[href^="/colors/"]');
    await loaded(colors?.getAttribute("href"));
    preview.replaceChildren(...page.querySelector("[data-preview]").childNodes);
  } catch (error) {
    if (error.name !== "AbortError") form.querySelector("[data-preview-button]").hidden = false;
  }
}

form.querySelector("[data-preview-button]").hidden = true;
form.addEventListener("input", (event) => {
  const box = document.getElementById(event.target.dataset.ticks);
  if (box) box.checked = true;
  clearTimeout(timer);
  timer = setTimeout(draw, PAUSE_MS);
});
