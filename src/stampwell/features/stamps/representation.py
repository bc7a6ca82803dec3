"""The stamp object of the contract, section 5."""

from zoneinfo import ZoneInfo

from stampwell.core.days import to_ymdt
from stampwell.features.stamps.model import Stamp

PAYLOAD_VERSION = "v1"


def stamp_object(stamp: Stamp, zone: ZoneInfo) -> dict[str, object]:
    """Its members in the contract's order, instants in that zone."""
    return {
        "stampIdx": stamp.stamp_id,
        "code": stamp.code,
        "domain": stamp.domain,
        "cardIdx": stamp.card_id,
        "cardNm": stamp.card_name,
        "cardTtl": stamp.card_title,
        "stamps": stamp.stamps,
        "maxStamps": stamp.max_stamps,
        "stampUrl": f"{stamp.domain}/stamp/{stamp.code}",
        "url": stamp.url,
        "strtYmd": stamp.starts_on,
        "endYmd": stamp.ends_on,
        "onsiteYn": "N",
        "onsitePwd": None,
        "memo": stamp.memo,
        "activeYn": "Y" if stamp.active else "N",
        "useYn": "N" if stamp.redeemed_at is None else "Y",
        "useYmdt": None if stamp.redeemed_at is None else to_ymdt(stamp.redeemed_at, zone),
        "userId": stamp.user_id,
        "userNm": stamp.user_name,
        "userPhnno": stamp.user_phone,
        "userEml": stamp.user_email,
        "userEtc1": stamp.user_etc1,
        "userEtc2": stamp.user_etc2,
        "stampImgUrl": None,
        "regYmdt": to_ymdt(stamp.created_at, zone),
        "payloadVersion": PAYLOAD_VERSION,
    }
