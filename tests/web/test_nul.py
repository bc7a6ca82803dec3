"""A NUL in whatever a page is sent: the same refusal on both databases, of which one could not even store it."""

from collections.abc import Iterator

import pytest

from kit import stamps
from kit.contents import everything
from kit.dashboard_client import DashboardPage
from kit.pages import Premises, actions, csrf_of, filled_in, forms_of, is_open, names_read, open_premises
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.dashboard.route import PageRoute

REFUSED = "this has an invisible character in it that can't be saved."


@pytest.fixture(scope="module")
def premises(shared_shop: Shop) -> Premises:
    return open_premises(shared_shop)


def spoilt(values: list[tuple[str, str]]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The form once for each of its fields, with a NUL in it, and once with one in a field's name; the field's name with it."""
    for place, (name, value) in enumerate(values):
        yield name, [*values[:place], (name, f"{value}\0"), *values[place + 1 :]]
    yield "another", [*values, ("an\0other", "x")]


def refused(answer: DashboardPage, field: str) -> None:
    assert answer.status == 400, (answer.path, field, answer.status)
    assert f"{field}: {REFUSED}" in answer.text, (answer.path, answer.text)


def test_every_form_of_the_dashboard_refuses_it_in_every_field(shop: Shop, premises: Premises) -> None:
    forms, csrf, stranger = forms_of(shop, premises), csrf_of(premises.dashboard), shop.stranger()
    before, tried = everything(shop.data), 0
    for page in actions(shop.app.pages):
        dashboard = stranger if is_open(page) else premises.dashboard
        for field, values in spoilt(filled_in(forms.get(page.path), csrf)):
            refused(dashboard.post(premises.path(page), values), field)
            tried += 1
    assert everything(shop.data) == before
    assert tried > 200


def test_so_do_fields_and_names_of_files_in_uploads(shop: Shop, premises: Premises) -> None:
    for page in taking_files(shop):
        path = premises.path(page)
        shown = premises.dashboard.get(path)
        refused(premises.dashboard.upload(shown, path, "file", "a\0b.csv", b"x"), "file")
        refused(premises.dashboard.upload(shown, path, "file", "a.csv", b"x", note="a\0b"), "note")


def test_so_do_addresses_of_the_dashboard(shop: Shop, premises: Premises) -> None:
    asked = 0
    for page in actions(shop.app.pages, "GET"):
        for name in sorted(names_read()):
            answer = premises.dashboard.get(premises.path(page), **{name: "a\0b"})
            # A page that does not read the parameter does not mind it.
            assert answer.status in {200, 303, 400}, (page.path, name, answer.status)
            if answer.status == 400 and REFUSED in answer.text:
                refused(answer, name)
                asked += 1
    assert asked > 5


def test_every_form_of_the_customers_page_refuses_it(shop: Shop) -> None:
    card = stamps.make_card(shop, onsiteYn="Y", onsitePwd="latte77")
    path = f"/stamp/{code_of(shop, stamps.issue(shop, card, marks=1))}"
    phone = shop.stranger()
    token = dict(phone.get(f"{path}/pin/choose").form(f"{path}/pin/choose").values)["token"]
    fields = [("token", token), ("once", "x"), ("pin", "1234"), ("onsitePwd", "latte77")]
    with stamps.unchanged(shop):
        for page in shop.app.stamp_pages:
            if page.method == "POST":
                for field, values in spoilt(fields):
                    refused(
                        phone.post(f"{path}{page.tail}".replace("{event_id:idx}", "1").replace("{marks:idx}", "1"), values),
                        field,
                    )


def test_the_proxys_question_for_a_certificate_is_answered(shop: Shop) -> None:
    assert shop.request("GET", "/tls/ask?domain=a%00b").status == 404


def taking_files(shop: Shop) -> list[PageRoute]:
    found = [page for page in actions(shop.app.pages) if page.upload_bytes]
    assert len(found) >= 3
    return found
