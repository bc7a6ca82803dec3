"""Every action refuses a form that is not its own page's, and what is no form at all; looking changes nothing."""

from collections.abc import Iterator

import pytest

from kit.contents import everything
from kit.dashboard_client import DashboardClient, DashboardPage, FormSeen
from kit.pages import Premises, actions, csrf_of, filled_in, forms_of, is_open, open_premises
from kit.shop import Shop
from stampwell.dashboard.route import PageRoute
from stampwell.features.people.sessions import open_session

pytestmark = pytest.mark.one_database

FORM = "application/x-www-form-urlencoded"
SIGN_OUT = "/dashboard/sign-out"


@pytest.fixture(scope="module")
def premises(shared_shop: Shop) -> Premises:
    return open_premises(shared_shop)


@pytest.fixture(scope="module")
def forms(shared_shop: Shop, premises: Premises) -> dict[str, FormSeen]:
    return forms_of(shared_shop, premises)


@pytest.fixture
def untouched(shop: Shop, premises: Premises) -> Iterator[None]:
    """Whatever the test does, it is refused."""
    assert premises
    before = everything(shop.data)
    yield
    assert everything(shop.data) == before


def _answers(
    shop: Shop, premises: Premises, forms: dict[str, FormSeen], csrf: str, **headers: str
) -> list[tuple[PageRoute, DashboardPage]]:
    return [
        (page, premises.dashboard.post(premises.path(page), filled_in(forms.get(page.path), csrf), headers=headers))
        for page in actions(shop.app.pages)
    ]


def _others(answers: list[tuple[PageRoute, DashboardPage]], *statuses: int) -> list[tuple[str, int]]:
    """What was answered otherwise."""
    return [(page.path, answer.status) for page, answer in answers if answer.status not in statuses]


@pytest.mark.usefixtures("untouched")
class TestAFormNeedsTheTokenOfItsSession:
    def test_none(self, shop: Shop, premises: Premises, forms: dict[str, FormSeen]) -> None:
        assert _others(_answers(shop, premises, forms, ""), 403) == []

    def test_made_up(self, shop: Shop, premises: Premises, forms: dict[str, FormSeen]) -> None:
        assert _others(_answers(shop, premises, forms, "0" * 64), 403) == []
        assert _others(_answers(shop, premises, forms, "é\x07"), 403) == []


def test_the_token_of_another_shops_session_is_refused(shop: Shop, premises: Premises, forms: dict[str, FormSeen]) -> None:
    csrf = csrf_of(shop.dashboard(shop.charlie))
    before = everything(shop.data)
    assert _others(_answers(shop, premises, forms, csrf), 403) == []
    assert everything(shop.data) == before


def test_the_token_of_another_session_of_the_same_person_is_refused(
    shop: Shop, premises: Premises, forms: dict[str, FormSeen]
) -> None:
    person = premises.dashboard.person
    assert person is not None
    opened = shop.data.write(open_session, person, device="", address="", now_us=shop.clock.now_us())
    other = DashboardClient(premises.dashboard.port, person, {"stampwell": opened.token})
    csrf = csrf_of(other)
    before = everything(shop.data)
    assert _others(_answers(shop, premises, forms, csrf), 403) == []
    assert everything(shop.data) == before
    other.post(SIGN_OUT, filled_in(None, csrf))
    before = everything(shop.data)
    assert _others(_answers(shop, premises, forms, csrf), 403) == []
    assert everything(shop.data) == before


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://["},
        {"Origin": "http://[::1"},
        {"Origin": "http://a]b"},
        {"Origin": "http://[v1.x]"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_a_form_of_another_site_is_refused(
    shop: Shop, premises: Premises, forms: dict[str, FormSeen], headers: dict[str, str]
) -> None:
    assert _others(_answers(shop, premises, forms, csrf_of(premises.dashboard), **headers), 403) == []


@pytest.mark.usefixtures("untouched")
class TestWhatIsNoForm:
    def test_of_another_kind(self, shop: Shop, premises: Premises, forms: dict[str, FormSeen]) -> None:
        csrf = csrf_of(premises.dashboard)
        for kind in ("text/plain", "application/json", "application/octet-stream", "multipart/mixed"):
            answers = _answers(shop, premises, forms, csrf, **{"Content-Type": kind})
            assert _others(answers, 400) == []

    def test_that_says_nothing_of_where_it_comes_from(self, shop: Shop, premises: Premises, subtests: pytest.Subtests) -> None:
        for page in actions(shop.app.pages):
            with subtests.test(f"{page.method} {page.path}"):
                answer = premises.dashboard.send("POST", premises.path(page), b"a=b", {"Content-Type": FORM})
                assert (page.path, answer.status) == (page.path, 403)

    def test_larger_than_the_page_takes(self, shop: Shop, premises: Premises, subtests: pytest.Subtests) -> None:
        for page in actions(shop.app.pages):
            with subtests.test(f"{page.method} {page.path}"):
                headers = {
                    "Content-Type": FORM,
                    "Content-Length": str(256 * 1024 + page.upload_bytes + 1),
                    "Origin": f"http://127.0.0.1:{premises.dashboard.port}",
                }
                answer = premises.dashboard.send("POST", premises.path(page), b"a=b", headers)
                assert (page.path, answer.status) == (page.path, 413)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\x00\xff" * 500,
            b"--x\r\n\r\n",
            b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nno end',
            b'--x\r\nContent-Disposition: form-data; name="\xff\xfe"; filename="\xff"\r\n\r\n\xff\r\n--x--\r\n',
            b"--x\r\nContent-Disposition: attachment\r\n\r\n1\r\n--x--\r\n",
        ],
        ids=["empty", "garbage", "nothing", "cut off", "no text", "no field"],
    )
    @pytest.mark.parametrize("boundary", ["; boundary=x", "; boundary=", "", "; boundary=\xe9"])
    def test_garbage_for_parts(self, shop: Shop, premises: Premises, content: bytes, boundary: str) -> None:
        answers = []
        for page in actions(shop.app.pages):
            headers = {
                "Content-Type": f"multipart/form-data{boundary}",
                "Origin": f"http://127.0.0.1:{premises.dashboard.port}",
            }
            answers.append((page, premises.dashboard.send("POST", premises.path(page), content, headers)))
        assert _others(answers, 400, 403) == []


def test_looking_at_every_page_changes_nothing(shop: Shop, premises: Premises) -> None:
    before = everything(shop.data)
    stranger = shop.stranger()
    answers = [
        (page, (stranger if is_open(page) else premises.dashboard).get(premises.path(page)))
        for page in actions(shop.app.pages, "GET")
    ]
    assert _others(answers, 200) == []
    assert everything(shop.data) == before
