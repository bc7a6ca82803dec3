"""`POST /api/stamp/v1/create`: whose origin a stamp's link may be on, and how origins are compared."""

from collections.abc import Iterator

import pytest

from kit.databases import Databases
from kit.refusals import has_blank, refusal, wrong_fields
from kit.shop import Shop, least

NO_ORIGIN = "must be an origin such as https://stamps.example.com, without a path"
DEFAULT = "https://stamps.house.example"
SHARED = "https://shared.house.example"

# (as registered, as sent, as stored)
SAME_ORIGIN = [
    ("https://beans.example", "https://beans.example", "https://beans.example"),
    ("https://beans.example", "https://beans.example/", "https://beans.example"),
    ("https://beans.example", "HTTPS://BEANS.Example", "https://beans.example"),
    ("https://beans.example", "https://beans.example:443", "https://beans.example"),
    ("https://beans.example:443/", "https://beans.example", "https://beans.example"),
    ("http://beans.example", "http://beans.example:80/", "http://beans.example"),
    ("https://beans.example:8443", "https://BEANS.example:8443/", "https://beans.example:8443"),
    ("https://café.example", "https://xn--caf-dma.example", "https://xn--caf-dma.example"),
    ("https://xn--caf-dma.example", "https://CAFÉ.example:443/", "https://xn--caf-dma.example"),
    ("https://커피.example", "https://커피.example", "https://xn--ve7b29i.example"),
]

OTHER_ORIGINS = [
    "http://beans.example",
    "https://beans.example:8443",
    "https://www.beans.example",
    "https://beans.example.org",
    "https://xbeans.example",
]

NO_ORIGINS = [
    "beans.example",
    "//beans.example",
    "https://",
    "https:///",
    "https:beans.example",
    "ftp://beans.example",
    "javascript:alert(1)",
    "https://beans.example/path",
    "https://beans.example//",
    "https://beans.example?",
    "https://beans.example/?a=b",
    "https://beans.example#",
    "https://beans.example/#top",
    "https://user@beans.example",
    "https://user:secret@beans.example",
    "https://beans.example:",
    "https://beans.example:65536",
    "https://beans.example:port",
    "https://beans example",
    "https://beans..example",
    "https://-beans.example",
    "https://beans_.example",
    "https://beans.example\\@evil.example",
    f"https://{'b' * 64}.example",
    f"https://{'b.' * 130}example",
    "https://[::1",
]


@pytest.fixture(scope="module")
def search_shop(databases: Databases, dialect: str) -> Iterator[Shop]:
    """An instance with a default and a shared domain of its own."""
    opened = Shop(databases.fresh(dialect), default_domain=f"{DEFAULT}/", shared_domains=f"{SHARED.upper()}:443, ")
    yield opened
    opened.close()


@pytest.mark.one_database
class TestInstanceDomains:
    @pytest.mark.parametrize("plan", ["personal", "premium", "business", "enterprise"])
    def test_any_plan_may_name_them(self, search_shop: Shop, plan: str) -> None:
        person = search_shop.open_account(plan=plan)
        for sent, stored in ((None, DEFAULT), ("", DEFAULT), (f"{DEFAULT}/", DEFAULT), (SHARED, SHARED)):
            stamp_id = search_shop.create(person, least(cardIdx=person.card_id, domain=sent)).result
            assert search_shop.data.stamp(stamp_id)["domain"] == stored

    def test_the_default_that_was_replaced_is_a_custom_one(self, search_shop: Shop) -> None:
        answer = search_shop.refused(search_shop.alice, least(domain="https://vvd.bz"))
        assert (answer.status, answer.json) == (404, _not_verified("https://vvd.bz"))

    def test_the_documented_default(self, shop: Shop) -> None:
        assert shop.data.stamp(shop.create(shop.alice, least(domain="https://VVD.bz/")).result)["domain"] == "https://vvd.bz"


