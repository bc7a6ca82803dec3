"""The language of what the API says: `Accept-Language` chooses, `Content-Language` tells."""

# ruff: noqa: RUF001 - Japanese has brackets of its own

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from kit.clock import START
from kit.shop import CREATE, Shop, least
from stampwell import app as composition
from stampwell.core.errors import FieldsWrong
from stampwell.core.phrases import Phrase, english, worded
from stampwell.http.context import Context
from stampwell.http.decode import decode_query, validate
from stampwell.http.route import Route
from stampwell.locales.languages import Languages
from stampwell.settings import Settings

pytestmark = pytest.mark.one_database

# Nothing is opened until an App is started.
ROUTES = composition.build(Settings(database_url=f"sqlite:///{Path('never-opened.db')}")).routes

KOREAN, JAPANESE = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}, {"Accept-Language": "ja"}
HANGUL, KANA = re.compile("[가-힣]"), re.compile("[ぁ-んァ-ヶ]")

# Of every sort: JSON can say nothing that a field takes by mistake and that is not here.
MISTAKES: tuple[Any, ...] = (
    "", "x", "x" * 3000, "\x00", "2026-02-30", "9999-12-31", "http://", "a@b", "한" * 3000, "-", "1.5", "9" * 30, "0", "-1",
    0, -1, 2**63, -(2**63) - 1, 10**40, 1.5, True, [], ["x"], [1] * 2000, [{}], {}, {"x": 1},
)  # fmt: skip


class TestMessages:
    def test_wrong_fields_in_korean(self, shop: Shop) -> None:
        answer = shop.create(shop.alice, {"cardIdx": "1", "strtYmd": "2026-01-01", "userName": "x"}, headers=KOREAN)
        rows = [
            ("endYmd", "필수입니다"),
            ("cardIdx", "정수여야 합니다. 따옴표 없이 1로 보내 주십시오"),
            ("userName", "알 수 없는 필드입니다. userNm 필드를 뜻하셨습니까?"),
        ]
        assert (answer.status, answer.headers["content-language"]) == (400, "ko")
        assert sorted((row["field"], row["message"]) for row in answer.json["errors"]) == sorted(rows)
        first = answer.json["errors"][0]
        assert answer.json["message"].startswith(f"{first['field']}: {first['message']} (이 밖에 잘못된 필드: ")

    def test_wrong_fields_in_japanese(self, shop: Shop) -> None:
        answer = shop.create(shop.alice, least(endYmd="2025-12-31", activeYn="X"), headers=JAPANESE)
        rows = [
            {"field": "endYmd", "message": "strtYmd（2026-01-01）より前の日付は指定できません"},
            {"field": "activeYn", "message": "'Y' または 'N' のいずれかを指定してください"},
        ]
        assert (answer.status, answer.headers["content-language"]) == (400, "ja")
        assert answer.json == {
            "code": 40002,
            "message": (
                "endYmd: strtYmd（2026-01-01）より前の日付は指定できません"
                "（ほかに誤りのあるフィールド: activeYn。errors をご確認ください）"
            ),
            "result": None,
            "errors": rows,
        }

    @pytest.mark.parametrize(
        ("language", "problem", "hint"),
        [
            (
                KOREAN,
                "본문이 JSON이 아닙니다: 값이 있어야 합니다 (1행 13열).",
                " JSON에는 주석을 쓸 수 없습니다. 여기에서 시작하는 주석을 지워 주십시오.",
            ),
            (
                JAPANESE,
                "ボディが JSON ではありません: 値が必要です（1行13列）。",
                "JSON にコメントは書けません。ここから始まるコメントを削除してください。",
            ),
        ],
    )
    def test_a_sentence_within_a_sentence(self, shop: Shop, language: dict[str, str], problem: str, hint: str) -> None:
        answer = shop.request("POST", CREATE, by=shop.alice, content=b'{"cardIdx": // 123\n}', headers=language)
        assert answer.json == {"code": 40001, "message": problem + hint, "result": None}

    def test_a_refusal_of_a_feature(self, shop: Shop) -> None:
        answer = shop.create(shop.charlie, least(), headers=KOREAN)
        message = (
            "cardIdx: 이 계정에 스탬프 카드 123이 없습니다. "
            "카드와 Card IDX 목록은 다음 명령으로 볼 수 있습니다: stampwell card list"
        )
        assert (answer.status, answer.json["message"]) == (404, message)

    def test_a_row_of_a_bulk_request(self, shop: Shop) -> None:
        answer = shop.request("POST", "/api/stamp/v1/bulk", by=shop.alice, body={"stamps": [{}, 1]}, headers=KOREAN)
        rows = answer.result
        assert [HANGUL.search(row["message"]) is not None for row in rows] == [True, True]

    def test_over_the_limit(self, tiny_shop: Shop) -> None:
        person = tiny_shop.open_account(plan="minute")
        message = [tiny_shop.create(person, {}, headers=KOREAN).json["message"] for _ in range(3)][-1]
        assert re.fullmatch(
            r"minute 요금제는 1분에 요청을 2번 보낼 수 있으며, 이미 모두 사용했습니다\. "
            r"\d+초 뒤에 다시 보내거나 더 높은 요금제를 신청해 주십시오\.",
            message,
        )


