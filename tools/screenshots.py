"""Every page as PNG, phone and desktop, light and dark, in screenshots/: pages are looked at before they are done.

A picture is what the window shows, from the place on.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "screenshots"
# The documentation is a hundred screens long; these are its kinds of places.
PAGES = {
    "api-docs": "/api/docs",
    "api-docs-endpoints": "/api/docs#endpoints",
    "api-docs-body": "/api/docs#addMarks",
    "api-docs-fields": "/api/docs#createStamp-fields",
    "api-docs-query": "/api/docs#listStamps",
    "api-docs-object": "/api/docs#object-Stamp",
    "api-docs-errors": "/api/docs#errors",
}
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
THEMES = ("light", "dark")
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_OPTIONS = [
    "--no-sandbox",  # Chromium has none when root runs it, as in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_S = 20.0


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with _server() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        for name, path in PAGES.items():
            for size in SIZES:
                for theme in THEMES:
                    picture = TARGET / f"{name}-{size}-{theme}.png"
                    _shoot(browser, base + path, picture, size, theme)
                    print(picture.relative_to(ROOT))
        browser.close()


def _shoot(browser: Browser, url: str, picture: Path, size: str, theme: str) -> None:
    width, height = SIZES[size]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        device_scale_factor=2 if size == "phone" else 1,
        reduced_motion="reduce",
    )
    page.goto(url)
    page.screenshot(path=picture)
    page.close()


@contextmanager
def _server() -> Iterator[str]:
    """The address of a server on an SQLite file of its own, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STAMPWELL_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "stampwell", "serve", "--port", str(port)],
            cwd=folder,
            env=kept | {"STAMPWELL_LOG_LEVEL": "error"},
        )
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_until_ready(base, process)
            yield base
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


def _wait_until_ready(base: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("The server did not get ready.")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
