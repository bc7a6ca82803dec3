"""Whatever somebody calls a shop, a card, a customer or a file: pages show it as text, and nothing else of it."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest

from kit.hostile import EMAIL, PLAIN, TEXTS, UNPRINTABLE, skeleton
from kit.load import wait_for
from kit.pages import SIGN_IN, Premises, actions, is_html, is_open, names_read, open_premises, wait_for_charts
from kit.shop import Shop, least
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links as people_links
from stampwell.features.people.model import Role

API_REQUESTS = 3
"""Of `_filled_shop`."""

# Parameters of one request: an address may have 8 KiB.
_NAMES = 20

Looked = dict[str, tuple[list[str], int]]
"""Pages by path in the route table: how they are built, and in how many places they show a text."""


@pytest.fixture(scope="module")
def shops(shared_shop: Shop) -> dict[str, Premises]:
    """A shop for every text; its charts have caught up with its ledger, and its request log with its requests."""
    filled = {text: _filled_shop(shared_shop, text, EMAIL) for text in TEXTS}
    filled[PLAIN] = _filled_shop(shared_shop, PLAIN, "{0}@tea.example")
    wait_for_charts(shared_shop)
    wait_for(lambda: _requests_logged(shared_shop) == API_REQUESTS * len(filled))
    return filled


@pytest.fixture(scope="module")
def harmless(shared_shop: Shop, shops: dict[str, Premises]) -> Looked:
    return _look_around(shared_shop, shops[PLAIN], PLAIN)


@pytest.fixture(scope="module")
def asked(shared_shop: Shop) -> Premises:
    """A shop with none of the texts in it."""
    premises = open_premises(shared_shop)
    wait_for_charts(shared_shop)
    return premises


def _requests_logged(shop: Shop) -> int:
    return int(shop.data.rows("SELECT COALESCE(SUM(requests), 0) AS n FROM request_block")[0]["n"])


def _filled_shop(shop: Shop, text: str, email: str) -> Premises:
    """Through the API too, in every field that it has for texts."""
    premises = open_premises(shop, text=text, email=email, file_name=f"{text[:90]}.csv")
    card = premises.parts["card_id"]
    headers = {"Authorization": f"APIKey {premises.key}"}
    texts = dict.fromkeys(("memo", "userId", "userNm", "userEtc1", "userEtc2"), text)
    body = least(cardIdx=card, userEml=email.format("customer"), userPhnno="+1 (123) 456", **texts)
    stamp = shop.request("POST", "/api/stamp/v1/create", body=body, headers=headers).result
    shop.request("PUT", "/api/card/v1/update", body={"cardIdx": card, "cardTtl": text, "rewardTtl": text}, headers=headers)
    idempotent = {**headers, "Idempotency-Key": b"k-" + text.encode("ascii", "replace"), "X-Request-Id": "x<script>"}
    added = {"stampIdx": stamp, "note": text, "orderRef": text[:64], "location": text[:64]}
    assert shop.request("PUT", "/api/stamp/v1/add", body=added, headers=idempotent).status == 200
    return Premises(
        premises.account_id, premises.dashboard, {**premises.parts, "stamp_id": stamp}, premises.links, premises.key, ""
    )


def _look_around(shop: Shop, premises: Premises, text: str) -> Looked:
    stranger, seen = shop.stranger(), {}
    for page in actions(shop.app.pages, "GET"):
        answer = (stranger if is_open(page) else premises.dashboard).get(premises.path(page))
        assert answer.status == 200, (page.path, answer.status)
        if is_html(answer):
            seen[page.path] = skeleton(answer.html, text)
    return seen


@pytest.mark.one_database
@pytest.mark.parametrize("text", TEXTS)
def test_a_page_with_a_hostile_text_is_built_like_one_with_harmless_words(
    shop: Shop, shops: dict[str, Premises], harmless: Looked, text: str
) -> None:
    seen = _look_around(shop, shops[text], text)
    assert sum(times for _, times in harmless.values()) > 30
    assert {path: times for path, (_, times) in seen.items()} == {path: times for path, (_, times) in harmless.items()}
    assert [path for path, (elements, _) in seen.items() if elements != harmless[path][0]] == []


@pytest.mark.one_database
@pytest.mark.parametrize("text", TEXTS)
def test_a_page_asked_for_something_hostile_is_built_like_one_asked_for_harmless_words(
    shop: Shop, asked: Premises, text: str, subtests: pytest.Subtests
) -> None:
    together = sorted(names_read() - {"act"})
    assert {"q", "card", "state", "before", "next"} <= set(together)
    # As many at a time as an address has room for.
    some = [together[start : start + _NAMES] for start in range(0, len(together), _NAMES)]
    for page in actions(shop.app.pages, "GET"):
        with subtests.test(f"{page.method} {page.path}"):
            path = asked.path(page)
            for names in (*some, ["act"]):
                harmless = asked.dashboard.get(path, **dict.fromkeys(names, PLAIN))
                answer = asked.dashboard.get(path, **dict.fromkeys(names, text))
                assert answer.status == harmless.status
                if is_html(answer):
                    assert skeleton(answer.html, text) == skeleton(harmless.html, PLAIN), page.path


@pytest.mark.one_database
@pytest.mark.parametrize("text", TEXTS[:6])
def test_what_was_typed_comes_back_as_text(shop: Shop, text: str) -> None:
    premises = open_premises(shop)
    for path in ("/dashboard/cards/new", "/dashboard/stamps/new", "/dashboard/domains", "/dashboard/developer/keys/new"):
        page = premises.dashboard.get(path)
        names = {name for name, _ in page.form(path).values} - {"csrf", "once"}
        answer = premises.dashboard.submit(page, path, **dict.fromkeys(names, text))
        assert 400 <= answer.status < 500
        elements, _ = skeleton(answer.html, text)
        assert not any(one.startswith("script") and "src" not in one for one in elements)


@pytest.mark.parametrize("text", UNPRINTABLE, ids=ascii)
def test_what_cannot_be_printed_is_refused_or_shown_but_never_a_fault(shop: Shop, text: str, subtests: pytest.Subtests) -> None:
    premises = open_premises(shop)
    headers = {"Authorization": f"APIKey {premises.key}", "Content-Type": "application/json"}
    body = json.dumps(least(cardIdx=premises.parts["card_id"], userNm=text, memo=text)).encode()
    assert shop.request("POST", "/api/stamp/v1/create", content=body, headers=headers).status in {200, 400}
    for path in ("/dashboard/cards/new", "/dashboard/stamps/new", "/dashboard/developer/keys/new", "/dashboard/domains"):
        form = premises.dashboard.get(path).form(path)
        values = [(name, value if name in {"csrf", "once"} else text) for name, value in form.values]
        content = urlencode(values, errors="surrogatepass").encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{premises.dashboard.port}"}
        answer = premises.dashboard.send("POST", path, content, kind)
        assert answer.status in {200, 303, 400}, (path, answer.status)
    for page in actions(shop.app.pages, "GET"):
        with subtests.test(f"{page.method} {page.path}"):
            assert premises.dashboard.get(premises.path(page)).status < 500


@pytest.mark.one_database
@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://a.example", "https://", "//evil.example"])
def test_a_cards_address_is_https_or_refused(shop: Shop, url: str) -> None:
    dashboard, path = shop.dashboard(), "/dashboard/cards/new"
    answer = dashboard.submit(dashboard.get(path), path, cardNm="Tea", maxStamps="5", url=url)
    assert answer.status == 400
    assert "Enter a link that begins with https://." in answer.text
    skeleton(answer.html, url)


def test_a_browser_that_calls_itself_something_hostile_signs_in(shop: Shop, subtests: pytest.Subtests) -> None:
    link = shop.data.write(
        people_links.invite,
        shop.alice.account_id,
        email="x@x.example",
        role=Role.OWNER,
        actor=OPERATOR,
        now_us=shop.clock.now_us(),
    )
    dashboard, path = shop.stranger(), f"/dashboard/join/{link.token}"
    values = [*dashboard.get(path).form(path).values, ("name", TEXTS[0]), ("password", "correct horse battery")]
    values = list(dict(values).items())
    answer = dashboard.post(path, values, headers={"User-Agent": TEXTS[1] + "x" * 500})
    assert (answer.status, answer.location) == (303, "/dashboard")
    (row,) = shop.data.rows("SELECT device FROM session ORDER BY session_id DESC LIMIT 1")
    assert row["device"].startswith(TEXTS[1])
    for page in actions(shop.app.pages, "GET"):
        with subtests.test(f"{page.method} {page.path}"):
            if "{" not in page.path and page.path != SIGN_IN:
                answer = dashboard.get(page.path)
                assert answer.status == 200
                assert TEXTS[0] not in answer.html
                assert TEXTS[1] not in answer.html


@pytest.mark.one_database
def test_no_cell_of_an_export_is_a_formula(shop: Shop) -> None:
    premises, path = open_premises(shop, text="=1+1"), "/dashboard/stamps/export"
    content = premises.dashboard.submit(premises.dashboard.get(path), path).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert cells.count("'=1+1") >= 5
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []
