"""Cards of 1 to 100 stamps on one sheet, and every moment of a card: drawn without a server, by what draws them everywhere."""

import tempfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from camera import THEMES, Camera
from PIL import Image, ImageDraw
from playwright.sync_api import Page
from shown_shop import ShownShop

from stampwell.assets.served import Assets
from stampwell.core.phrases import english
from stampwell.drawing.color_sheets import inks_in, sheet_of, sheet_path
from stampwell.drawing.face import Face, FaceState, face_of
from stampwell.drawing.rewards import face_rewards
from stampwell.drawing.routes import TEMPLATES
from stampwell.web.rendering import Templates, translator

ASSETS = Path(__file__).resolve().parent.parent / "src/stampwell/assets"
COLORS = ("", "1f6b4a", "274690", "8a5a00")
WIDTHS = {"phone": 358, "desktop": 480}
"""Of a card on the usual phone, and of the widest."""

_SHEET = """<!doctype html><meta charset="utf-8"><style>{tokens}{card}{colors}
body {{ padding: 24px; display: grid; grid-template-columns: repeat({across}, max-content); gap: 16px; font-size: 17px }}
body > div {{ width: {width}px; zoom: {zoom} }}
</style>{faces}"""


def shoot(camera: Camera, _: ShownShop) -> None:
    for many in (0, 1, 3, 10):
        faces = [_of_count(goal, many) for goal in range(1, 101)]
        for size in WIDTHS:
            _sheet(camera, f"counts-{many}-rewards", faces, size=size, across=10, zoom=0.5)
    for size in WIDTHS:
        _sheet(camera, "moments", _moments(), size=size, across=4, zoom=1)


def _sheet(camera: Camera, name: str, faces: list[Face], *, size: str, across: int, zoom: float) -> None:
    html = _html(faces, width=WIDTHS[size], across=across, zoom=zoom)
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as file:
        file.write(html)
        file.flush()
        uri = Path(file.name).as_uri()

        def open_sheet(page: Page) -> None:
            page.set_viewport_size({"width": int(across * (WIDTHS[size] * zoom + 16) + 32), "height": 800})
            page.goto(uri)

        camera.shoot(name, "/", sizes=(size,), themes=THEMES, do=open_sheet)


def _html(faces: Iterable[Face], *, width: int, across: int, zoom: float) -> str:
    page = (
        '{% from "card.html" import card_face with context %}'
        "{% for face in faces %}<div>{{ card_face(face, symbols=loop.first) }}</div>{% endfor %}"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sheet.html").write_text(page, encoding="utf-8")
        values = {"faces": faces, "t": translator(english), "lang": "en"}
        drawn = Templates([TEMPLATES, Path(folder)], assets=Assets()).render("sheet.html", values)
    colors = sheet_of(inks_in(sheet_path(COLORS).removeprefix("/colors/").removesuffix(".css")) or [])
    tokens, card = ((ASSETS / name).read_text(encoding="utf-8") for name in ("tokens.css", "card.css"))
    return _SHEET.format(tokens=tokens, card=card, colors=colors, width=width, across=across, zoom=zoom, faces=drawn)


def _of_count(goal: int, many: int) -> Face:
    """Half full, so that both kinds of places are seen; the shops' colours take turns."""
    places = sorted({place for part in range(many) if 0 < (place := goal * (part + 1) // (many + 1)) < goal})
    count = goal * 2 // 5
    given = [(place, f"gift {number + 1}", 1 if number == 0 else None) for number, place in enumerate(places)]
    return _face(goal=goal, count=count, title=f"A card of {goal}", color=COLORS[goal % 4], rewards=given)


def _face(**fields: object) -> Face:
    rewards = face_rewards(fields.pop("rewards", ()), count=fields.get("count", 4))  # type: ignore[arg-type]
    values = {
        "title": "Ten coffees, one free",
        "shop": "Bean & Co",
        "reward": "A free coffee",
        "count": 4,
        "goal": 10,
        **fields,
    }
    return face_of(**{"state": FaceState.USABLE, "code": f"{fields}", "rewards": rewards, **values})  # type: ignore[arg-type]


def _moments() -> list[Face]:
    """New, a stamp just added, one to go, full, redeemed, out of use; with a logo, with rewards, with very many stamps."""
    day = "27 Nov 2026"
    rewards = ((3, "a cookie", 1), (5, "a cake", None), (8, "a mug", None))
    logo = _logo()
    return [
        _face(count=0),
        _face(count=5, fresh=1, logo=logo),
        _face(count=9, logo=logo),
        _face(count=10, state=FaceState.FULL, logo=logo),
        _face(count=10, state=FaceState.REDEEMED, redeemed_on="2026-11-27", logo=logo),
        _face(
            count=10,
            state=FaceState.REDEEMED,
            redeemed_on="2026-11-27",
            color=COLORS[1],
            title="A long title that needs two lines",
        ),
        _face(count=6, state=FaceState.EXPIRED, ends_on=day, logo=logo),
        _face(count=6, state=FaceState.INACTIVE),
        _face(count=2, state=FaceState.NOT_YET_VALID, starts_on=day),
        _face(count=6, rewards=rewards, logo=logo),
        _face(count=10, state=FaceState.FULL, rewards=rewards),
        _face(count=6, goal=7, logo=logo),
        _face(count=7, goal=7, state=FaceState.FULL, color=COLORS[2]),
        _face(count=72, goal=73),
        _face(count=73, goal=73, state=FaceState.FULL),
        _face(count=73, goal=73, state=FaceState.REDEEMED, redeemed_on="2026-11-27", color=COLORS[2]),
    ]


def _logo() -> str:
    """A picture as shops have one, as the address of a file of its own."""
    image = Image.new("RGB", (88, 88), "#3a2a1e")
    draw = ImageDraw.Draw(image)
    draw.ellipse((24, 14, 64, 74), fill="#f3e3c3")
    draw.arc((34, 4, 74, 84), 110, 250, fill="#3a2a1e", width=5)
    target = Path(tempfile.gettempdir()) / "stampwell-logo.png"
    content = BytesIO()
    image.save(content, "PNG")
    target.write_bytes(content.getvalue())
    return target.as_uri()
