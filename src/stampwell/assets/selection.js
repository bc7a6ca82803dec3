// <form data-selects="name">: what can be done with the ticked boxes of that name. It says how many, and is there while any is.
for (const form of document.querySelectorAll("form[data-selects]")) {
  const boxes = [...document.querySelectorAll(`input[name="${form.dataset.selects}"][form="${form.id}"]`)];
  const all = document.querySelector("[data-ticks-all]");
  const count = form.querySelector("[data-one]");

  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    form.toggleAttribute("data-none", !ticked);
    count.textContent = count.dataset.one.replace("{count}", ticked);
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };

  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  // Browsers tick them again when one comes back to the page.
  addEventListener("pageshow", show);
  show();
}
