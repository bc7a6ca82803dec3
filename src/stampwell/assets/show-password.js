// <button data-shows="id"> shows what is typed into that password field (or fields, with blanks between), and hides it again; it is
// hidden again before it is sent.
function set(button, shown) {
  for (const id of button.dataset.shows.split(" ")) {
    const field = document.getElementById(id);
    field.toggleAttribute("data-shown", shown);
    // The staff password of a card is hidden by its style alone.
    if (!field.classList.contains("secret")) field.type = shown ? "text" : "password";
  }
  button.textContent = shown ? button.dataset.hide : button.dataset.show;
  if (button.dataset.showLabel) button.setAttribute("aria-label", shown ? button.dataset.hideLabel : button.dataset.showLabel);
  button.toggleAttribute("data-shown", shown);
}

// Without scripts the buttons would do nothing, so they are hidden until here; also in what htmx or stamp.js brings later.
function reveal() {
  for (const button of document.querySelectorAll("[data-shows]")) button.hidden = false;
}

reveal();
for (const later of ["htmx:load", "refreshed"]) document.addEventListener(later, reveal);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shows]");
  if (button) set(button, !button.hasAttribute("data-shown"));
});

// Browsers offer to keep a password, and forget other texts, by the kind of its field when it is sent.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("[data-shows][data-shown]")) set(button, false);
});
