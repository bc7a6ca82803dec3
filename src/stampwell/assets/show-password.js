// <button data-shows="id"> shows what is typed into that password field, and hides it again; it is hidden again before it is sent.
function set(button, shown) {
  const field = document.getElementById(button.dataset.shows);
  field.toggleAttribute("data-shown", shown);
  // The staff password of a card is hidden by its style alone.
  if (!field.classList.contains("secret")) field.type = shown ? "text" : "password";
  button.textContent = shown ? button.dataset.hide : button.dataset.show;
  button.setAttribute("aria-label", shown ? button.dataset.hideLabel : button.dataset.showLabel);
  button.toggleAttribute("data-shown", shown);
}

// Without scripts the buttons would do nothing, so they are hidden until here; also in what htmx brings later.
function reveal(root) {
  for (const button of root.querySelectorAll("[data-shows]")) button.hidden = false;
}

reveal(document);
document.addEventListener("htmx:load", (event) => reveal(event.detail.elt));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shows]");
  if (button) set(button, !button.hasAttribute("data-shown"));
});

// Browsers offer to keep a password, and forget other texts, by the kind of its field when it is sent.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("[data-shows][data-shown]")) set(button, false);
});
