"""From the fields of an update request to the change they ask for."""

from typing import Any

from stampwell.core.emails import stored_email_key
from stampwell.core.phones import phone_digits
from stampwell.features.plans.model import Plan
from stampwell.features.stamps.contract.requests import UpdateStamp
from stampwell.features.stamps.contract.to_new_stamp import Drafts
from stampwell.features.stamps.service import StampChange

_TEXTS = {
    "memo": "memo",
    "userNm": "user_name",
    "userPhnno": "user_phone",
    "userEml": "user_email",
    "userEtc1": "user_etc1",
    "userEtc2": "user_etc2",
}


def change_of(request: UpdateStamp, *, drafts: Drafts, plan: Plan) -> StampChange:
    """Raises PlanLacksCustomDomains."""
    given = _whom(request) | _what(request)
    needs_domain = False
    if request.domain is not None:
        given["domain"], needs_domain = drafts.domain(request.domain, plan)
    return StampChange(
        given,
        redeem=request.useYn == "Y",
        reset_pin=request.resetPinYn == "Y",
        needs_domain=needs_domain,
    )


def _whom(request: UpdateStamp) -> dict[str, Any]:
    """The memo and the user's fields."""
    given: dict[str, Any] = {}
    for name, field in _TEXTS.items():
        if (text := getattr(request, name)) is not None:
            given[field] = text or None
    if request.userPhnno is not None:
        given["user_phone_digits"] = phone_digits(request.userPhnno) or None
    if request.userEml is not None:
        given["user_email_key"] = stored_email_key(request.userEml)
    if request.userId is not None:
        given["user_id"] = request.userId
    return given


def _what(request: UpdateStamp) -> dict[str, Any]:
    """Everything else, but the domain."""
    given: dict[str, Any] = {}
    if request.cardIdx is not None:
        given["card_id"] = request.cardIdx
    if request.strtYmd is not None:
        given["starts_on"] = request.strtYmd.isoformat()
    if request.endYmd is not None:
        given["ends_on"] = request.endYmd.isoformat()
    if request.activeYn is not None:
        given["active"] = request.activeYn == "Y"
    if request.stamps is not None:
        given["stamps"] = request.stamps
    if request.useYn == "N":
        # Nothing to change for a stamp that is not redeemed, and refused for one that is.
        given["redeemed_at"] = None
    return given
