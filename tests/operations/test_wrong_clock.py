"""A shop whose clock is two years ahead for an hour, and then right again: nobody is locked out, nothing is done twice."""

import pytest

from kit.command import InProcess
from kit.dashboard_client import DashboardClient
from kit.importing import STAFF
from kit.load import wait_for
from kit.people import Person
from kit.shop import Shop
from kit.stamps import ask, code_of, do, issue, make_card
from stampwell.core.clock import SystemClock
from stampwell.db.clock_row import ClockRow, save_clock
from stampwell.features.domains import service as domains
from stampwell.features.imports import service as imports
from stampwell.features.imports.uploads import read_upload

YEARS_S = 730 * 86_400
ADD = "/api/stamp/v1/add"


@pytest.fixture
def shop(own_shop: Shop) -> Shop:
    """Whose server has looked at its clock."""
    wait_for(lambda: own_shop.data.count("clock") == 1)
    return own_shop


def ahead(shop: Shop) -> None:
    shop.clock.advance(seconds=YEARS_S)


def right_again(shop: Shop) -> None:
    shop.clock.advance(seconds=-YEARS_S)


def valid_for_long(shop: Shop, **rules: object) -> int:
    return issue(shop, make_card(shop, maxStamps=20, **rules), endYmd="2031-01-01")


class TestMarks:
    def test_the_cool_down_is_no_longer_than_it_is(self, shop: Shop) -> None:
        stamp = valid_for_long(shop, cooldownSec=60)
        ahead(shop)
        do(shop, "add", stamp)
        right_again(shop)
        answer = ask(shop, "add", stamp)
        assert (answer.json["code"], answer.headers["Retry-After"]) == (40910, "60")
        shop.clock.advance(seconds=59)
        assert ask(shop, "add", stamp).headers["Retry-After"] == "1"
        shop.clock.advance(seconds=1)
        do(shop, "add", stamp)
        assert ask(shop, "add", stamp).json["code"] == 40910

    def test_the_days_cap_is_over_with_the_day(self, shop: Shop) -> None:
        stamp = valid_for_long(shop, dailyMax=1)
        ahead(shop)
        do(shop, "add", stamp)
        right_again(shop)
        assert ask(shop, "add", stamp).json["code"] == 40910
        shop.clock.advance(seconds=86_400)
        do(shop, "add", stamp)
        assert ask(shop, "add", stamp).json["code"] == 40910

    def test_on_the_customers_phone_too(self, shop: Shop) -> None:
        stamp = valid_for_long(shop, cooldownSec=60, onsiteYn="Y", onsitePwd="latte77")
        path, phone = f"/stamp/{code_of(shop, stamp)}", shop.stranger()
        ahead(shop)
        assert phone.submit(phone.get(path), f"{path}/mark", onsitePwd="latte77").status == 303
        right_again(shop)
        page = phone.submit(phone.get(path), f"{path}/mark", onsitePwd="latte77")
        assert (page.status, "Try again in 60 seconds." in page.text) == (409, True)
        shop.clock.advance(seconds=60)
        assert phone.submit(phone.get(path), f"{path}/mark", onsitePwd="latte77").status == 303

    def test_a_mark_that_lies_ahead_cannot_be_undone_for_two_years(self, shop: Shop) -> None:
        stamp = valid_for_long(shop)
        dashboard = shop.dashboard()
        ahead(shop)
        path = f"/dashboard/stamps/{stamp}"
        staff = (
            DashboardClient.signed_in(shop.server.port, shop.data, dashboard.person, now_us=shop.clock.now_us())
            if dashboard.person
            else dashboard
        )
        page = staff.done(staff.get(path), f"{path}/add", count="1")
        (undo,) = [form.action for form in page.forms if "/undo/" in form.action]
        right_again(shop)
        assert dashboard.submit(page, undo, csrf=dict(dashboard.get(path).form(f"{path}/add").values)["csrf"]).status == 409


class TestAKeyOfIdempotency:
    def test_marks_once_while_the_clock_is_ahead(self, shop: Shop) -> None:
        stamp, headers = valid_for_long(shop), {"Idempotency-Key": "k"}
        shop.put(ADD, shop.alice, stampIdx=stamp, headers=headers)
        ahead(shop)
        assert shop.put(ADD, shop.alice, stampIdx=stamp, headers=headers).headers["Idempotency-Replayed"] == "true"
        right_again(shop)
        assert shop.put(ADD, shop.alice, stampIdx=stamp, headers=headers).headers["Idempotency-Replayed"] == "true"
        assert shop.data.stamp(stamp)["stamps"] == 1

    def test_of_that_hour_marks_once_when_the_clock_is_right(self, shop: Shop) -> None:
        stamp, headers = valid_for_long(shop), {"Idempotency-Key": "k"}
        ahead(shop)
        shop.put(ADD, shop.alice, stampIdx=stamp, headers=headers)
        right_again(shop)
        shop.put(ADD, shop.alice, stampIdx=stamp, headers=headers)
        assert shop.data.stamp(stamp)["stamps"] == 1


