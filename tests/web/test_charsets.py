"""Forms are UTF-8, whatever they say they are: the name of a charset is the name of some code of Python's."""

import pytest

from kit.shop import Answer, Shop
from kit.shops import OpenShop

BOUNDARY = "----a-boundary"
EMAIL = "zoë@beans.example"
CHARSETS = [
    "utf-8",
    "latin-1",
    "utf-16",
    "utf-7",
    "punycode",
    "idna",
    "undefined",
    "unicode_escape",
    "rot13",
    "hex",
    "zlib",
    "no",
    "",
]


@pytest.fixture(scope="module")
def dialect() -> str:
    # No SQL decides on any of this.
    return "sqlite"


@pytest.fixture
def shop(open_shop: OpenShop, dialect: str) -> Shop:
    # Tries to sign in are counted.
    return open_shop(dialect)


def sign_in(shop: Shop, content_type: str, *, name: bytes = b"email", email: bytes = EMAIL.encode()) -> Answer:
    part = b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = b"".join(part % (BOUNDARY.encode(), *field) for field in ((name, email), (b"password", b"wrong")))
    headers = {"Origin": shop.server.base, "Content-Type": content_type}
    return shop.request("POST", "/dashboard/sign-in", content=body + f"--{BOUNDARY}--\r\n".encode(), headers=headers)


@pytest.mark.parametrize("charset", CHARSETS)
def test_the_charset_of_a_form_decides_nothing(shop: Shop, charset: str) -> None:
    for place in (f"boundary={BOUNDARY}; charset={charset}", f'charset="{charset}"; boundary="{BOUNDARY}"'):
        answer = sign_in(shop, f"multipart/form-data; {place}")
        assert answer.status == 403, (place, answer.status)
        assert EMAIL in answer.content.decode()


@pytest.mark.parametrize("charset", CHARSETS)
def test_nor_does_the_charset_of_one_of_its_parts(shop: Shop, charset: str) -> None:
    name = b'email"\r\nContent-Type: text/plain; charset="%s' % charset.encode()
    answer = sign_in(shop, f"multipart/form-data; boundary={BOUNDARY}", name=name)
    assert answer.status == 403
    assert EMAIL in answer.content.decode()


def test_nor_does_that_of_a_form_in_the_encoding_of_addresses(shop: Shop) -> None:
    for charset in CHARSETS:
        headers = {"Origin": shop.server.base, "Content-Type": f"application/x-www-form-urlencoded; charset={charset}"}
        body = b"email=zo%C3%AB%40beans.example&password=wrong"
        answer = shop.request("POST", "/dashboard/sign-in", content=body, headers=headers)
        assert answer.status in {403, 429}
        assert EMAIL in answer.content.decode()


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        f"multipart/form-data; notboundary={BOUNDARY}",
        f"multipart/form-data; boundary={'b' * 71}",
        f"multipart/form-data; {'x' * 300}; boundary={BOUNDARY}",
        f'multipart/form-data; boundary="{BOUNDARY}',
        "multipart/form-data; boundary=other",
        "multipart/mixed; boundary=x",
        "text/plain",
        "",
    ],
)
def test_what_is_no_form_is_refused(shop: Shop, content_type: str) -> None:
    assert sign_in(shop, content_type).status == 400


def test_what_is_not_utf8_is_no_fault(shop: Shop) -> None:
    answer = sign_in(shop, f"multipart/form-data; boundary={BOUNDARY}", email=b"\xff\xfe@beans.example")
    assert answer.status == 403


def test_a_form_that_anybody_may_send_is_a_small_one(shop: Shop) -> None:
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    assert sign_in(shop, content_type, email=b"a" * 16_000).status == 403
    answer = sign_in(shop, content_type, email=b"a" * 17_000)
    assert answer.status == 413
    assert "The limit is 16 KiB" in answer.content.decode()
