// <button data-theme-switch data-label="…{theme}…" data-auto data-light data-dark>: the words are the page's.
// Runs before the page is painted, so that a chosen theme never flashes. Without it the page follows the system.
const themes = ["auto", "light", "dark"];

function stored() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // storage is switched off
  }
}

function wear(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

let theme = themes.includes(stored()) ? stored() : "auto";
wear(theme);

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    const name = button.querySelector("[data-theme-name]");
    const say = () => {
      name.textContent = button.dataset[theme];
      button.setAttribute("aria-label", button.dataset.label.replace("{theme}", name.textContent));
    };
    button.addEventListener("click", () => {
      theme = themes[(themes.indexOf(theme) + 1) % themes.length];
      wear(theme);
      say();
      try {
        localStorage.setItem("theme", theme);
      } catch {
        // chosen for this page only
      }
    });
    say();
    button.hidden = false;
  }
});
