"""What is in the audit log, in words."""

from collections.abc import Mapping

from stampwell.core.day_words import day_in_words
from stampwell.core.days import parse_ymd
from stampwell.core.phrases import Phrase, phrase, translatable
from stampwell.dashboard.people.people_labels import ROLE_WORDS
from stampwell.features.people.model import Role

SENTENCES: Mapping[str, str] = {
    "account.created": translatable("Created the account {subject}"),
    "account.updated": translatable("Changed the account settings"),
    "account.plan": translatable("Changed the plan"),
    "account.suspended": translatable("Suspended the account"),
    "account.resumed": translatable("Resumed the account"),
    "card.created": translatable("Created the card {subject}"),
    "card.updated": translatable("Changed the card {subject}"),
    "card.archived": translatable("Archived the card {subject}"),
    "card.restored": translatable("Restored the card {subject}"),
    "card.deleted": translatable("Deleted the card {subject}"),
    "location.created": translatable("Added the location {subject}"),
    "location.updated": translatable("Changed the location {subject}"),
    "domain.added": translatable("Added the domain {subject}"),
    "domain.verified": translatable("Verified the domain {subject}"),
    "domain.removed": translatable("Removed the domain {subject}"),
    "import.uploaded": translatable("Uploaded {subject} for an import"),
    "import.issued": translatable("Issued the cards of {subject}"),
    "import.stopped": translatable("Stopped the import of {subject}"),
    "import.removed": translatable("Removed the import of {subject}"),
    "key.created": translatable("Created the API key {subject}"),
    "key.revoked": translatable("Revoked the API key {subject}"),
    "person.invited": translatable("Invited {subject}"),
    "person.invitation-revoked": translatable("Withdrew the invitation for {subject}"),
    "person.joined": translatable("{subject} joined"),
    "person.role": translatable("Changed the role of {subject}"),
    "person.locations": translatable("Changed where {subject} works"),
    "person.removed": translatable("Removed {subject}"),
    "person.renamed": translatable("Changed their name to {subject}"),
    "person.address": translatable("Changed or confirmed the e-mail address"),
    "person.address-link": translatable("Created a link to confirm the e-mail address of {subject}"),
    "person.password": translatable("Set a new password"),
    "person.password-link": translatable("Created a password link for {subject}"),
    "person.sign-in-link": translatable("Created a sign-in link for {subject}"),
    "person.signed-in": translatable("Signed in"),
    "person.signed-out": translatable("{subject} was signed out"),
    "person.sign-in-locked": translatable("Too many wrong passwords for {subject}: sign-in locked for a while"),
    "webhook.created": translatable("Added the webhook {subject}"),
    "webhook.updated": translatable("Changed the webhook {subject}"),
    "webhook.rotated": translatable("Replaced the secret of the webhook {subject}"),
    "webhook.tested": translatable("Sent a test to the webhook {subject}"),
    "webhook.resent": translatable("Resent events to the webhook {subject}"),
    "webhook.deleted": translatable("Deleted the webhook {subject}"),
    "stamp.issued": translatable("Issued the card {subject}"),
    "stamp.added": translatable("Added stamps to the card {subject}"),
    "stamp.removed": translatable("Removed stamps from the card {subject}"),
    "stamp.redeemed": translatable("Redeemed the card {subject}"),
    "stamp.reward_redeemed": translatable("Redeemed a reward on the way of the card {subject}"),
    "stamp.reversed": translatable("Refunded a sale on the card {subject}"),
    "stamp.merged": translatable("Merged the card {subject} with another one"),
    "stamp.updated": translatable("Changed the card {subject}"),
    "stamp.deleted": translatable("Deleted the card {subject} and its history"),
    "stamps.exported": translatable("Exported cards: {subject}"),
    "stamps.deleted": translatable("Deleted cards in bulk: {subject}"),
    "stamps.switched_on": translatable("Switched cards on in bulk: {subject}"),
    "stamps.extended": translatable("Extended cards in bulk: {subject}"),
    "stamps.switched_off": translatable("Switched cards off in bulk: {subject}"),
}

KINDS: Mapping[str, str] = {
    "account": translatable("Account"),
    "person": translatable("People"),
    "card": translatable("Stamp Card"),
    "stamp": translatable("Customer cards"),
    "import": translatable("Imports"),
    "location": translatable("Locations"),
    "domain": translatable("Domains"),
    "key": translatable("API keys"),
    "webhook": translatable("Webhooks"),
}
"""What the log can be narrowed to: the beginning of an action."""

