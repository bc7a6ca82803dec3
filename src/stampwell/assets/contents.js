// The menu of places on this page closes when a place is chosen, on Escape, and when something else is touched.
const menu = document.querySelector("[data-contents-menu]");

menu.addEventListener("click", (event) => {
  if (event.target.closest("a")) menu.open = false;
});

document.addEventListener("click", (event) => {
  if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
