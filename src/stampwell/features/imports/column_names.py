"""What people and programs call the columns of customers, compared without case, spaces, signs and accents."""

from collections.abc import Mapping
from types import MappingProxyType

FAMILY_NAME, GIVEN_NAME, OTHER_PHONE = "familyNm", "givenNm", "otherPhnno"
"""Meanings beside the fields of `create`: parts of `userNm`, and where `userPhnno` is taken from when it is empty."""

REDEEMED, MERGED = "useYn", "mergedStampIdx"
"""What an export says of stamps that are used up; they have only these names."""

MOBILE_NAMES = (
    "mobile, mobile no, mobile number, mobile phone, cell, cell phone, cellphone, sms, sms number, 휴대폰, 휴대폰번호, "
    "휴대전화, 휴대전화번호, 핸드폰, 핸드폰번호, 携帯, 携帯電話, 携帯番号, 携帯電話番号, 手机, 手机号, 手机号码, 手機, "
    "handy, handynummer, mobil, mobilnummer, mobiltelefon, portable, téléphone portable, téléphone mobile, móvil, "
    "teléfono móvil, celular"
)
"""Of phone numbers; where a file has another one too, this one is the customer's."""

COLUMN_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "cardIdx": (
            "card, card id, card number, stamp card, 카드, 카드번호, 스탬프카드, カード, カード番号, karte, "
            "stempelkarte, carte, tarjeta"
        ),
        "strtYmd": (
            "start, starts, start date, from, valid from, first day, 시작일, 시작일자, 유효기간시작, 유효기간시작일, "
            "開始日, 利用開始日, 有効期間開始日, 开始日期, issued, issued on, issue date, date issued, first issued, "
            "first issue date, 발급일, 발급일자, 발행일, 최초발급일, 発行日, 初回発行日, 发卡日期, ausgestellt am, "
            "ausstellungsdatum, date d'émission, fecha de emisión, gültig ab, gültig von, beginn, startdatum, "
            "valable du, valable à partir du, date de début, válido desde, fecha de inicio"
        ),
        "endYmd": (
            "end, ends, end date, until, to, valid until, valid to, last day, expiry, expires, expires at, expires on, "
            "expiry date, expiration, expiration date, 종료일, 종료일자, 만료일, 만료일자, 유효기간, 유효기간종료, "
            "유효기간종료일, 終了日, 有効期限, 有効期間終了日, 到期日, 有效期, 有效期至, gültig bis, ablaufdatum, "
            "ende, enddatum, valable jusqu'au, date d'expiration, expire le, date de fin, válido hasta, "
            "fecha de caducidad, fecha de vencimiento, vencimiento, caduca"
        ),
        "activeYn": "active, enabled, 활성, 사용여부, 有効",
        "memo": (
            "memo, note, notes, comment, comments, remark, remarks, customer note, 메모, 비고, 특이사항, 고객메모, "
            "관리자메모, メモ, 備考, 备注, 備註, notiz, notizen, bemerkung, bemerkungen, kommentar, anmerkung, "
            "remarque, remarques, commentaire, nota, notas, observaciones, comentario, comentarios"
        ),
        "userId": (
            "id, user, member, member id, member no, member number, membership no, membership number, customer id, "
            "customer no, customer number, login, login id, loyalty id, reference id, external id, 아이디, 회원아이디, "
            "회원번호, 고객번호, 고객아이디, 회원id, 고객id, 구매자id, 구매자아이디, 会員id, 会員番号, 顧客番号, "
            "顧客id, お客様番号, ユーザーid, 会员号, 会员编号, kundennummer, kundennr, kunden id, mitgliedsnummer, "
            "numéro client, numéro de client, n° client, identifiant, identifiant client, número de cliente, "
            "n.º cliente, id cliente, id de cliente"
        ),
        "userNm": (
            "name, full name, customer, customer name, member name, display name, 이름, 성명, 성함, 고객명, 고객이름, "
            "회원명, 회원이름, 구매자명, 구매자이름, 주문자명, 주문자이름, 名前, お名前, 氏名, 姓名, 顧客名, 会員名, "
            "お客様名, 客户姓名, 会员姓名, vollständiger name, kunde, kundenname, nom, nom complet, nom du client, "
            "client, nombre completo, nombre y apellidos, nombre del cliente, cliente"
        ),
        FAMILY_NAME: (
            "last name, family name, surname, customer last name, 성, 성씨, 姓, 苗字, お名前 姓, 氏名 姓, nachname, "
            "familienname, nom de famille, apellido, apellidos, primer apellido"
        ),
        GIVEN_NAME: (
            "first name, given name, forename, customer first name, 名, お名前 名, 氏名 名, vorname, prénom, prénoms, "
            "nombre, nombre de pila, primer nombre"
        ),
        "userPhnno": (
            "phone, phone no, phone number, primary phone, tel, tel no, telephone, telephone number, contact number, "
            "전화, 전화번호, 연락처, 구매자연락처, 구매자전화번호, 주문자연락처, 주문자전화번호, 電話, 電話番号, "
            "お電話番号, 电话, 电话号码, 联系电话, telefon, telefonnummer, téléphone, numéro de téléphone, tél, "
            "teléfono, número de teléfono"
        ),
        OTHER_PHONE: (
            "default address phone, address phone, billing phone, shipping phone, other phone, home phone, work phone, "
            "second phone, phone 2, 연락처2, 집전화, 집전화번호, 일반전화, 수취인연락처, 수취인연락처1, 수취인연락처2, "
            "自宅電話, 自宅電話番号, festnetz, téléphone fixe, teléfono fijo"
        ),
        "userEml": (
            "email, e-mail, mail, email address, e-mail address, mail address, customer email, 이메일, 이메일주소, "
            "메일, 메일주소, 구매자이메일, 주문자이메일, メール, メールアドレス, eメール, 邮箱, 电子邮箱, 电子邮件, "
            "電子郵件, e-mail-adresse, mailadresse, courriel, adresse e-mail, adresse électronique, correo, "
            "correo electrónico, correo electronico"
        ),
        "domain": "link domain, 도메인, ドメイン",
        "stamps": (
            "stamp count, stamps count, current stamps, number of stamps, stamps so far, collected stamps, "
            "stamps collected, stamp balance, marks, mark count, visits, visit count, number of visits, punches, "
            "punch count, 스탬프, 스탬프수, 스탬프개수, 현재스탬프, 적립스탬프, 도장, 도장수, 도장개수, 적립, 적립수, "
            "적립개수, 적립횟수, 방문횟수, スタンプ, スタンプ数, 現在のスタンプ数, 押印数, 来店回数, 印章数, 集章数, "
            "stempel, stempelanzahl, anzahl stempel, tampons, nombre de tampons, sellos, número de sellos"
        ),
    }
)
"""Meaning -> the names of its column."""

FAMILY_BESIDE_GIVEN = "name, nom"
"""Names of a whole name that mean the family name where the given name has a column of its own."""

GIVEN_BESIDE_FAMILY = "이름, 名前, お名前"
"""And the given name where the family name has one."""

POINTS = (
    "points, point balance, points balance, loyalty points, loyalty balance, balance, 포인트, 포인트잔액, 잔여포인트, "
    "적립포인트, 적립금, ポイント, ポイント数, ポイント残高, 积分, 集点, punkte, punktestand, points de fidélité, solde, "
    "puntos, saldo"
)
"""Columns that may be marks, or points or money that are worth something else: somebody has to say which."""
