// <button data-copies="id"> copies the text of that element and says so in place, in the words of data-done and data-failed.
const CONFIRM_MS = 2000;
const announcement = document.querySelector("[data-announcement]");
const labels = new WeakMap();

// Browsers give the clipboard to https and localhost only; elsewhere the old command still works.
function copyBySelecting(element) {
  const selection = getSelection();
  selection.selectAllChildren(element);
  const copied = document.execCommand("copy");
  if (copied) selection.removeAllRanges();
  return copied;
}

async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    return copyBySelecting(element);
  }
}

// Without scripts the buttons would do nothing, so they are hidden until here; also in what htmx brings later.
function show(root) {
  for (const button of root.querySelectorAll("[data-copies]")) button.hidden = false;
}

show(document);
document.addEventListener("htmx:load", (event) => show(event.detail.elt));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const known = labels.get(button) ?? { text: button.textContent };
  labels.set(button, known);
  const copied = await copy(document.getElementById(button.dataset.copies));
  button.dataset.state = copied ? "copied" : "failed";
  button.textContent = copied ? (button.dataset.done ?? "Copied") : (button.dataset.failed ?? "Press Ctrl+C");
  if (announcement) announcement.textContent = button.textContent;
  clearTimeout(known.timer);
  known.timer = setTimeout(() => {
    delete button.dataset.state;
    button.textContent = known.text;
    if (announcement) announcement.textContent = "";
  }, CONFIRM_MS);
});
