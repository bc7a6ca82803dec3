import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.provisional import domains

from stampwell.core.origins import canonical_origin, readable_host

schemes = st.sampled_from(["http", "https", "HTTPS", "Http"])
ports = st.sampled_from(["", ":80", ":443", ":1", ":8080", ":65535"])
slashes = st.sampled_from(["", "/"])
hosts = domains() | st.text(min_size=1, max_size=30) | st.from_regex(r"[a-zéß한ñ.-]{1,20}\.example", fullmatch=True)


@given(schemes, hosts, ports, slashes)
def test_a_canonical_origin_is_its_own(scheme: str, host: str, port: str, slash: str) -> None:
    origin = canonical_origin(f"{scheme}://{host}{port}{slash}")
    if origin is not None:
        assert canonical_origin(origin) == origin
        assert canonical_origin(f"{origin}/") == origin
        assert origin.isascii()
        assert origin == origin.lower()


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    origin = canonical_origin(text)
    assert origin is None or origin.startswith(("http://", "https://"))


@given(domains())
def test_every_domain_has_one_spelling(domain: str) -> None:
    lower, upper = (canonical_origin(f"https://{spelling}") for spelling in (domain.lower(), domain.upper()))
    assert lower == upper


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://vvd.bz", "https://vvd.bz"),
        ("https://VVD.bz:443/", "https://vvd.bz"),
        ("http://vvd.bz:443", "http://vvd.bz:443"),
        ("https://vvd.bz:0443", "https://vvd.bz"),
        ("https://Café.example", "https://xn--caf-dma.example"),
        ("https://cafe\u0301.example", "https://xn--caf-dma.example"),
        ("https://\uff36\uff36\uff24.bz", "https://vvd.bz"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://[0:0:0:0:0:0:0:1]", "https://[::1]"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_spellings(text: str, origin: str) -> None:
    assert canonical_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https",
        "https://",
        "https://a b",
        "https://a/b",
        "https://a?b",
        "https://a#b",
        "https://u@a",
        "ws://a",
        "https://[1]",
        "http://evil.example[::1]:8080",
        "http://[::1]evil.example:8080",
        "https://[v1.a]",
        "https://[fe80::1%25eth0]",
        "https://a.example[",
    ],
)
def test_no_origins(text: str) -> None:
    assert canonical_origin(text) is None


@pytest.mark.parametrize(
    ("host", "shown"),
    [("xn--ve7b29i.example", "커피.example"), ("stamps.example.com", "stamps.example.com"), ("xn--0.example", "xn--0.example")],
)
def test_hosts_are_shown_in_their_own_letters(host: str, shown: str) -> None:
    assert readable_host(host) == shown
