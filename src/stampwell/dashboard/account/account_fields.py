"""What the form of the account says, and what the account says in the form."""

from typing import Any
from zoneinfo import available_timezones

from stampwell.core.days import find_zone
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase, translatable
from stampwell.core.regions import countries, region_of
from stampwell.core.unseen import unseen_or
from stampwell.dashboard.colors import own_box, read_color
from stampwell.features.accounts.changes import seen_of
from stampwell.features.accounts.model import STAMP_IDX_FORMATS, Account
from stampwell.features.accounts.service import is_account_name
from stampwell.web.forms import Form

LANGUAGES = ("", "en", "ko", "ja")
_NO_PLACES = ("Etc/", "posix/", "right/")
ZONES = ("UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(_NO_PLACES)))
"""Those that are offered; any other name of an IANA time zone is taken too."""

_LABELS = {
    "name": translatable("Shop's name"),
    "logo": translatable("Logo"),
    "color": translatable("Stamp colour"),
    "paper_color": translatable("Paper colour"),
    "time_zone": translatable("Time zone"),
    "country_code": translatable("Country of phone numbers"),
    "language": translatable("Language"),
    "stamp_idx_format": translatable("stampIdxFormat"),
}


_WITHOUT = {"language": phrase("browser default"), "country_code": phrase("that of the time zone")}


def country_options(account: Account) -> list[tuple[str, Phrase]]:
    """What the form offers: the time zone's country first."""
    names = countries()
    by_zone = names.get(region_of(account.time_zone.key) or "")
    usual = (
        phrase("None: international numbers only")
        if by_zone is None
        else phrase("As the time zone: {country}", country=by_zone)
    )
    return [("", usual), *((code, phrase("{name}", name=name)) for code, name in names.items())]


def values_of(account: Account) -> dict[str, object]:
    """What the form holds of the account; a colour that it has not is ours, and a box that is off is not there."""
    values: dict[str, object] = {
        "accountNm": account.name,
        "timeZone": account.time_zone.key,
        "countryCode": account.country_code,
        "language": account.language,
        "stampIdxFormat": account.stamp_idx_format,
        "keptLogo": account.logo,
        "seen": seen_of(account),
    }
    for field, color in (("color", account.color), ("paperColor", account.paper_color)):
        if color:
            values |= {field: f"#{color}", own_box(field): "Y"}
    return values


def read_fields(form: Form) -> dict[str, Any]:
    """Fields of Account, all that the form has but the logo. Raises FieldsWrong with every wrong one."""
    wrong: list[FieldError] = []
    name, zone = form.text("accountNm"), find_zone(form.text("timeZone"))
    if not is_account_name(name):
        wrong.append(FieldError("accountNm", unseen_or(name, phrase("Enter a name of at most 100 characters."))))
    if zone is None:
        wrong.append(FieldError("timeZone", phrase("Choose a time zone, such as Asia/Seoul or Europe/Berlin.")))
    for field, known in (("countryCode", {"", *countries()}), ("language", LANGUAGES), ("stampIdxFormat", STAMP_IDX_FORMATS)):
        if form.text(field) not in known:
            wrong.append(FieldError(field, phrase("Choose one from the list.")))
    colors = {field: read_color(form, field, wrong) for field in ("color", "paperColor")}
    if wrong:
        raise FieldsWrong(wrong)
    return {
        "name": name,
        "time_zone": zone,
        "country_code": form.text("countryCode"),
        "language": form.text("language"),
        "stamp_idx_format": form.text("stampIdxFormat"),
        "color": colors["color"],
        "paper_color": colors["paperColor"],
    }


def shown_differences(theirs: Account, yours: Account) -> list[tuple[str, Phrase | str, Phrase | str]]:
    """Field, theirs, yours: of what differs."""
    return [
        (label, _shown(attribute, getattr(theirs, attribute)), _shown(attribute, getattr(yours, attribute)))
        for attribute, label in _LABELS.items()
        if getattr(theirs, attribute) != getattr(yours, attribute)
    ]


def _shown(attribute: str, value: object) -> Phrase | str:
    if not value:
        return _WITHOUT.get(attribute, phrase("none"))
    if attribute == "logo":
        return phrase("a picture")
    return f"#{value}" if attribute in {"color", "paper_color"} else str(value)