class TestEveryAnswer:
    @pytest.mark.parametrize(("sent", "tag"), [(None, "en"), ("ko", "ko"), ("ja;q=0.1", "ja"), ("de", "en"), ("?!", "en")])
    @pytest.mark.parametrize(
        "sent_request",
        [
            ("POST", CREATE, least()),
            ("POST", CREATE, {}),
            ("GET", CREATE, None),
            ("GET", "/nowhere", None),
            ("POST", "/healthz", None),
        ],
        ids=["success", "refusal", "method", "no endpoint", "a page"],
    )
    def test_says_its_language(self, shop: Shop, sent_request: tuple[str, str, object], sent: str | None, tag: str) -> None:
        method, path, body = sent_request
        headers = {} if sent is None else {"Accept-Language": sent}
        answer = shop.request(method, path, by=shop.alice, body=body, headers=headers)
        assert answer.headers.get_all("content-language") == [tag]
        assert answer.headers["cache-control"] == "no-store"
        if answer.status != 200:
            in_korean, in_japanese = HANGUL.search(answer.json["message"]), KANA.search(answer.json["message"])
            assert (in_korean is not None, in_japanese is not None) == (tag == "ko", tag == "ja")

    def test_our_fault_too(self, own_shop: Shop) -> None:
        own_shop.data.run("DROP TABLE outbox")
        headers = {**KOREAN, "X-Request-Id": "quote-me"}
        answer = own_shop.create(own_shop.alice, least(), headers=headers)
        assert (answer.status, answer.json["message"]) == (
            500,
            "서버에 문제가 생겼으며, 아무것도 저장되지 않았습니다. 운영자에게 다음 요청 ID를 알려 주십시오: quote-me",
        )


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_problem_of_a_field_is_untranslated(route: Route) -> None:
    """Whatever is sent as any field of any endpoint, what is said of it is in the catalogues."""
    context = Context(SimpleNamespace(time_zone=ZoneInfo("Asia/Seoul")), "", "", "", {}, english, 0, START.date())
    translate = Languages()(b"ko").translate
    untranslated = {
        (field, problem.template)
        for field in route.request.model_fields
        for mistake in MISTAKES
        for problem in _problems(route, {field: mistake}, context)
        if worded(*problem, translate) == worded(*problem, english)
    }
    assert untranslated == set()


def _problems(route: Route, values: dict[str, Any], context: Context) -> list[Phrase]:
    try:
        if route.takes == "query":
            query = urlencode(values, doseq=True, encoding="utf-8").encode()
            decode_query(route.request, body=b"", query=query, context=context)
        else:
            validate(route.request, values, context=context)
    except FieldsWrong as error:
        return [row.problem for row in error.fields]
    return []
