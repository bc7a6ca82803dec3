// Runs before the page is painted, so that a chosen theme never flashes. Without it the page follows the system.
const themes = ["auto", "light", "dark"];
const names = { auto: "Auto", light: "Light", dark: "Dark" };

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
      name.textContent = names[theme];
      button.setAttribute("aria-label", `Theme: ${names[theme]}. Change it`);
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
