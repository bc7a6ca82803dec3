"""What is in the audit log, in words."""

from collections.abc import Mapping

from stampwell.core.phrases import Phrase, phrase, translatable

SENTENCES: Mapping[str, str] = {
    "account.created": translatable("Made the account {subject}"),
    "account.updated": translatable("Changed the account's settings"),
    "account.plan": translatable("Moved the account to another plan"),
    "account.suspended": translatable("Suspended the account"),
    "account.resumed": translatable("Resumed the account"),
    "card.created": translatable("Made the stamp card {subject}"),
    "card.updated": translatable("Changed the stamp card {subject}"),
    "card.archived": translatable("Archived the stamp card {subject}"),
    "card.restored": translatable("Brought the stamp card {subject} back"),
    "card.deleted": translatable("Deleted the stamp card {subject}"),
    "location.created": translatable("Added the location {subject}"),
    "location.updated": translatable("Changed the location {subject}"),
    "domain.added": translatable("Added the domain {subject}"),
    "domain.verified": translatable("Verified the domain {subject}"),
    "domain.removed": translatable("Removed the domain {subject}"),
    "import.uploaded": translatable("Uploaded {subject} for an import"),
    "import.issued": translatable("Issued the stamps of {subject}"),
    "import.stopped": translatable("Stopped the import of {subject}"),
    "import.removed": translatable("Removed the import of {subject}"),
    "key.created": translatable("Made the API key {subject}"),
    "key.revoked": translatable("Revoked the API key {subject}"),
    "person.invited": translatable("Invited {subject}"),
    "person.invitation-revoked": translatable("Took back the invitation of {subject}"),
    "person.joined": translatable("{subject} joined"),
    "person.role": translatable("Changed the role of {subject}"),
    "person.locations": translatable("Changed where {subject} works"),
    "person.removed": translatable("Removed {subject}"),
    "person.renamed": translatable("Is called {subject} from now on"),
    "person.address": translatable("Changed or confirmed the e-mail address"),
    "person.address-link": translatable("Made a link by which {subject} confirms an e-mail address"),
    "person.password": translatable("Chose a new password"),
    "person.password-link": translatable("Made a link for a new password of {subject}"),
    "person.sign-in-link": translatable("Made a link that signs {subject} in"),
    "person.signed-in": translatable("Signed in"),
    "person.signed-out": translatable("{subject} was signed out"),
    "person.sign-in-locked": translatable("Too many wrong passwords of {subject}: signing in is locked for a while"),
    "webhook.created": translatable("Added the webhook {subject}"),
    "webhook.updated": translatable("Changed the webhook {subject}"),
    "webhook.rotated": translatable("Gave the webhook {subject} another secret"),
    "webhook.tested": translatable("Sent a test to the webhook {subject}"),
    "webhook.resent": translatable("Sent events to the webhook {subject} again"),
    "webhook.deleted": translatable("Deleted the webhook {subject}"),
    "stamp.issued": translatable("Issued the stamp {subject}"),
    "stamp.added": translatable("Added marks to the stamp {subject}"),
    "stamp.removed": translatable("Took marks back from the stamp {subject}"),
    "stamp.redeemed": translatable("Handed out the reward of the stamp {subject}"),
    "stamp.reward_redeemed": translatable("Handed out a reward on the way of the stamp {subject}"),
    "stamp.reversed": translatable("Refunded a sale on the stamp {subject}"),
    "stamp.merged": translatable("Merged the stamp {subject} with another one"),
    "stamp.updated": translatable("Changed the stamp {subject}"),
    "stamp.deleted": translatable("Deleted the stamp {subject} with its history"),
    "stamps.exported": translatable("Exported stamps: {subject}"),
    "stamps.deleted": translatable("Deleted many stamps: {subject}"),
    "stamps.switched_on": translatable("Switched many stamps on: {subject}"),
    "stamps.extended": translatable("Extended many stamps: {subject}"),
    "stamps.switched_off": translatable("Switched many stamps off: {subject}"),
}

KINDS: Mapping[str, str] = {
    "account": translatable("Account"),
    "person": translatable("People"),
    "card": translatable("Stamp Card"),
    "stamp": translatable("Stamps"),
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
    "color": translatable("Colour of the marks"),
    "paperColor": translatable("Colour of the paper"),
    "timeZone": translatable("Time zone"),
    "countryCode": translatable("Country of phone numbers"),
    "language": translatable("Language"),
    "plan": translatable("Plan"),
    "cardNm": translatable("Name"),
    "locationNm": translatable("Name"),
    "locations": translatable("Locations"),
    "cardTtl": translatable("Title"),
    "maxStamps": translatable("Marks to collect"),
    "rewardTtl": translatable("Reward"),
    "url": translatable("Button's address"),
    "stampImgUrl": translatable("Picture of a mark"),
    "onsiteYn": translatable("Redeemed in the shop only"),
    "onsitePwd": translatable("Staff password"),
    "cooldownSec": translatable("Seconds between two marks"),
    "dailyMax": translatable("Marks a day"),
    "renewYn": translatable("A new stamp after redeeming"),
    "carryYn": translatable("Surplus begins the next card"),
    "rewards": translatable("Rewards on the way"),
    "activeYn": translatable("Switched on"),
    "stamps": translatable("Marks"),
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
    "scopes": translatable("Scopes"),
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
    return [(_FIELDS.get(field, field), _became(pair)) for field, pair in (changes or {}).items()]


def _became(pair: object) -> Phrase:
    if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004 - before and after
        return phrase("changed") if pair is None else phrase("{value}", value=_text(pair))
    before, after = (_text(value) for value in pair)
    if not before:
        return phrase("{after}", after=after)
    if not after:
        return phrase("{before}, no more", before=before)
    return phrase("{before} → {after}", before=before, after=after)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    return ", ".join(_item(item) for item in value) if isinstance(value, list) else str(value)


def _item(item: object) -> str:
    """Of a list; a pair, such as marks and their reward, with a colon."""
    return ": ".join(map(str, item)) if isinstance(item, list) else str(item)
