"""What somebody may send who means no good: texts, addresses, files, and garbage."""

import random
import struct
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import quote_plus

from PIL import Image

PLAIN = "Harmless words"

TEXTS = (
    '"><script>alert(1)</script>',
    "'\"><img src=x onerror=alert(1)>",
    "</textarea></title></select><svg onload=alert(1)>",
    '" autofocus onfocus="alert(1)" x="',
    "javascript:alert(1)//",
    "{{7*7}}${7*7}{% raw %}<%= 7*7 %>{name}{0}",
    "&lt;script&gt;&#60;b&#62;&amp;quot;&#x3c;",
    "<!--<![CDATA[<?xml <style>*{}</style><base href=//evil.example>",
    "=HYPERLINK('https://evil.example')",
    "\N{SPEAKING HEAD IN SILHOUETTE}\N{FAMILY} e\N{COMBINING ACUTE ACCENT} \N{HANGUL SYLLABLE GIM}",
    "<" * 100,
)
"""Printable, at most a hundred characters: anybody may have them as a name."""

EMAIL = "o'brien+{0}&onload=`x`/{{7*7}}@evil.example"
"""Forms an address; `{0}` is somebody's name."""

UNPRINTABLE = (
    "\N{RIGHT-TO-LEFT OVERRIDE}txt.exe\N{POP DIRECTIONAL FORMATTING}",
    "a\0b",
    "\ud800",
    "\x1b[31mred",
    "\N{LINE SEPARATOR}",
)

ELSEWHERE = (
    "https://evil.example",
    "http://evil.example/dashboard",
    "//evil.example",
    "///evil.example",
    "////evil.example/dashboard",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/%2fevil.example",
    "%2f%2fevil.example",
    "/%5cevil.example",
    "/dashboard//evil.example",
    "/dashboard/..//evil.example",
    "/dashboard/%2e%2e//evil.example",
    "/dashboard@evil.example",
    "/dashboard.evil.example",
    "/dashboard\\@evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\t//evil.example",
    "/\t/evil.example",
    "/dashboard\r\nLocation: https://evil.example",
    "/dashboard\nSet-Cookie: stampwell=planted",
    " https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "//evil\N{FULLWIDTH FULL STOP}example",
    "/\N{FULLWIDTH SOLIDUS}evil.example",
)
"""Ways to lead a browser away from the dashboard, or to make of it what it is not."""

GARBAGE = (
    "",
    " ",
    "0",
    "-1",
    "9" * 18,
    "9" * 19,
    "1e9",
    "0x10",
    "NaN",
    "null",
    "[]",
    "true",
    "Y",
    "2026-02-30",
    "9999-12-31",
    "0000-00-00",
    "٣",
    "²",
    "%",
    "%00",
    "../../etc/passwd",
    "' OR 1=1 --",
    "\\",
    "a" * 5000,
    "\r\n\r\n",
    "#ffffff",
    "9-9",
    "#",
    *TEXTS,
    *UNPRINTABLE,
)


# Long texts are cut in narrow places, between words.
_LEAST_SHOWN = 12


class _Skeleton(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(f"{tag} {' '.join(sorted(name for name, _ in attributes))}")
        self.texts += [value or "" for _, value in attributes]
        for name, value in attributes:
            assert not name.startswith("on"), f"{tag} {name}={value}"
            if name in {"href", "src", "action", "formaction", "poster", "data"}:
                scheme = (value or "").strip().partition(":")[0].lower()
                is_harmless = scheme in {"http", "https", "tel", "mailto"} or ":" not in (value or "").partition("/")[0]
                assert is_harmless, f"{tag} {name}={value}"

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.elements.append("comment")
        self.texts.append(data)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def skeleton(html: str, text: str) -> tuple[list[str], int]:
    """The page's elements with the names of their attributes, and in how many places it shows the text, or begins to."""
    found = _Skeleton()
    found.feed(html)
    found.close()
    return found.elements, sum(text[:_LEAST_SHOWN] in shown for shown in found.texts)


def garbage(chance: random.Random, names: list[str]) -> str:
    """Fields with values that no page would send, in the encoding of forms."""
    some = chance.sample(names, k=chance.randint(0, min(6, len(names))))
    return "&".join(f"{quote_plus(name)}={_value(chance)}" for name in some)


def _value(chance: random.Random) -> str:
    if chance.random() < 0.1:
        return "%" + chance.choice(["FF", "00", "ED%A0%80", "C0%80", "zz", "0d%0a", ""])
    return quote_plus(chance.choice(GARBAGE), errors="surrogatepass")


def files() -> Iterator[tuple[str, bytes]]:
    """Names and contents of what is no honest upload. `EVIL` is what must not be kept of any of them."""
    png, gif = _picture("PNG"), _picture("GIF")
    yield "both.png", png + EVIL
    yield "both.gif", gif + b"\x00" + EVIL
    yield "comment.png", png[:33] + _chunk(b"tEXt", b"Comment\0" + EVIL) + png[33:]
    yield "gifar.gif", gif + b"PK\x03\x04" + EVIL + b"PK\x05\x06" + b"\0" * 18
    yield "page.png", b"<!doctype html>" + EVIL
    yield "drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + EVIL + b"</svg>"
    yield "drawing.png", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + EVIL + b"</svg>"
    yield "bomb.png", _bomb(30_000, 30_000)
    yield "wide.png", _header(2**31 - 1, 1) + _chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + _chunk(b"IEND", b"")
    yield "cut.png", png[: len(png) // 2]
    yield "head.png", png[:20]
    yield "renamed.csv", png
    yield "table.png", b"Name\n=cmd|'/c calc'!A1\n"
    yield "../../../etc/passwd", png[:-4]
    yield "a\"; filename*=UTF-8''x.html", EVIL
    yield "empty.png", b""
    yield "nothing.csv", b"\0" * 1000


EVIL = b"<script>alert('evil')</script>"


def _picture(kind: str) -> bytes:
    written = BytesIO()
    Image.new("RGB", (40, 40), "red").save(written, kind)
    return written.getvalue()


def _header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def _bomb(width: int, height: int) -> bytes:
    """Three gigabytes of black in less than the page takes."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (width * 3 + 1)) for _ in range(min(height, 300)))
    return _header(width, height) + _chunk(b"IDAT", rows + packer.flush()) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
