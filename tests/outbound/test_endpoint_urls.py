"""Which URLs may be a webhook's, in every spelling that a parser or the C library would understand."""

import pytest

from stampwell.core.phrases import english
from stampwell.outbound.reach import Reach, read_networks
from stampwell.outbound.urls import endpoint_url_error, read_url

_PUBLIC_ONLY = Reach()
_INSIDE = Reach(read_networks(["10.0.0.0/8", "192.0.2.7", "fd00::/8", "127.0.0.1"]))

_FORM = "must be a URL such as https://shop.example/stampwell"
_HTTPS = "must begin with https://"
_DECIMAL = "must have its IP address as four decimal numbers, such as 192.0.2.1"
_USER = "must not have a user name or a password: remove the @ and what stands before it"
_PORT = "must have a port from 1 to 65535, or none"


def _inside(address: str) -> str:
    return (
        f"must not be an address that is not public: {address} has to be listed in STAMPWELL_WEBHOOK_ALLOW by the operator of "
        "this server"
    )


def _wrong(url: str, reach: Reach = _PUBLIC_ONLY) -> str | None:
    error = endpoint_url_error(url, reach)
    assert error is None or error.field == "url"
    return None if error is None else error.problem.said(english)


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "https://shop.example/hooks/1?key=a%20b&x=[]",
        "HTTPS://Shop.Example:8443/",
        "https://커피.example/훅",
        "https://xn--ve7b29i.example/",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]:444/",
        "https://receiver/",
        "https://shop.example:443/",
        "https://1.example/",
        "https://" + "a" * 60 + ".example/" + "b" * (2048 - 77),
    ],
)
def test_a_receiver_of_the_public_internet(url: str) -> None:
    assert _wrong(url) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", _HTTPS),
        ("shop.example/hook", _HTTPS),
        ("//shop.example/", _HTTPS),
        ("http://shop.example/", _HTTPS),
        ("ftp://shop.example/", _HTTPS),
        ("file:///etc/passwd", _HTTPS),
        ("gopher://shop.example/", _HTTPS),
        ("javascript:alert(1)", _HTTPS),
        ("https:shop.example", _FORM),
        ("https:///shop.example", _FORM),
        ("https://", _FORM),
        ("https://shop.example:/", _FORM),
        ("https://:443/", _FORM),
        ("https://shop.example:0/", _PORT),
        ("https://shop.example:65536/", _PORT),
        ("https://shop.example:-1/", _PORT),
        ("https://shop.example:https/", _PORT),
        ("https://user@shop.example/", _USER),
        ("https://user:password@shop.example/", _USER),
        ("https://shop.example@10.0.0.1/", _USER),
        ("https://shop.example/#top", "must not have a fragment: remove the # and what follows it"),
        ("https://10.0.0.1#@shop.example/", "must not have a fragment: remove the # and what follows it"),
        ("https://shop.example\\@10.0.0.1/", _FORM),
        ("https://shop.example\\.evil.example/", _FORM),
        ("https://shop.example/a b", _FORM),
        ("https://shop .example/", _FORM),
        (" https://shop.example/", "has a space (U+0020) at the start: remove it"),
        ("https://shop.example/\n", "has a line end (U+000A) at the end: remove it"),
        ("https://127.0\t.0.1/", "has a tab (U+0009) inside: remove it"),
        ("https://shop.example/\u202ex", "has a direction mark (U+202E) inside: remove it"),
        ("https://shop.example./", _FORM),
        ("https://shop_1.example/", _FORM),
        ("https://-shop.example/", _FORM),
        ("https://shop..example/", _FORM),
        ("https://%31%32%37.0.0.1/", _FORM),
        ("https://shop.example%2f@10.0.0.1/", _USER),
        ("https://[fe80::1%25eth0]/", _FORM),
        ("https://[::1", _FORM),
        ("https://[::1]x/", _FORM),
        ("https://[v1.a]/", _FORM),
        ("https://" + "a" * 64 + ".example/", _FORM),
        ("https://shop.example/" + "x" * 2028, "must have at most 2048 characters"),
    ],
)
def test_what_is_no_url_of_a_receiver(url: str, problem: str) -> None:
    assert _wrong(url) == problem


