"""How large a form may be, of how many fields, with how many files, and that it says so before it is sent."""

from urllib.parse import urlencode

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.shops import OpenShop

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "----a-boundary"
SIGN_IN = "/dashboard/sign-in"
UPLOAD = "/dashboard/imports/new"
MOST_FIELDS = 1000
LARGEST_FORM, LARGEST_OPEN_FORM = 262_144, 16_384


@pytest.fixture(scope="module")
def dialect() -> str:
    # No SQL decides on any of this.
    return "sqlite"


@pytest.fixture
def shop(open_shop: OpenShop, dialect: str) -> Shop:
    # Tries to sign in are counted.
    return open_shop(dialect)


def send(dashboard: DashboardClient, path: str, content: bytes, kind: str = FORM, **more: str) -> DashboardPage:
    headers = {"Content-Type": kind, "Origin": f"http://127.0.0.1:{dashboard.port}"}
    return dashboard.send("POST", path, content, {**headers, **{name.replace("_", "-"): value for name, value in more.items()}})


def field(name: str, value: str = "a", *, file: str = "") -> bytes:
    named = f'; filename="{file}"' if file else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n{value}\r\n'.encode()


def parts(*fields: bytes) -> bytes:
    return b"".join(fields) + f"--{BOUNDARY}--\r\n".encode()


class TestSize:
    def test_of_an_open_form(self, shop: Shop) -> None:
        given = urlencode({"email": "x@x.example", "password": ""}).encode()
        largest = given.ljust(LARGEST_OPEN_FORM, b"a")
        assert [send(shop.stranger(), SIGN_IN, one).status for one in (largest, largest + b"a")] == [403, 413]
        # Also of somebody who is signed in: it is the page that is open.
        assert send(shop.dashboard(), SIGN_IN, largest + b"a").status == 413

    def test_of_a_form_behind_the_sign_in(self, shop: Shop) -> None:
        dashboard = shop.dashboard()
        given = urlencode(dict(dashboard.get("/dashboard/profile").form("/dashboard/profile/name").values)).encode() + b"&x="
        largest = given.ljust(LARGEST_FORM, b"a")
        assert [send(dashboard, "/dashboard/profile/name", one).status for one in (largest, largest + b"a")] == [303, 413]

    def test_that_a_form_does_not_tell(self, shop: Shop) -> None:
        """Sent in chunks it could be of any size."""
        given = urlencode({"email": "x@x.example", "password": "wrong"}).encode()
        chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(given), given)
        assert send(shop.stranger(), SIGN_IN, chunked, Transfer_Encoding="chunked").status == 400


class TestFields:
    def test_are_so_many_and_no_more(self, shop: Shop) -> None:
        for number, status in ((MOST_FIELDS, 403), (MOST_FIELDS + 1, 400)):
            plain = b"&".join([b"a=b"] * number)
            assert send(shop.stranger(), SIGN_IN, plain).status == status

    def test_in_parts_as_well(self, shop: Shop) -> None:
        dashboard, kind = shop.dashboard(), f"multipart/form-data; boundary={BOUNDARY}"
        for number, status in ((MOST_FIELDS, 403), (MOST_FIELDS + 1, 400)):
            assert send(dashboard, "/dashboard/profile/name", parts(*[field("a")] * number), kind).status == status


class TestFiles:
    def test_are_for_pages_that_take_one(self, shop: Shop) -> None:
        """Nobody else fills the server's disk."""
        sent, kind = parts(field("email", file="a.txt")), f"multipart/form-data; boundary={BOUNDARY}"
        assert send(shop.stranger(), SIGN_IN, sent, kind).status == 400
        assert send(shop.dashboard(), "/dashboard/profile/name", sent, kind).status == 400

    def test_are_one_each(self, shop: Shop) -> None:
        dashboard, kind = shop.dashboard(), f"multipart/form-data; boundary={BOUNDARY}"
        files = [field("file", file="a.csv"), field("other", file="b.csv")]
        # Of one, it is the form's token that is missed.
        assert [send(dashboard, UPLOAD, parts(*files[:number]), kind).status for number in (1, 2)] == [403, 400]
