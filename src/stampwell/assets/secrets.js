/* Shows what was typed into the fields of a secret, on wish, and hides it again. */

for (const button of document.querySelectorAll("[data-shows]")) button.hidden = false;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shows]");
  if (!button) return;
  for (const id of button.dataset.shows.split(" ")) {
    const field = document.getElementById(id);
    const isShown = field.toggleAttribute("data-shown");
    // A staff password is hidden by its style alone.
    if (!field.matches(".secret")) field.type = isShown ? "text" : "password";
  }
  const shown = button.textContent;
  button.textContent = button.dataset.hide;
  button.dataset.hide = shown;
});
