// Rewards on the way come and go in place; without scripts the server adds a row, or leaves one out.
const rewards = document.querySelector("[data-rewards]");
const adding = rewards.querySelector("[name=addReward]");
let made = 0;

function rows() {
  return [...rewards.querySelectorAll(":scope > [data-reward]")];
}

function addRow() {
  const row = rewards.querySelector("template").content.firstElementChild.cloneNode(true);
  made += 1;
  for (const part of row.querySelectorAll("[id], [for]")) {
    for (const name of ["id", "for"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, `${part.getAttribute(name)}-${made}`);
    }
  }
  adding.before(row);
  row.querySelector("input").focus();
}

function removeRow(row) {
  const place = rows().indexOf(row);
  row.remove();
  (rows()[place]?.querySelector("input") ?? adding).focus();
}

rewards.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  if (button === adding) addRow();
  else {
    // A button that is hidden cannot be given the focus.
    adding.hidden = false;
    removeRow(button.closest("[data-reward]"));
  }
  adding.hidden = rows().length >= Number(rewards.dataset.most);
  // The preview follows the form.
  rewards.dispatchEvent(new Event("input", { bubbles: true }));
});
