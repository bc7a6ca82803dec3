"""The pictures of the README: a customer's card, a stamp's page, Home. Small, because everybody who reads it loads them."""

from pathlib import Path

from camera import Camera
from contact_sheets import Shot
from PIL import Image
from playwright.sync_api import Page
from shown_shop import ShownShop

_MOST_BYTES = 300 * 1024
# Of the pictures, not of the page: a phone's is shown smaller.
_WIDTHS = {"phone": 600, "desktop": 1200}
_TALLEST = {"phone": 1.22, "desktop": 0.7}


def shoot(camera: Camera, shop: ShownShop, folder: Path) -> None:
    """Writes them. Raises ValueError when together they are more than a reader should wait for."""
    card = shop.new_card(cardTtl="Ten coffees, one free", rewardTtl="a free Americano")
    stamp = shop.new_stamp(card, marks=7, userNm="Kim Min-ji", memo="Oat milk")
    owner = shop.sign_in(shop.links["dashboard"])
    camera.shoot("card", f"/stamp/{shop.code(stamp)}", sizes=("phone",), themes=("light",))
    for name, path in (("home", "/dashboard"), ("stamp", f"/dashboard/stamps/{stamp}")):
        camera.shoot(name, path, sizes=("desktop",), themes=("light",), cookies=owner, whole=False, do=_open_high)
    folder.mkdir(exist_ok=True)
    written = [_write(shot, folder) for shot in camera.shots]
    total = sum(path.stat().st_size for path in written)
    if total > _MOST_BYTES:
        raise ValueError(f"{total} bytes in {folder}: at most {_MOST_BYTES}")


def _open_high(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})


def _write(shot: Shot, folder: Path) -> Path:
    with Image.open(shot.path) as picture:
        shown = picture.convert("RGB")
    shown = shown.crop((0, 0, shown.width, min(shown.height, round(shown.width * _TALLEST[shot.size]))))
    width = _WIDTHS[shot.size]
    shown = shown.resize((width, round(shown.height * width / shown.width)), Image.Resampling.LANCZOS)
    path = folder / f"{shot.name}.webp"
    shown.save(path, quality=82, method=6)
    print(f"docs/pictures/{path.name}", path.stat().st_size, flush=True)
    return path
