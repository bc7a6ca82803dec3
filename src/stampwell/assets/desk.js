// Enhancements of the dashboard: everything works without them.

// Focus goes to the first field that is wrong.
document.querySelector("[data-first-error]")?.focus();

// <form data-submits-itself>: filters apply as soon as they are chosen; its button is for browsers without scripts.
for (const form of document.querySelectorAll("form[data-submits-itself]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// A second click on the way must not send the form again. The server would see through it, but nobody has to wait twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "sent";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// <input data-bounded-by="select's id" data-bounds='{"value": most}'>: a number that what is chosen bounds.
for (const field of document.querySelectorAll("[data-bounded-by]")) {
  const select = document.getElementById(field.dataset.boundedBy);
  const bounds = JSON.parse(field.dataset.bounds);
  const bound = () => (field.max = bounds[select.value]);
  select.addEventListener("change", bound);
  bound();
}