_FIELDS: Mapping[str, str] = {
    "accountNm": translatable("Shop's name"),
    "logo": translatable("Logo"),
    "color": translatable("Stamp colour"),
    "paperColor": translatable("Paper colour"),
    "timeZone": translatable("Time zone"),
    "countryCode": translatable("Country of phone numbers"),
    "language": translatable("Language"),
    "plan": translatable("Plan"),
    "cardNm": translatable("Name"),
    "locationNm": translatable("Name"),
    "locations": translatable("Locations"),
    "cardTtl": translatable("Title"),
    "maxStamps": translatable("Stamps to collect"),
    "rewardTtl": translatable("Reward"),
    "url": translatable("Button link"),
    "stampImgUrl": translatable("Stamp picture"),
    "onsiteYn": translatable("Redeem in the shop only"),
    "onsitePwd": translatable("Staff password"),
    "cooldownSec": translatable("Wait between stamps"),
    "dailyMax": translatable("Stamps a day"),
    "renewYn": translatable("Start a new card after redeeming"),
    "carryYn": translatable("Extra stamps start the next card"),
    "rewards": translatable("Rewards on the way"),
    "activeYn": translatable("Switched on"),
    "stamps": translatable("Stamps"),
    "reward": translatable("Reward"),
    "orderRef": translatable("Sale"),
    "strtYmd": translatable("Valid from"),
    "endYmd": translatable("Valid until"),
    "memo": translatable("Memo"),
    "userId": translatable("User id"),
    "userNm": translatable("Name"),
    "userPhnno": translatable("Phone number"),
    "userEml": translatable("E-mail address"),
    "userEtc1": translatable("Extra field 1"),
    "userEtc2": translatable("Extra field 2"),
    "resetPinYn": translatable("PIN reset"),
    "note": translatable("Reason"),
    "role": translatable("Role"),
    "name": translatable("Name"),
    "email": translatable("E-mail address"),
    "sessions": translatable("Sessions"),
    "scopes": translatable("Permissions"),
    "webhookUrl": translatable("Address"),
    "events": translatable("Events"),
    "cardIdx": translatable("Stamp Card"),
    "payload": translatable("Contents"),
    "personalYn": translatable("With personal fields"),
    "description": translatable("Description"),
    "secret": translatable("Secret"),
    "verifiedBy": translatable("Verified by"),
    "domain": translatable("Domain"),
    "count": translatable("How many"),
}

_PLACES = {
    "card": "/dashboard/cards/",
    "stamp": "/dashboard/stamps/",
    "location": "/dashboard/locations/",
    "domain": "/dashboard/domains/",
    "webhook": "/dashboard/webhooks/",
    "import": "/dashboard/imports/",
}
_GONE = ("deleted", "removed")
_YES_NO = ("Y", "N")


def sentence_of(action: str, subject: str) -> Phrase:
    """What was done; an action that nobody foresaw is named as it is."""
    template = SENTENCES.get(action)
    return (
        phrase("{action}: {subject}", action=action, subject=subject)
        if template is None
        else Phrase(template, {"subject": subject})
    )


def place_of(action: str, subject_id: int | None) -> str:
    """Where the thing can be seen; blank when there is no such place, or this very act deleted it."""
    kind, _, act = action.partition(".")
    place = _PLACES.get(kind, "")
    is_gone = act in _GONE and action != "stamp.removed"
    return f"{place}{subject_id}" if place and subject_id and not is_gone else ""


def changes_of(changes: Mapping[str, object] | None) -> list[tuple[str | Phrase, Phrase]]:
    """Field and what became of it, in words."""
    return [(_FIELDS.get(field, field), _became(field, pair)) for field, pair in (changes or {}).items()]


def _became(field: str, pair: object) -> Phrase:
    if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004 - before and after
        return phrase("changed") if pair is None else phrase("{value}", value=_said(field, pair))
    before, after = (_said(field, value) for value in pair)
    if before == "":
        return phrase("{after}", after=after)
    if after == "":
        return phrase("{before} removed", before=before)
    return phrase("{before} → {after}", before=before, after=after)


def _said(field: str, value: object) -> str | Phrase:
    """A value as people read it; blank for none."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool) or (field.endswith("Yn") and value in _YES_NO):
        return phrase("yes") if value in (True, "Y") else phrase("no")
    if field.endswith("Ymd") and (day := parse_ymd(str(value))) is not None:
        return day_in_words(day)
    if field == "role" and value in set(Role):
        return ROLE_WORDS[Role(str(value))]
    return ", ".join(_item(item) for item in value) if isinstance(value, list) else str(value)


def _item(item: object) -> str:
    """Of a list; a pair, such as stamps and their reward, with a colon."""
    return ": ".join(map(str, item)) if isinstance(item, list) else str(item)
