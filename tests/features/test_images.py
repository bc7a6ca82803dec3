"""Whatever was uploaded ends as clean pixels, or is refused in words."""

import struct
import subprocess
import sys
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, TiffImagePlugin

from kit.data import Data
from kit.people import open_account
from stampwell.core.phrases import english
from stampwell.features.images import service
from stampwell.features.images.errors import PictureRefused
from stampwell.features.images.model import LARGEST_UPLOAD, Picture, handle_in, url_of
from stampwell.features.images.reencoding import LARGEST_SHOWN, LONGEST_SIDE, reencode

NOW = 1_772_442_000_000_000


def _file(kind: str, *, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    written = BytesIO()
    color = (200, 30, 30, 128)[: len(mode)] if mode != "P" else 1
    Image.new(mode, size, color).save(written, kind, **options)
    return written.getvalue()


def _read(picture: Picture) -> Image.Image:
    image = Image.open(BytesIO(picture.content))
    image.load()
    return image


def _refusal(content: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        reencode(content)
    return refused.value.problem.said(english)


def _header_only_png(width: int, height: int) -> bytes:
    """A bomb: a few bytes that say they are so many pixels."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(100_000))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "L"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("WEBP", "RGB"),
        ("GIF", "P"),
    ],
)
def test_every_usual_format_becomes_webp(kind: str, mode: str) -> None:
    image = _read(reencode(_file(kind, mode=mode)))
    assert (image.format, image.size) == ("WEBP", (60, 40))


def test_transparency_stays() -> None:
    assert _read(reencode(_file("PNG", mode="RGBA"))).mode == "RGBA"


def test_a_large_picture_is_made_small_and_keeps_its_proportion() -> None:
    picture = reencode(_file("PNG", size=(2000, 1000)))
    assert (picture.width, picture.height) == (LARGEST_SHOWN, LARGEST_SHOWN // 2)


def test_where_a_photograph_was_taken_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A telephone"
    exif.get_ifd(0x8825)[2] = tuple(TiffImagePlugin.IFDRational(part) for part in (37, 33, 59))
    sent = _file("JPEG", exif=exif.tobytes(), icc_profile=b"a profile of somebody's monitor", comment=b"a comment")
    assert b"A telephone" in sent
    picture = reencode(sent)
    assert (picture.width, picture.height) == (40, 60)
    assert _read(picture).getexif() == {}
    for left in (b"Exif", b"EXIF", b"XMP", b"ICCP", b"telephone", b"comment", b"monitor"):
        assert left not in picture.content


@pytest.mark.parametrize("size", [(1024, 1024), (1025, 3), (3, 1025), (2047, 4000), (4000, 1), (3999, 3001)])
def test_a_large_picture_keeps_its_colors_to_the_edge(size: tuple[int, int]) -> None:
    """It is made small in bands of rows; none is missing, and none stands twice."""
    width, height = size
    picture = Image.new("RGBA", size, (0, 0, 200, 255))
    picture.paste((200, 0, 0, 255), (0, 0, width, height // 2))
    picture.putpixel((width - 1, height - 1), (0, 200, 0, 0))
    written = BytesIO()
    picture.save(written, "PNG")
    image = _read(reencode(written.getvalue())).convert("RGBA")
    factor = max(1, max(size) / LARGEST_SHOWN)
    assert max(abs(got * factor - had) for got, had in zip(image.size, size, strict=True)) <= factor
    for share, color in ((0.25, (200, 0, 0)), (0.75, (0, 0, 200))):
        seen = image.getpixel((image.width // 2, min(int(image.height * share), image.height - 1)))
        assert isinstance(seen, tuple)
        if image.height > 8:
            assert max(abs(got - wanted) for got, wanted in zip(seen[:3], color, strict=True)) < 12, (share, seen)
            assert seen[3] == 255


def test_a_large_photograph_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = reencode(_file("JPEG", size=(3000, 2000), exif=exif.tobytes()))
    assert (picture.width, picture.height) == (342, 512)


# 128 MiB of the picture itself, and what the reading of a few rows and of the file takes beside it.
_MOST_MEMORY_MIB = 160
_MEASURE = """
import re, sys
from pathlib import Path
from stampwell.features.images.errors import PictureRefused
from stampwell.features.images.reencoding import reencode

def highest():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

content = Path(sys.argv[1]).read_bytes()
before = highest()
try:
    reencode(content)
    print(highest() - before)
except PictureRefused:
    print(-(highest() - before) or -1)
"""


def _memory_kib(tmp_path: Path, content: bytes) -> int:
    """What reading it took at most; negative when it was refused."""
    (tmp_path / "picture").write_bytes(content)
    command = [sys.executable, "-c", _MEASURE, str(tmp_path / "picture")]
    return int(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("PNG", "RGBA", {}),
        ("PNG", "LA", {}),
        ("PNG", "P", {}),
        ("PNG", "I;16", {}),
        ("JPEG", "RGB", {}),
        ("JPEG", "RGB", {"progressive": True, "subsampling": 0}),
        ("JPEG", "CMYK", {"progressive": True, "subsampling": 0}),
        ("GIF", "P", {}),
    ],
)
def test_the_largest_picture_of_a_format_takes_a_bounded_memory(
    tmp_path: Path, kind: str, mode: str, options: dict[str, object]
) -> None:
    content = _empty(kind, LONGEST_SIDE, mode, **options)
    assert 0 < _memory_kib(tmp_path, content) < _MOST_MEMORY_MIB * 1024


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_of_webp_the_largest_is_smaller(tmp_path: Path, mode: str) -> None:
    assert 0 < _memory_kib(tmp_path, _empty("WEBP", 2590, mode, lossless=True)) < _MOST_MEMORY_MIB * 1024
    refused = _empty("WEBP", 2592, mode, lossless=True)
    assert -16 * 1024 < _memory_kib(tmp_path, refused) < 0
    assert "at most 2590 x 2590" in _refusal(refused)


def test_compressed_texts_in_a_picture_take_no_memory(tmp_path: Path) -> None:
    text = b"c\0\0" + zlib.compress(bytes(2**20 - 100))
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    plain = _file("PNG")
    assert abs(_memory_kib(tmp_path, plain[:33] + chunk * 60 + plain[33:])) < 16 * 1024


def _empty(kind: str, side: int, mode: str, **options: object) -> bytes:
    written = BytesIO()
    Image.new(mode, (side, side)).save(written, kind, **options)
    return written.getvalue()


def test_an_animation_becomes_its_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    image = _read(reencode(written.getvalue()))
    assert getattr(image, "n_frames", 1) == 1
    red, _, blue = image.convert("RGB").getpixel((10, 10))
    assert red > 200
    assert blue < 50


def test_a_file_that_is_a_picture_and_a_page_ends_as_pixels() -> None:
    sent = _file("GIF", mode="P") + b"<html><script>alert(1)</script></html>"
    assert b"script" not in reencode(sent).content


def test_a_file_that_is_a_picture_and_an_archive_ends_as_pixels() -> None:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("program.js", "alert(1)")
    content = reencode(_file("PNG") + archive.getvalue()).content
    assert b"PK" not in content
    assert not zipfile.is_zipfile(BytesIO(content))


@pytest.mark.parametrize(
    "size", [(LONGEST_SIDE + 1, 1), (1, LONGEST_SIDE + 1), (30_000, 30_000), (5000, 5000), (2**31 - 1, 2**31 - 1)]
)
def test_a_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    assert "too many pixels" in _refusal(_header_only_png(*size))


def test_a_header_that_lies_is_refused() -> None:
    assert "damaged" in _refusal(_header_only_png(LONGEST_SIDE, LONGEST_SIDE))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_half_a_file_is_refused(kind: str) -> None:
    whole = _file(kind, size=(300, 300), mode="P" if kind == "GIF" else "RGB")
    assert _refusal(whole[: len(whole) // 2])


def test_as_many_bytes_as_there_may_be_are_taken() -> None:
    assert reencode(_file("PNG").ljust(LARGEST_UPLOAD, b"\0")).width == 60


def test_too_many_bytes_are_refused() -> None:
    assert "at most 2 MiB" in _refusal(_file("PNG") + bytes(LARGEST_UPLOAD))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG drawings are not taken"),
        (b"<?xml version='1.0'?><!-- --><SVG/>", "SVG drawings are not taken"),
        (b"", "This is no picture"),
        (b"%PDF-1.7", "This is no picture"),
        (b"GIF89a", ""),
    ],
)
def test_anything_else_is_refused_in_words(content: bytes, problem: str) -> None:
    assert problem in _refusal(content)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO"])
def test_formats_that_nobody_needs_are_not_even_read(kind: str) -> None:
    assert "PNG, JPEG, WebP or GIF" in _refusal(_file(kind))


def test_an_address_of_ours_leads_back_to_its_handle_and_no_other_does() -> None:
    handle = "0123456789abcdef" * 2
    url = url_of(handle, "https://vvd.bz")
    assert url == f"https://vvd.bz/images/{handle}.webp"
    assert handle_in(url, "https://vvd.bz") == handle
    others = ("", f"https://elsewhere.example/images/{handle}.webp", f"{url}?x", f"https://vvd.bz/images/{'x' * 32}.webp")
    assert [handle_in(other, "https://vvd.bz") for other in others] == [""] * 4


class TestStored:
    def test_the_same_picture_of_an_account_is_one_row(self, data: Data) -> None:
        picture = reencode(_file("PNG"))
        ours, theirs = (open_account(data, now_us=NOW, name=name).account_id for name in ("Ours", "Theirs"))
        handles = [data.write(service.store, account, picture, now_us=NOW) for account in (ours, ours, theirs)]
        assert handles[0] == handles[1] != handles[2]
        assert data.count("image") == 2
        assert data.read(service.find, handles[0]) == picture.content
        assert data.read(service.find, "0" * 32) is None

    def test_it_goes_when_nothing_shows_it_any_more(self, data: Data) -> None:
        person = open_account(data, now_us=NOW)
        handle = data.write(service.store, person.account_id, reencode(_file("PNG")), now_us=NOW)
        used = "UPDATE card SET stamp_img_url = :url WHERE card_id = :card_id"
        data.run(used, url=url_of(handle, "https://vvd.bz"), card_id=person.card_id)
        data.write(service.drop_unused, person.account_id, handle)
        assert data.count("image") == 1
        data.run(used, url="", card_id=person.card_id)
        data.run("UPDATE account SET logo = :logo WHERE account_id = :account_id", logo=handle, account_id=person.account_id)
        data.write(service.drop_unused, person.account_id, handle)
        assert data.count("image") == 1
        data.run("UPDATE account SET logo = '' WHERE account_id = :account_id", account_id=person.account_id)
        data.write(service.drop_unused, person.account_id + 1, handle)
        assert data.count("image") == 1
        data.write(service.drop_unused, person.account_id, handle)
        assert data.count("image") == 0
