// The search of the documentation: what it finds is read from the page itself, so it needs no network.
const MOST = 20;
const KINDS = ["Endpoint", "Error", "Guide", "Object", "Field"];
const dialog = document.querySelector("[data-search]");
const input = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
const count = dialog.querySelector("[data-found-count]");
let entries = null;
let chosen = -1;

const plain = (text) => text.normalize("NFKD").toLowerCase();
const textOf = (element) => (element ? element.textContent.replace(/\s+/g, " ").trim() : "");

function entry(kind, title, detail, href) {
  return { kind, title, detail, href, text: plain(`${title} ${detail} ${kind}`), head: plain(title) };
}

function* onThisPage() {
  for (const section of document.querySelectorAll("main section[id], main [id]:is(h2, h3)")) {
    const title = textOf(section.matches("section") ? section.querySelector("h1, h2") : section);
    if (section.matches(".endpoint")) yield entry("Endpoint", title, textOf(section.querySelector(".address")), `#${section.id}`);
    else if (section.id.startsWith("object-")) yield entry("Object", title, "", `#${section.id}`);
    else if (section.matches("section") || section.closest(".guide")) yield entry("Guide", title, "", `#${section.id}`);
  }
  for (const row of document.querySelectorAll(".conventions > div")) {
    yield entry("Guide", textOf(row.querySelector("dt")), textOf(row.querySelector("dd")), "#conventions");
  }
  for (const row of document.querySelectorAll("main section[id] table.fields tbody tr")) {
    const section = row.closest("section");
    const place = `${textOf(section.querySelector("h2"))} · ${textOf(row.querySelector(".rule"))}`;
    yield entry("Field", textOf(row.querySelector("th")), place, `#${row.id || section.id}`);
  }
  let code = "";
  for (const row of document.querySelectorAll("#errors tbody tr")) {
    code = row.id || code;
    yield entry("Error", textOf(row.querySelector("th")), textOf(row.querySelector("td")), `#${code}`);
  }
}

function all() {
  const elsewhere = [...document.querySelectorAll("[data-elsewhere] a")];
  return [
    ...onThisPage(),
    ...elsewhere.map((link) => entry(link.dataset.kind, textOf(link), link.dataset.detail ?? "", link.getAttribute("href"))),
  ];
}

function found(query) {
  entries ??= all();
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const rank = ({ head, kind }) => {
    const near = head === words.join(" ") ? 0 : head.startsWith(words[0]) ? 1 : words.every((word) => head.includes(word)) ? 2 : 3;
    return near * KINDS.length + KINDS.indexOf(kind);
  };
  return entries.filter(({ text }) => words.every((word) => text.includes(word))).sort((one, other) => rank(one) - rank(other));
}

function option({ kind, title, detail, href }, place) {
  const item = document.createElement("li");
  item.id = `found-${place}`;
  item.role = "option";
  item.dataset.href = href;
  for (const [name, text] of [["found-kind", kind], ["found-title", title], ["found-detail", detail]]) {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text;
    item.append(part, " ");
  }
  return item;
}

function point(place) {
  const options = [...list.children];
  chosen = options.length === 0 ? -1 : (place + options.length) % options.length;
  options.forEach((one, number) => one.setAttribute("aria-selected", String(number === chosen)));
  input.setAttribute("aria-activedescendant", chosen < 0 ? "" : options[chosen].id);
  options[chosen]?.scrollIntoView({ block: "nearest" });
}

function show() {
  const results = found(input.value);
  list.replaceChildren(...results.slice(0, MOST).map(option));
  input.setAttribute("aria-expanded", String(results.length > 0));
  const said = results.length === 1 ? "1 result" : `${results.length} results`;
  count.textContent = input.value.trim() === "" ? "" : results.length > MOST ? `${said}, the best ${MOST} are shown` : said;
  point(0);
}

function go(item) {
  dialog.close();
  location.assign(item.dataset.href);
}

function open() {
  if (!dialog.open) dialog.showModal();
  input.select();
}

input.addEventListener("input", show);
input.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    point(chosen + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Enter" && chosen >= 0) {
    event.preventDefault();
    go(list.children[chosen]);
  }
});

list.addEventListener("click", (event) => {
  const item = event.target.closest("[role=option]");
  if (item) go(item);
});

dialog.querySelector("[data-search-closes]").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // beside what it holds
});

document.addEventListener("keydown", (event) => {
  const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || (writes && writes.type !== "radio")) return;
  event.preventDefault();
  open();
});

for (const button of document.querySelectorAll("[data-search-opens]")) {
  button.addEventListener("click", open);
  button.hidden = false;
}
