"""What the editor's form says of a card, and what a card says in the form."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase, translatable
from stampwell.core.validation import validate
from stampwell.dashboard.cards.reward_rows import drawn_rewards, row_values, values_of_rows
from stampwell.dashboard.colors import read_color
from stampwell.dashboard.locations.location_choices import ticked_locations
from stampwell.features.cards.model import Card
from stampwell.features.cards.requests import CreateCard
from stampwell.features.cards.rewards import CardReward
from stampwell.features.images.model import handle_in, url_of
from stampwell.web.forms import Form

_GOAL = re.compile("[0-9]{1,3}")
_VERSION = re.compile("[0-9]{1,18}")
_HANDLE = re.compile("[0-9a-f]{32}")

_TEXTS = ("cardNm", "cardTtl", "rewardTtl", "url", "stampImgUrl", "maxStamps", "cooldownSec", "dailyMax")
_NUMBERS = ("maxStamps", "cooldownSec", "dailyMax")
_FLAGS = ("onsiteYn", "renewYn", "carryYn")

_LABELS = {
    "name": translatable("Name"),
    "title": translatable("Title"),
    "max_stamps": translatable("Stamps to collect"),
    "reward_title": translatable("Reward"),
    "url": translatable("Button link"),
    "stamp_img_url": translatable("Stamp picture"),
    "onsite": translatable("Redeem in the shop only"),
    "onsite_hash": translatable("Staff password"),
    "cooldown_s": translatable("Wait between stamps"),
    "daily_max": translatable("Stamps a day"),
    "renews": translatable("Start a new card after redeeming"),
    "rewards": translatable("Rewards on the way"),
    "carries": translatable("Extra stamps start the next card"),
    "active": translatable("Switched on"),
    "color": translatable("Colour"),
    "paper_color": translatable("Paper"),
    "location_ids": translatable("Valid at"),
}


def read_fields(form: Form, origin: str) -> dict[str, Any]:
    """Fields of Card, all that the editor has but the password. Raises FieldsWrong with every wrong one.

    `origin` is that of our own pictures.
    """
    values = form.fields(_TEXTS, integers=_NUMBERS, flags=_FLAGS)
    values["rewards"] = values_of_rows(form)
    values["locationIdxs"] = ticked_locations(form, "location")
    if form.raw("onsitePwd"):
        values["onsitePwd"] = form.raw("onsitePwd")
    wrong: list[FieldError] = []
    colors = {field: read_color(form, field, wrong) for field in ("color", "paperColor")}
    request = validate(CreateCard, values, context=None, wrong=wrong)
    return {
        "name": request.cardNm,
        "title": request.cardTtl or "",
        "max_stamps": request.maxStamps,
        "reward_title": request.rewardTtl or "",
        "url": request.url or "",
        "stamp_img_url": request.stampImgUrl or _kept_picture(form, origin),
        "onsite": request.onsiteYn == "Y",
        "cooldown_s": request.cooldownSec or 0,
        "daily_max": request.dailyMax or 0,
        "renews": request.renewYn == "Y",
        "rewards": tuple(CardReward(reward.stamps, reward.rewardTtl) for reward in request.rewards or ()),
        "carries": request.carryYn == "Y",
        "color": colors["color"],
        "paper_color": colors["paperColor"],
        "location_ids": tuple(request.locationIdxs or ()),
    }


def values_of(card: Card, origin: str) -> dict[str, object]:
    """What the form holds of the card; a colour that it has not is the shop's, and a box that is off is not there."""
    handle = handle_in(card.stamp_img_url, origin)
    values: dict[str, object] = {
        "version": card.version,
        "cardNm": card.name,
        "cardTtl": card.title,
        "maxStamps": card.max_stamps,
        "rewardTtl": card.reward_title,
        "url": card.url,
        "stampImgUrl": "" if handle else card.stamp_img_url,
        "keptPicture": handle,
        "cooldownSec": card.cooldown_s or "",
        "dailyMax": card.daily_max or "",
        **row_values(card.rewards),
        "location": list(card.location_ids),
        "color": f"#{card.color}" if card.color else "",
        "paperColor": f"#{card.paper_color}" if card.paper_color else "",
    }
    flags = {
        "onsiteYn": card.onsite,
        "renewYn": card.renews,
        "carryYn": card.carries,
        "ownColor": card.color,
        "ownPaperColor": card.paper_color,
    }
    return values | {name: "Y" for name, on in flags.items() if on}


def drawn(card: Card, form: Form, origin: str) -> Card:
    """The card as the form would make it, as far as what was typed makes sense: for the preview."""
    goal = form.text("maxStamps")
    max_stamps = min(max(int(goal), 1), 100) if _GOAL.fullmatch(goal) else card.max_stamps
    return replace(
        card,
        name=form.text("cardNm")[:100],
        title=form.text("cardTtl")[:200],
        reward_title=form.text("rewardTtl")[:200],
        max_stamps=max_stamps,
        rewards=drawn_rewards(form, goal=max_stamps),
        stamp_img_url="" if form.has("removePicture") else form.text("stampImgUrl") or _kept_picture(form, origin),
        color=read_color(form, "color", []),
        paper_color=read_color(form, "paperColor", []),
    )


def shown_differences(theirs: Card, yours: Card, places: Mapping[int, str]) -> list[tuple[str, Phrase | str, Phrase | str]]:
    """Field, theirs, yours: of what differs; the password is only said to differ. places: names of locations by number."""
    return [
        (label, _shown(attribute, getattr(theirs, attribute), places), _shown(attribute, getattr(yours, attribute), places))
        for attribute, label in _LABELS.items()
        if getattr(theirs, attribute) != getattr(yours, attribute)
    ]


def _shown(attribute: str, value: Any, places: Mapping[int, str]) -> Phrase | str:
    if attribute == "location_ids":
        return ", ".join(places.get(number, str(number)) for number in value) if value else phrase("everywhere")
    if attribute == "onsite_hash":
        return phrase("set, not shown") if value else phrase("none")
    if isinstance(value, bool):
        return phrase("yes") if value else phrase("no")
    if attribute == "rewards" and isinstance(value, tuple):
        value = ", ".join(f"{reward.stamps}: {reward.title}" for reward in value)
    return str(value) if value else phrase("none")


def _kept_picture(form: Form, origin: str) -> str:
    handle = form.text("keptPicture")
    return url_of(handle, origin) if _HANDLE.fullmatch(handle) else ""


def require_fields(form: Form, origin: str) -> dict[str, Any]:
    """As `read_fields`; the version that the form was made of is among them, as `version`."""
    version = form.text("version")
    if not _VERSION.fullmatch(version):
        raise FieldsWrong([FieldError("version", phrase("Reload the page and try again."))])
    return {**read_fields(form, origin), "version": int(version)}
