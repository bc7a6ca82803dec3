"""`/colors/….css` and `/images/….webp`: open to anybody, kept for good, and nothing else."""

import pytest

from kit.shop import Shop
from stampwell.drawing.color_sheets import sheet_path


def test_a_stylesheet_of_colors_is_kept_for_good(shop: Shop) -> None:
    answer = shop.request("GET", sheet_path(["b3261e", "ffe066"]))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in answer.headers["Cache-Control"]
    assert b'[data-color="ffe066"]{--seal:light-dark(#8c7500,#ffe066)}' in answer.content


@pytest.mark.parametrize(
    "path",
    [
        "/colors/red.css",
        "/colors/b3261e.css",
        "/colors/b3261e%7D.css",
        f"/colors/{'b3261e' * 5}%7D.css",
        "/images/x.webp",
        f"/images/{'0' * 32}.webp",
        f"/images/{'0' * 32}.png",
    ],
)
def test_everything_else_is_not_there(shop: Shop, path: str) -> None:
    answer = shop.request("GET", path)
    assert answer.status == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_a_picture_can_be_nothing_but_a_picture(shop: Shop) -> None:
    account = shop.alice.account_id
    sql = """
        INSERT INTO image (handle, account_id, media_type, content, created_at)
        VALUES (:handle, :account, 'image/webp', :content, :at)
    """
    handle = "a1" * 16
    # Stored just now: the server's own worker deletes old pictures that nothing shows.
    shop.data.run(sql, handle=handle, account=account, content=b"RIFF", at=shop.clock.now_us())
    answer = shop.request("GET", f"/images/{handle}.webp")
    assert (answer.status, answer.content) == (200, b"RIFF")
    names = ("Content-Type", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
    assert [answer.headers[name] for name in names] == [
        "image/webp",
        "nosniff",
        "default-src 'none'; sandbox",
        "public, max-age=31536000, immutable",
    ]
