"""Files that are not what they say, at every form that takes one: never a fault, and nothing of them is kept."""

import re

import pytest

from kit.dashboard_client import DashboardPage
from kit.hostile import EVIL, files
from kit.pages import Premises, actions, is_html, open_premises
from kit.shop import Shop

pytestmark = pytest.mark.one_database

FILES = dict(files())
_FILE_FIELD = re.compile(r'<input[^>]*type="file"[^>]*>')
_NAME = re.compile(r'name="([^"]+)"')


@pytest.fixture(scope="module")
def premises(shared_shop: Shop) -> Premises:
    return open_premises(shared_shop)


def _uploaded(premises: Premises, path: str, name: str, content: bytes) -> DashboardPage:
    """Sent with a form that is otherwise in order."""
    page = premises.dashboard.get(path)
    (field,) = [found[1] for field in _FILE_FIELD.findall(page.html) if (found := _NAME.search(field))]
    others = {"cardNm": "Tea"} if "cardNm" in dict(page.form(path).values) else {}
    return premises.dashboard.upload(page, path, field, name.replace('"', "%22"), content, **others)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_what_it_says_is_refused_or_made_harmless(
    shop: Shop, premises: Premises, name: str, subtests: pytest.Subtests
) -> None:
    taking = [page for page in actions(shop.app.pages) if page.upload_bytes]
    assert len(taking) >= 3
    for page in taking:
        with subtests.test(f"{page.method} {page.path}"):
            answer = _uploaded(premises, premises.path(page), name, FILES[name])
            assert answer.status in {303, 400, 409, 413}, (page.path, answer.status, answer.text)
            assert EVIL.decode() not in (answer.html if is_html(answer) else "")
    for row in shop.data.rows("SELECT media_type, content FROM image WHERE account_id = :a", a=premises.account_id):
        assert row["media_type"] == "image/webp"
        assert EVIL not in bytes(row["content"])


def test_a_picture_is_served_as_nothing_but_a_picture(shop: Shop, premises: Premises) -> None:
    assert _uploaded(premises, "/dashboard/cards/new", "both.png", FILES["both.png"]).status == 303
    (row,) = shop.data.rows(
        "SELECT handle FROM image WHERE account_id = :a AND handle <> :given LIMIT 1",
        a=premises.account_id,
        given=premises.handle,
    )
    answer = shop.request("GET", f"/images/{row['handle']}.webp")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/webp")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (answer.content[:4], answer.content[8:12]) == (b"RIFF", b"WEBP")
    assert EVIL not in answer.content


@pytest.mark.parametrize("name", ["bomb.png", "wide.png"])
def test_a_bomb_is_refused_for_its_pixels(premises: Premises, name: str) -> None:
    answer = _uploaded(premises, "/dashboard/cards/new", name, FILES[name])
    assert answer.status == 400
    assert "too many pixels" in answer.text
