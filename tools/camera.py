"""Takes pictures of pages: sizes, light and dark."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from contact_sheets import Shot
from playwright.sync_api import Browser, Page

SIZES = {"small": (360, 740), "phone": (390, 844), "tablet": (820, 1180), "desktop": (1280, 800), "wide": (1920, 1080)}
_SHARP = {"small", "phone"}
THEMES = ("light", "dark")

Doing = Callable[[Page], None]


class Camera:
    def __init__(self, browser: Browser, url: str, folder: Path) -> None:
        self._browser = browser
        self._url = url
        self._folder = folder
        self.shots: list[Shot] = []

    def shoot(
        self,
        name: str,
        path: str,
        *,
        sizes: Iterable[str] = SIZES,
        themes: Iterable[str] = THEMES,
        cookies: Mapping[str, str] | None = None,
        language: str = "en",
        whole: bool = True,
        text: int = 100,
        do: Doing | None = None,
    ) -> None:
        """A picture by size and theme: of the whole page or of what the window shows. text: its size in percent."""
        for size in sizes:
            for theme in themes:
                width, height = SIZES[size]
                context = self._browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if theme == "dark" else "light",
                    device_scale_factor=2 if size in _SHARP else 1,
                    reduced_motion="reduce",
                    locale=language,
                )
                for key, value in (cookies or {}).items():
                    context.add_cookies([{"name": key, "value": value, "url": self._url}])
                page = context.new_page()
                page.goto(self._url + path)
                if text != 100:  # noqa: PLR2004 - percent
                    page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
                if do is not None:
                    do(page)
                picture = self._folder / f"{name}-{size}-{theme}.png"
                page.screenshot(path=picture, full_page=whole)
                self.shots.append(Shot(name, size, theme, picture))
                print(f"{self._folder.name}/{picture.name}", flush=True)
                context.close()