@pytest.mark.parametrize(
    ("host", "problem"),
    [
        ("127.0.0.1", _inside("127.0.0.1")),
        ("10.1.2.3", _inside("10.1.2.3")),
        ("169.254.169.254", _inside("169.254.169.254")),
        ("100.100.100.200", _inside("100.100.100.200")),
        ("168.63.129.16", _inside("168.63.129.16")),
        ("0.0.0.0", _inside("0.0.0.0")),
        ("224.0.0.1", _inside("224.0.0.1")),
        ("[::1]", _inside("::1")),
        ("[::]", _inside("::")),
        ("[fd00:ec2::254]", _inside("fd00:ec2::254")),
        ("[::ffff:8.8.8.8]", _inside("::ffff:8.8.8.8")),
        ("[64:ff9b::127.0.0.1]", _inside("64:ff9b::7f00:1")),
        ("[2002:7f00:1::]", _inside("2002:7f00:1::")),
        ("[2001:0:4136:e378:8000:63bf:3fff:fdd2]", _inside("2001:0:4136:e378:8000:63bf:3fff:fdd2")),
        ("\uff11\uff12\uff17.\uff10.\uff10.\uff11", _inside("127.0.0.1")),
        ("①②⑦.⓪.⓪.①", _inside("127.0.0.1")),
        ("127。0。0。1", _inside("127.0.0.1")),
        ("2130706433", _DECIMAL),
        ("017700000001", _DECIMAL),
        ("0x7f000001", _DECIMAL),
        ("0X7F.0.0.1", _DECIMAL),
        ("0177.0.0.1", _DECIMAL),
        ("127.0.0.0x1", _DECIMAL),
        ("127.1", _DECIMAL),
        ("127.0.1", _DECIMAL),
        ("0", _DECIMAL),
        ("0x", _DECIMAL),
        ("8.8.8.08", _DECIMAL),
        ("256.256.256.256", _DECIMAL),
        ("1.2.3.4.5", _DECIMAL),
        ("127.0.0.1.", _FORM),
        ("[127.0.0.1]", _FORM),
    ],
)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_an_address_that_is_not_public(scheme: str, host: str, problem: str) -> None:
    assert _wrong(f"{scheme}://{host}/hook") == problem
    assert _wrong(f"{scheme}://{host}:8080/hook") == problem


class TestListed:
    @pytest.mark.parametrize(
        "url",
        [
            "http://10.1.2.3:8080/",
            "https://10.1.2.3/",
            "http://[fd12::1]/",
            "http://192.0.2.7/",
            "http://receiver:3000/hook",
            "http://shop.example/",
            "https://shop.example/",
            "https://8.8.8.8/",
        ],
    )
    def test_what_is_listed_may_be_named_and_a_name_is_judged_later(self, url: str) -> None:
        assert _wrong(url, _INSIDE) is None

    @pytest.mark.parametrize(
        ("url", "problem"),
        [
            ("http://8.8.8.8/", f"{_HTTPS}: by http only those addresses are reached that STAMPWELL_WEBHOOK_ALLOW lists"),
            ("http://192.0.2.8/", _inside("192.0.2.8")),
            ("https://192.168.0.1/", _inside("192.168.0.1")),
            ("https://[::ffff:10.0.0.1]/", _inside("::ffff:10.0.0.1")),
            ("https://[fe80::1]/", _inside("fe80::1")),
            ("http://0x0a000001/", _DECIMAL),
            ("ftp://10.0.0.1/", _HTTPS),
        ],
    )
    def test_what_is_not_may_not(self, url: str, problem: str) -> None:
        assert _wrong(url, _INSIDE) == problem


def test_the_parts_of_a_url() -> None:
    target = read_url("https://커피.example:8443/훅?a=1&b=%20")
    assert target[:4] == ("https", "xn--ve7b29i.example", 8443, "/%ED%9B%85?a=1&b=%20")
    assert (target.address, target.authority) == (None, "xn--ve7b29i.example:8443")
    assert read_url("https://[2606:4700::1]").authority == "[2606:4700::1]"
