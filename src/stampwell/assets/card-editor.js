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

function drawSoon() {
  clearTimeout(timer);
  timer = setTimeout(draw, PAUSE_MS);
}

// Rewards on the way come and go in place; without scripts the server adds a row, or leaves one out.
const rewards = form.querySelector("[data-rewards]");
const adding = rewards.querySelector("[name=addReward]");
let made = 0;

function rows() {
  return [...rewards.querySelectorAll(":scope > [data-reward]")];
}

function addRow() {
  const row = rewards.querySelector("template").content.firstElementChild.cloneNode(true);
  made += 1;
  for (const part of row.querySelectorAll("[id], [for]")) {
    for (const name of ["id", "for"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, `${part.getAttribute(name)}-${made}`);
    }
  }
  adding.before(row);
  row.querySelector("input").focus();
}

function removeRow(row) {
  const place = rows().indexOf(row);
  row.remove();
  (rows()[place]?.querySelector("input") ?? adding).focus();
}

rewards.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  if (button === adding) addRow();
  else {
    // A button that is hidden cannot be given the focus.
    adding.hidden = false;
    removeRow(button.closest("[data-reward]"));
  }
  adding.hidden = rows().length >= Number(rewards.dataset.most);
  drawSoon();
});

form.querySelector("[data-preview-button]").hidden = true;
form.addEventListener("input", (event) => {
  const box = document.getElementById(event.target.dataset.ticks);
  if (box) box.checked = true;
  drawSoon();
});
