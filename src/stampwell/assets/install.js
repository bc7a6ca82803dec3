/* Invites to keep the card on the home screen: from the second visit on, until it is declined or done. */

const VISITS = "stampwell-visits";
const DECLINED = "stampwell-invite-declined";
const invite = document.querySelector("[data-invite]");
let asking;

/** How often this phone came; looking at it again in the same tab is one visit. */
function visits() {
  let count = Number(localStorage.getItem(VISITS));
  if (!sessionStorage.getItem(VISITS)) {
    localStorage.setItem(VISITS, String(++count));
    sessionStorage.setItem(VISITS, "counted");
  }
  return count;
}

function show(...parts) {
  for (const part of parts) invite.querySelector(`[data-invite-${part}]`).hidden = false;
  invite.hidden = false;
}

function listen() {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    asking = event;
    show("button", "add");
  });
  addEventListener("appinstalled", () => invite.remove());
  invite.addEventListener("click", (event) => {
    if (event.target.closest("[data-invite-add]")) asking.prompt();
    else if (event.target.closest("[data-invite-dismiss]")) localStorage.setItem(DECLINED, "yes");
    else return;
    invite.hidden = true;
  });
  // Safari on iOS, which has no way to ask.
  if (navigator.standalone === false) show("share");
}

try {
  const isInstalled = navigator.standalone || matchMedia("(display-mode: standalone)").matches;
  if (invite && visits() > 1 && !isInstalled && !localStorage.getItem(DECLINED)) listen();
} catch {
  /* A browser that keeps nothing cannot count. */
}
