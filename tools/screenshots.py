"""Every page as PNG in screenshots/: pages are looked at before they are done.

    tools/screenshots.py [docs] [dashboard] [card] [counts]      without a name, all four

The shop is the demo's, on a real server with an SQLite file of its own.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import screens_card
import screens_counts
import screens_dashboard
import screens_docs
from camera import Camera
from playwright.sync_api import sync_playwright
from shown_shop import ShownShop

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "screenshots"
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
PARTS: dict[str, Callable[[Camera, ShownShop], None]] = {
    "docs": screens_docs.shoot,
    "dashboard": screens_dashboard.shoot,
    "card": screens_card.shoot,
    "counts": screens_counts.shoot,
}


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with _shop() as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        for name in sys.argv[1:] or PARTS:
            PARTS[name](Camera(browser, shop.url, TARGET), shop)
        browser.close()


@contextmanager
def _shop() -> Iterator[ShownShop]:
    """The demo, gone afterwards."""
    stampwell = Path(sys.executable).with_name("stampwell")
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STAMPWELL_")}
        given = kept | {"STAMPWELL_PORT": str(_free_port()), "STAMPWELL_LOG_LEVEL": "error"}
        started = subprocess.run(
            [stampwell, "demo", "--background", "--json"], cwd=folder, env=given, check=True, capture_output=True
        )
        try:
            yield ShownShop(json.loads(started.stdout), folder=Path(folder), stampwell=stampwell)
        finally:
            subprocess.run([stampwell, "demo", "--stop", "--json"], cwd=folder, env=given, check=True, capture_output=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
