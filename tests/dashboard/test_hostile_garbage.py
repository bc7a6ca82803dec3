"""Every page and action, with garbage in its path, its address, its form and its headers: refused in words, never a fault."""

import random

import pytest

from kit.hostile import garbage
from kit.pages import Premises, csrf_of, filled_in, forms_of, names_read, open_premises, parts_of
from kit.shop import Shop
from stampwell.dashboard.route import PageRoute

REQUESTS = 2000
STATUSES = {200, 303, 400, 403, 404, 409, 413, 414, 429}
"""What a page may answer, or the server to an address that is too long for any."""

_PARTS = ("0", "-1", "999999999999999999", "9999999999999999999", "1e3", "x", "%00", "%2e%2e", "..%2f", "%FF", "1 ", "٣", "")


def _path(chance: random.Random, premises: Premises, page: PageRoute) -> str:
    others: dict[str, object] = {}
    if chance.random() < 0.3:
        others = {name: chance.choice(_PARTS) for name in parts_of(page)}
    return premises.path(page, **others).replace(" ", "%20").replace("٣", "%D9%A3")


@pytest.mark.parametrize("seed", [1])
def test_garbage_is_refused_in_words(shop: Shop, seed: int) -> None:
    chance = random.Random(seed)
    premises = open_premises(shop)
    forms, csrf = forms_of(shop, premises), csrf_of(premises.dashboard)
    names = sorted(names_read() | {name for form in forms.values() for name, _ in form.values} - {"csrf", "once"})
    assert len(names) > 40
    origin = {"Origin": f"http://127.0.0.1:{premises.dashboard.port}"}
    answered: dict[int, int] = {}
    for number in range(REQUESTS):
        page = chance.choice(shop.app.pages)
        query = garbage(chance, names)
        path = f"{_path(chance, premises, page)}?{query}"
        if page.method == "GET":
            answer = premises.dashboard.get(path)
        else:
            kept = filled_in(forms.get(page.path) if chance.random() < 0.6 else None, csrf)
            fixed = "&".join(f"{name}={value}" for name, value in kept if name in {"csrf", "once"} or value.isalnum())
            body = f"{fixed}&{garbage(chance, names)}".encode()
            kind = {"Content-Type": "application/x-www-form-urlencoded", **origin}
            answer = premises.dashboard.send("POST", path, body, kind)
        assert answer.status in STATUSES, (number, page.method, path[:300], answer.status)
        answered[answer.status] = answered.get(answer.status, 0) + 1
        if page.path.endswith("/sign-out") or (page.permission is None and answer.status == 303):
            premises = open_premises(shop)
            csrf = csrf_of(premises.dashboard)
    assert answered[200] > REQUESTS // 10
    assert answered[404] > REQUESTS // 50


@pytest.mark.one_database
@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "stampwell=\xff\xfe; stampwell_notice=\xff"},
        {"Cookie": ";;;=;=="},
        {"Accept-Language": "\xff;q=x, ko;q=99999999999999999999, *"},
        {"Host": "evil.example\x22><script>"},
        {"Content-Type": "\xff/\xff; boundary=\xff"},
        {"User-Agent": "\xff" * 3000},
        {"X-Request-Id": "<script>" * 50},
        {"Content-Length": "-1"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_garbage_in_headers_is_no_fault(shop: Shop, headers: dict[str, str]) -> None:
    premises = open_premises(shop)
    for path in ("/dashboard", "/dashboard/sign-in", f"/dashboard/cards/{premises.parts['card_id']}"):
        answer = premises.dashboard.send("GET", path, None, headers)
        assert answer.status in STATUSES
        assert "<script>" not in answer.html
