"""The stamp object of the contract, section 5, and a row of its history."""

from zoneinfo import ZoneInfo

from stampwell.core.days import to_ymdt
from stampwell.features.stamps.model import HistoryRow, Stamp
from stampwell.features.stamps.reversals import Reversal
from stampwell.features.stamps.rewards import rewards_of

PAYLOAD_VERSION = "v1"

_ACTOR_TYPES = {"api_key": "apiKey"}


def stamp_object(stamp: Stamp, zone: ZoneInfo) -> dict[str, object]:
    """Its members in the contract's order, instants in that zone; after them what later versions added."""
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
        "onsiteYn": "Y" if stamp.card_onsite else "N",
        "onsitePwd": None,
        "memo": stamp.memo,
        "activeYn": "Y" if stamp.active else "N",
        "useYn": "N" if stamp.redeemed_at is None else "Y",
        "useYmdt": None if stamp.redeemed_at is None else to_ymdt(stamp.redeemed_at, zone),
        "userId": stamp.user_id or None,
        "userNm": stamp.user_name,
        "userPhnno": stamp.user_phone,
        "userEml": stamp.user_email,
        "userEtc1": stamp.user_etc1,
        "userEtc2": stamp.user_etc2,
        "stampImgUrl": stamp.card_stamp_img_url or None,
        "regYmdt": to_ymdt(stamp.created_at, zone),
        "payloadVersion": PAYLOAD_VERSION,
        "renewedStampIdx": stamp.renewed_stamp_id,
        "rewards": [
            {
                "stamps": reward.stamps,
                "rewardTtl": reward.title,
                "useYmdt": None if reward.handed_out_at is None else to_ymdt(reward.handed_out_at, zone),
            }
            for reward in rewards_of(stamp)
        ],
        "mergedStampIdx": stamp.merged_stamp_id,
    }


def history_object(row: HistoryRow, zone: ZoneInfo) -> dict[str, object]:
    """Who, when, what, the count before and after, and why."""
    return {
        "historyIdx": row.event_id,
        "action": row.kind,
        "stampsBefore": row.stamps_before,
        "stampsAfter": row.stamps_after,
        "note": row.note,
        "orderRef": row.order_ref,
        "location": row.location,
        "actorType": _ACTOR_TYPES.get(row.actor_kind, row.actor_kind),
        "actorIdx": row.actor_id,
        "channel": row.channel,
        "changes": row.changes,
        "renewedStampIdx": row.renewed_stamp_id,
        "occurredYmdt": to_ymdt(row.occurred_at, zone),
        "recordedYmdt": to_ymdt(row.recorded_at, zone),
        "sequence": row.sequence,
        "locationIdx": row.location_id,
        "rewards": row.rewards,
        "carried": row.carried,
        "mergedStampIdx": row.merged_stamp_id,
    }


def reversal_object(row: Reversal) -> dict[str, object]:
    """What the reversal of a sale did for one of its stamps."""
    return {
        "stampIdx": row.stamp_id,
        "code": row.code,
        "removed": row.removed,
        "short": row.short,
        "returned": list(row.returned),
    }
