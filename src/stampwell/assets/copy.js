// <button data-copies="id"> copies the text of that element and says so in place.
const CONFIRM_MS = 2000;
const announcement = document.querySelector("[data-announcement]");

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

for (const button of document.querySelectorAll("[data-copies]")) {
  const label = button.textContent;
  let timer;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copy(document.getElementById(button.dataset.copies));
    button.dataset.state = copied ? "copied" : "failed";
    button.textContent = copied ? "Copied" : "Press Ctrl+C";
    if (announcement) announcement.textContent = button.textContent;
    clearTimeout(timer);
    timer = setTimeout(() => {
      delete button.dataset.state;
      button.textContent = label;
      if (announcement) announcement.textContent = "";
    }, CONFIRM_MS);
  });
}
