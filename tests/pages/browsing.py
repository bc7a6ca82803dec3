"""What a test sees of a page, and of what the page does behind its back."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

# Kept by the page itself: what it does before a test could listen counts too.
_WATCH_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""


class Visit:
    """A page, and everything a well-behaved one does not do: `complaints`, and requests to `strangers`."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requested: list[str] = []
        self._base = base
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("response", lambda response: self.complaints.extend([response.url] if response.status >= 400 else []))
        page.on("request", lambda request: self.requested.append(request.url))
        page.add_init_script(_WATCH_VIOLATIONS)

    @property
    def strangers(self) -> list[str]:
        own = urlsplit(self._base).netloc
        return [url for url in self.requested if urlsplit(url).netloc != own]

    def open(self, path: str) -> Page:
        self.page.goto(self._base + path)
        return self.page
