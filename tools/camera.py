"""Takes pictures of pages: sizes, light and dark."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from playwright.sync_api import Browser, Page

SIZES = {"small": (360, 740), "phone": (390, 844), "desktop": (1280, 800)}
THEMES = ("light", "dark")

Doing = Callable[[Page], None]


class Camera:
    def __init__(self, browser: Browser, url: str, folder: Path) -> None:
        self._browser = browser
        self._url = url
        self._folder = folder

    def shoot(
        self,
        name: str,
        path: str,
        *,
        sizes: Iterable[str] = ("phone", "desktop"),
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
                    device_scale_factor=1 if size == "desktop" else 2,
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
                print(f"{self._folder.name}/{picture.name}")
                context.close()
