// The search on every page: "/" goes to it, arrows walk through what is found, Escape closes. Without scripts its form is sent.

const field = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
const place = document.getElementById("rail-found");
const isTyping = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  event.preventDefault();
  // Where the rail has no room for a field, the page that is nothing but the search has one.
  if (field?.checkVisibility()) field.select();
  else document.querySelector(".find-link")?.click();
});

const finder = field?.form;
const found = () => [...(place?.isConnected ? place : document.getElementById("found")).querySelectorAll("a")];

for (const area of [finder, document.getElementById("found")]) {
  area?.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && place) {
      place.replaceChildren();
      field.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [field, ...found()];
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

// What was found below the field goes when somebody goes on elsewhere, and comes back with the next letter.
place?.closest("form").addEventListener("focusout", (event) => {
  if (!event.currentTarget.contains(event.relatedTarget)) place.replaceChildren();
});
