"""What the columns of a file most likely mean, by their names."""

from collections.abc import Iterable, Sequence

from stampwell.core.text import nearest
from stampwell.features.imports.tables import REPORT_COLUMNS
from stampwell.features.stamps.importing import FIELDS

# As people name them, in the languages of the dashboard; compared without spaces, signs and case.
_COMMON = {
    "cardIdx": "card, card id, card number, stamp card, 카드, 카드번호, 스탬프카드, カード, カード番号",
    "strtYmd": "start, starts, start date, from, valid from, first day, 시작일, 시작일자, 유효기간시작, 開始日, 利用開始日",
    "endYmd": (
        "end, ends, end date, until, to, valid until, last day, expiry, expires, expiry date, "
        "종료일, 만료일, 유효기간, 유효기간종료, 終了日, 有効期限"
    ),
    "activeYn": "active, enabled, 활성, 사용여부, 有効",
    "memo": "memo, note, notes, comment, comments, remark, remarks, 메모, 비고, 특이사항, メモ, 備考",
    "userId": (
        "id, user, member, member id, member no, member number, customer id, customer no, customer number, login, login id, "
        "아이디, 회원아이디, 회원번호, 고객번호, 회원id, 会員id, 会員番号, 顧客番号, ユーザーid"
    ),
    "userNm": (
        "name, full name, customer, customer name, member name, first name, "
        "이름, 성명, 성함, 고객명, 고객이름, 회원명, 회원이름, 名前, お名前, 氏名, 顧客名, 会員名"
    ),
    "userPhnno": (
        "phone, phone no, phone number, mobile, mobile no, mobile number, mobile phone, cell, cell phone, tel, telephone, "
        "전화, 전화번호, 휴대폰, 휴대폰번호, 휴대전화, 핸드폰, 연락처, 電話, 電話番号, 携帯, 携帯電話, 携帯番号"
    ),
    "userEml": "email, e-mail, mail, email address, 이메일, 이메일주소, 메일, メール, メールアドレス",
    "domain": "link domain, 도메인, ドメイン",
}


def guess_columns(header: Sequence[str]) -> dict[str, int]:
    """Field of `create` -> place of its column: a field's own name, then a common one, then the nearest. Each once."""
    found: dict[str, int] = {}
    for guess in (_EXACT.get, _BY_WORD.get, _nearest):
        for place, name in enumerate(header):
            field = guess(_folded(name))
            if field is not None and field not in found and place not in found.values():
                found[field] = place
    return found


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _by_folded(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {_folded(name): field for name, field in names}


def _nearest(folded: str) -> str | None:
    return None if folded in REPORT_COLUMNS else nearest(folded, FIELDS)


_EXACT = _by_folded((field, field) for field in FIELDS)
_BY_WORD = _by_folded((name, field) for field, names in _COMMON.items() for name in names.split(","))