class TestPeople:
    def test_are_signed_in_as_before(self, shop: Shop) -> None:
        dashboard = shop.dashboard()
        ahead(shop)
        assert dashboard.get("/dashboard").location.startswith("/dashboard/sign-in")
        right_again(shop)
        assert dashboard.get("/dashboard").status == 200

    def test_who_signed_in_then_is_so_no_longer_than_usual(self, shop: Shop) -> None:
        ahead(shop)
        dashboard = shop.dashboard()
        right_again(shop)
        assert dashboard.get("/dashboard").status == 200
        shop.clock.advance(seconds=31 * 86_400)
        assert dashboard.get("/dashboard").location.startswith("/dashboard/sign-in")

    def test_who_typed_wrong_passwords_then_waits_a_quarter_of_an_hour(self, shop: Shop) -> None:
        def sign_in() -> tuple[int, str | None]:
            stranger = shop.stranger()
            page = stranger.submit(
                stranger.get("/dashboard/sign-in"), "/dashboard/sign-in", email="alice@beans.example", password="wrong"
            )
            return page.status, page.headers["Retry-After"]

        ahead(shop)
        assert [sign_in()[0] for _ in range(6)] == [403] * 5 + [429]
        right_again(shop)
        assert sign_in() == (429, "900")
        shop.clock.advance(seconds=901)
        assert sign_in() == (403, None)


class TestKeys:
    def test_the_last_use_is_noted_again(self, shop: Shop) -> None:
        stamp, alice = valid_for_long(shop), shop.with_key(shop.alice)

        def is_noted() -> bool:
            # A key is remembered for half a second, and its use noted when it is looked up.
            shop.get("/api/stamp/v1/get", alice, stampIdx=stamp)
            return last_use(shop, alice) == shop.clock.now_us()

        ahead(shop)
        wait_for(is_noted)
        right_again(shop)
        wait_for(is_noted)


def last_use(shop: Shop, person: Person) -> int | None:
    (row,) = shop.data.rows("SELECT last_used_at FROM api_key WHERE key_id = :key_id", key_id=person.key_id)
    used_at: int | None = row["last_used_at"]
    return used_at


class TestWorkers:
    def test_a_lease_that_lies_ahead_is_free(self, shop: Shop) -> None:
        """Of a worker that was killed in that hour."""
        upload = read_upload(b"userId\nann")
        now_us = shop.clock.now_us()
        job = shop.data.write(
            imports.begin, shop.alice.account_id, file_name="a.csv", upload=upload, actor=STAFF, now_us=now_us
        )
        shop.data.run("UPDATE import_job SET state = 'issuing', leased_until = :until", until=now_us + YEARS_S * 1_000_000)
        wait_for(lambda: shop.data.rows("SELECT state FROM import_job")[0]["state"] != "issuing")
        assert job.job_id

    def test_a_lease_that_is_not_over_is_not_free(self, shop: Shop) -> None:
        now_us = shop.clock.now_us()
        upload = read_upload(b"userId\nann")
        shop.data.write(imports.begin, shop.alice.account_id, file_name="a.csv", upload=upload, actor=STAFF, now_us=now_us)
        shop.data.run("UPDATE import_job SET state = 'issuing', leased_until = :until", until=now_us + imports.LEASE_US)
        assert not shop.data.read(imports.is_any_waiting, now_us=now_us)
        assert shop.data.write(imports.claim, now_us=now_us) is None

    def test_a_domain_whose_check_lies_ahead_is_due(self, shop: Shop) -> None:
        shop.add_domain(shop.alice, "https://cards.beans.example", verified=False)
        now_us = shop.clock.now_us()
        shop.data.run("UPDATE domain SET checked_at = :at, verified_by = NULL", at=now_us + YEARS_S * 1_000_000)
        due = shop.data.write(domains.claim_due, now_us=now_us)
        assert [domain.origin for domain in due] in ([], ["https://cards.beans.example"])
        wait_for(lambda: shop.data.rows("SELECT checked_at FROM domain")[0]["checked_at"] <= now_us)


class TestDoctor:
    @pytest.mark.parametrize(("days", "wrong"), [(0, False), (1, False), (2, True), (730, True)])
    def test_says_that_a_clock_is_far_ahead(self, shop: Shop, days: int, *, wrong: bool) -> None:
        now_us = SystemClock().now_us()
        shop.data.run("UPDATE account SET created_at = 1")
        shop.data.write(save_clock, ClockRow(now_us - days * 86_400_000_000, 0))
        done = InProcess(shop.data.url).json("doctor")
        (check,) = [check for check in done.json["checks"] if check["check"] == "clock"]
        assert (check["okYn"] == "N") == wrong
        assert ("days ahead of the newest instant" in check["message"]) == wrong

    def test_says_that_a_clock_is_behind(self, shop: Shop) -> None:
        shop.data.write(save_clock, ClockRow(SystemClock().now_us() + 3_600_000_000, 0))
        done = InProcess(shop.data.url).json("doctor")
        (check,) = [check for check in done.json["checks"] if check["check"] == "clock"]
        assert (check["okYn"], "clock is behind" in check["message"]) == ("N", True)