class TestCustomDomains:
    @pytest.mark.parametrize("plan", ["premium", "business", "enterprise"])
    def test_plans_that_have_them(self, shop: Shop, plan: str) -> None:
        person = shop.open_account(plan=plan)
        origin = f"https://{plan}.example"
        shop.add_domain(person, origin)
        stamp_id = shop.create(person, least(cardIdx=person.card_id, domain=origin)).result
        assert shop.data.stamp(stamp_id)["domain"] == origin

    def test_a_plan_that_has_none(self, shop: Shop) -> None:
        person = shop.open_account(plan="personal")
        shop.add_domain(person, "https://personal.example")
        answer = shop.refused(person, least(cardIdx=person.card_id, domain="https://personal.example"))
        assert (answer.status, answer.json) == (
            403,
            refusal(
                40302,
                "domain: the personal plan does not include custom domains. They come with the premium plan or a higher "
                "one; leave domain out to use the default.",
            ),
        )

    def test_not_registered(self, shop: Shop) -> None:
        answer = shop.refused(shop.alice, least(domain="https://nobody.example"))
        assert (answer.status, answer.json) == (404, _not_verified("https://nobody.example"))

    def test_not_verified(self, shop: Shop) -> None:
        person = shop.open_account()
        shop.add_domain(person, "https://claimed.example", verified=False)
        answer = shop.refused(person, least(cardIdx=person.card_id, domain="https://claimed.example"))
        assert (answer.status, answer.json) == (404, _not_verified("https://claimed.example"))

    def test_verified_for_another_account(self, shop: Shop) -> None:
        owner = shop.open_account()
        shop.add_domain(owner, "https://owned.example")
        shop.add_domain(shop.charlie, "https://owned.example", verified=False)
        for person in (shop.alice, shop.charlie):
            answer = shop.refused(person, least(cardIdx=person.card_id, domain="https://owned.example"))
            assert (answer.status, answer.json) == (404, _not_verified("https://owned.example"))

    def test_the_card_is_looked_at_first(self, shop: Shop) -> None:
        answer = shop.refused(shop.alice, least(cardIdx=999_999, domain="https://nobody.example"))
        assert (answer.status, answer.json["code"]) == (404, 40402)


class TestOrigins:
    @pytest.mark.parametrize(("registered", "sent", "stored"), SAME_ORIGIN)
    def test_spellings_of_one_origin(self, shop: Shop, registered: str, sent: str, stored: str) -> None:
        person = shop.open_account()
        # Earlier tests may have verified it for accounts of theirs.
        shop.data.run("DELETE FROM domain WHERE account_id <> :account_id", account_id=person.account_id)
        shop.add_domain(person, registered)
        stamp_id = shop.create(person, least(cardIdx=person.card_id, domain=sent)).result
        assert shop.data.stamp(stamp_id)["domain"] == stored

    @pytest.mark.parametrize("other", OTHER_ORIGINS)
    def test_another_origin(self, shop: Shop, other: str) -> None:
        person = shop.open_account()
        shop.data.run("DELETE FROM domain WHERE account_id <> :account_id", account_id=person.account_id)
        shop.add_domain(person, "https://beans.example")
        answer = shop.refused(person, least(cardIdx=person.card_id, domain=other))
        assert (answer.status, answer.json) == (404, _not_verified(other))

    @pytest.mark.one_database
    @pytest.mark.parametrize("text", NO_ORIGINS, ids=ascii)
    def test_what_is_none(self, shop: Shop, text: str) -> None:
        answer = shop.refused(shop.alice, least(domain=text))
        assert (answer.status, answer.json) == (400, wrong_fields(("domain", NO_ORIGIN)))

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("https://beans.example ", has_blank(" ")),
            (" https://beans.example", has_blank(" ", where="at the start")),
            ("https://beans.example\n", has_blank("\n")),
            ("https://be\0ans.example", has_blank("\0", where="inside")),
        ],
        ids=ascii,
    )
    def test_what_nobody_sees_in_one(self, shop: Shop, text: str, problem: str) -> None:
        answer = shop.refused(shop.alice, least(domain=text))
        assert (answer.status, answer.json) == (400, wrong_fields(("domain", problem)))


def _not_verified(origin: str) -> dict[str, object]:
    return refusal(
        40404,
        f"domain: {origin} is not a verified domain of this account. Register it under Link Domain Management in the "
        "dashboard, or leave domain out to use the default.",
    )
