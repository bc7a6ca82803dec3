"""What columns mean by their names, in the languages and spellings of the programs that they come from."""

import pytest

from stampwell.features.imports.column_matching import match_columns, may_be_marks
from stampwell.features.imports.full_names import full_name

_SQUARE = "Reference ID,First Name,Last Name,Email Address,Phone Number,Nickname,Company Name,Birthday,Memo,Square Customer ID"
_SHOPIFY = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Phone,Phone,Total Spent,Note,Tags"


@pytest.mark.parametrize(
    ("header", "columns", "unknown"),
    [
        (
            _SHOPIFY,
            (
                "userId=Customer ID,givenNm=First Name,familyNm=Last Name,userEml=Email,otherPhnno=Default Address Phone,"
                "userPhnno=Phone,memo=Note"
            ),
            "Accepts Email Marketing,Total Spent,Tags",
        ),
        (
            _SQUARE,
            "userId=Reference ID,givenNm=First Name,familyNm=Last Name,userEml=Email Address,userPhnno=Phone Number,memo=Memo",
            "Nickname,Company Name,Birthday,Square Customer ID",
        ),
        (
            "이름,아이디,휴대폰번호,전화번호,이메일(필수),메모,회원등급",
            "userNm=이름,userId=아이디,userPhnno=휴대폰번호,otherPhnno=전화번호,userEml=이메일(필수),memo=메모",
            "회원등급",
        ),
        ("전화번호,휴대전화,성명", "userPhnno=휴대전화,otherPhnno=전화번호,userNm=성명", ""),
        (
            "구매자명,구매자ID,구매자연락처,수취인연락처1",
            "userNm=구매자명,userId=구매자ID,userPhnno=구매자연락처,otherPhnno=수취인연락처1",
            "",
        ),
        ("성,이름,연락처,이메일주소,비고", "familyNm=성,givenNm=이름,userPhnno=연락처,userEml=이메일주소,memo=비고", ""),
        (
            "氏名,電話番号,メールアドレス,会員番号,備考,有効期限",
            "userNm=氏名,userPhnno=電話番号,userEml=メールアドレス,userId=会員番号,memo=備考,endYmd=有効期限",
            "",
        ),
        (
            "姓,名,携帯電話,自宅電話番号,フリガナ",
            "familyNm=姓,givenNm=名,userPhnno=携帯電話,otherPhnno=自宅電話番号",
            "フリガナ",
        ),
        ("姓名,手机号,邮箱,备注", "userNm=姓名,userPhnno=手机号,userEml=邮箱,memo=备注", ""),
        (
            "Vorname,Name,Handy,Telefon,E-Mail-Adresse,Kundennr.,Gültig bis,Bemerkung",
            (
                "givenNm=Vorname,familyNm=Name,userPhnno=Handy,otherPhnno=Telefon,userEml=E-Mail-Adresse,userId=Kundennr.,"
                "endYmd=Gültig bis,memo=Bemerkung"
            ),
            "",
        ),
        (
            "NOM,PRENOM,Téléphone portable,Adresse e-mail,Date d'expiration",
            "familyNm=NOM,givenNm=PRENOM,userPhnno=Téléphone portable,userEml=Adresse e-mail,endYmd=Date d'expiration",
            "",
        ),
        (
            "Nombre,Apellidos,Móvil,Correo electrónico,Nº de cliente,Observaciones",
            "givenNm=Nombre,familyNm=Apellidos,userPhnno=Móvil,userEml=Correo electrónico,memo=Observaciones",
            "Nº de cliente",
        ),
        ("Full Name,First Name,Last Name", "userNm=Full Name,givenNm=First Name,familyNm=Last Name", ""),
        (
            "name,phone,email,stamps,expires",
            "userNm=name,userPhnno=phone,userEml=email,stamps=stamps,endYmd=expires",
            "",
        ),
        ("성함,도장 수,발급일", "userNm=성함,stamps=도장 수,strtYmd=발급일", ""),
        ("お名前,スタンプ数,発行日", "userNm=お名前,stamps=スタンプ数,strtYmd=発行日", ""),
        ("name,visits,points", "userNm=name,stamps=visits", "points"),
        ("stamps,visits", "stamps=stamps", "visits"),
        (
            "userId,useYn,mergedStampIdx,locationIdx",
            "userId=userId,useYn=useYn,mergedStampIdx=mergedStampIdx,locationIdx=locationIdx",
            "",
        ),
        ("cardIdx,CARD ID,phone,phone 2,tel", "cardIdx=cardIdx,userPhnno=phone,otherPhnno=phone 2", "CARD ID,tel"),
        ("line,reasons,name", "userNm=name", ""),
        ("name,line", "userNm=name", "line"),
        ("home phone", "userPhnno=home phone", ""),
        ("user name", "", "user name"),
    ],
)
def test_headers(header: str, columns: str, unknown: str) -> None:
    names = header.split(",")
    match = match_columns(names)
    expected = dict(pair.split("=") for pair in columns.split(",")) if columns else {}
    assert {meaning: names[place] for meaning, place in match.columns.items()} == expected
    assert [names[place] for place in match.unknown] == (unknown.split(",") if unknown else [])


def test_what_somebody_says_comes_first() -> None:
    match = match_columns(["name", "phone", "tel"], given={"userPhnno": 2, "memo": 0})
    assert match.columns == {"userPhnno": 2, "memo": 0, "otherPhnno": 1}


@pytest.mark.parametrize(
    "name",
    [
        "stamps",
        "Current Stamps",
        "Visits",
        "Marks",
        "스탬프",
        "스탬프 수",
        "적립 횟수",
        "도장(개)",
        "スタンプ数",
        "来店回数",
        "Stempel",
        "Sellos",
    ],
)
def test_columns_of_marks(name: str) -> None:
    assert match_columns([name]).columns == {"stamps": 0}
    assert not may_be_marks(name)


@pytest.mark.parametrize("name", ["Points", "포인트", "적립금", "ポイント", "Punkte", "Points (total)", "Balance", "saldo"])
def test_columns_that_may_be_marks_and_nobody_may_overlook(name: str) -> None:
    assert may_be_marks(name)
    assert match_columns([name], fuzzy=True).unknown == [0]


@pytest.mark.parametrize("name", ["status", "store", "location", "stamp", "state"])
def test_what_only_looks_like_marks_or_locations_is_not_taken_for_them(name: str) -> None:
    assert match_columns([name], fuzzy=True).unknown == [0]


@pytest.mark.parametrize(
    ("family", "given", "name"),
    [
        ("Villaseñor", "Teodora", "Teodora Villaseñor"),
        ("김", "민수", "김민수"),
        ("王", "小明", "王小明"),
        ("ヤマダ", "タロウ", "ヤマダ タロウ"),
        ("高橋", "メアリー", "高橋 メアリー"),
        ("Kim", "민수", "민수 Kim"),
        ("", "Cher", "Cher"),
        ("김", "", "김"),
        ("", "", ""),
    ],
)
def test_names_of_two_parts(family: str, given: str, name: str) -> None:
    assert full_name(family, given) == name
