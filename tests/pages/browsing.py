"""What a test sees of a page, and of what the page does behind its back."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, Request

# Kept by the page itself: what it does before a test could listen counts too.
_WATCH_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""

_MOST_TABS = 400
# Where a field has the focus from the start, to blur it would leave the place of the next stop.
_TO_THE_TOP = """() => {
  const top = document.createElement("span");
  top.tabIndex = -1;
  document.body.prepend(top);
  top.focus();
  top.remove();
}"""
# Radio buttons of a group are one stop; what a closed <details> holds is none.
_UNREACHED = """() => {
  const all = 'a[href], button, summary, select, textarea, input:not([type=hidden])';
  return [...document.querySelectorAll(all)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && !one.reached)
    .filter((one) => one.type !== "radio" || ![...document.getElementsByName(one.name)].some((other) => other.reached))
    .map((one) => one.outerHTML);
}"""
_STEP = """() => {
  const one = document.activeElement;
  // A date has a stop for each of its parts, which the browser marks.
  if (one === window.latest) return "";
  if (one === document.body || one.reached) return null;
  window.latest = one;
  one.reached = true;
  const marked = [one, one.nextElementSibling, one.closest("label")].filter(Boolean).map((it) => getComputedStyle(it));
  return marked.some((style) => style.outlineStyle !== "none") ? "" : one.outerHTML;
}"""


class Visit:
    """A page, and everything a well-behaved one does not do: `complaints`, and requests to `strangers`."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requested: list[str] = []
        self._base = base
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._note_failure)
        page.on("response", lambda response: self.complaints.extend([response.url] if response.status >= 400 else []))
        page.on("request", lambda request: self.requested.append(request.url))
        page.add_init_script(_WATCH_VIOLATIONS)

    @property
    def strangers(self) -> list[str]:
        own = urlsplit(self._base).netloc
        return [url for url in self.requested if urlsplit(url).netloc != own]

    def _note_failure(self, request: Request) -> None:
        # A page that is left may not have its icon yet.
        is_icon = request.url.startswith(f"{self._base}/assets/seal.")
        if not (is_icon and request.failure == "net::ERR_ABORTED"):
            self.complaints.append(f"failed: {request.url}")

    def open(self, path: str) -> Page:
        self.page.goto(self._base + path)
        return self.page


def walked_through(page: Page) -> tuple[list[str], list[str]]:
    """Presses Tab from the top to the end; the stops that show no outline, and what was never reached."""
    page.evaluate(_TO_THE_TOP)
    unmarked = []
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        step = page.evaluate(_STEP)
        if step is None:
            break
        unmarked += [step] if step else []
    return unmarked, page.evaluate(_UNREACHED)
