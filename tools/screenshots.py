"""Every page as PNG in screenshots/, and sheets of many pictures: pages are looked at before they are done.

    tools/screenshots.py [docs] [dashboard] [card] [counts]      without a name, all four
    tools/screenshots.py pictures                                those of the README, in docs/pictures

The shop is the demo's, on a real server with an SQLite file of its own. The browser has the faces of phones.
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
import screens_dashboard
import screens_docs
import screens_readme
from camera import Camera
from contact_sheets import write_sheets
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
FACES = {"FONTCONFIG_FILE": str(ROOT / "tools" / "phone_faces.conf")}
PARTS: dict[str, Callable[[Camera, ShownShop], None]] = {
    "docs": screens_docs.shoot,
    "dashboard": screens_dashboard.shoot,
    "card": screens_card.shoot,
}


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    names = sys.argv[1:] or list(PARTS)
    with open_demo() as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS, env={**os.environ, **FACES})
        for name in names:
            camera = Camera(browser, shop.url, TARGET)
            if name == "pictures":
                screens_readme.shoot(camera, shop, ROOT / "docs" / "pictures")
                continue
            PARTS[name](camera, shop)
            for sheet in write_sheets(camera.shots, TARGET, name):
                print(f"{TARGET.name}/{sheet.name}", flush=True)
        browser.close()


@contextmanager
def open_demo() -> Iterator[ShownShop]:
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
