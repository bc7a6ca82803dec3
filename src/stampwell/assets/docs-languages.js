// <div class="call"> has a radio button for each language; the choice of one is the choice of all, and is remembered.
const radios = [...document.querySelectorAll(".call input[type=radio]")];

function choose(language) {
  for (const radio of radios) radio.checked = radio.value === language;
}

try {
  const stored = localStorage.getItem("language");
  if (radios.some((radio) => radio.value === stored)) choose(stored);
} catch {
  // storage is switched off
}

document.addEventListener("change", (event) => {
  if (!radios.includes(event.target)) return;
  // Programs above this one grow or shrink too: the one that was chosen stays under the pointer.
  const before = event.target.getBoundingClientRect().top;
  choose(event.target.value);
  scrollBy({ top: event.target.getBoundingClientRect().top - before, behavior: "instant" });
  try {
    localStorage.setItem("language", event.target.value);
  } catch {
    // chosen for this page only
  }
});
