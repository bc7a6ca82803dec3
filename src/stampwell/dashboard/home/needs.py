"""What needs attention: a sentence for each thing that somebody of that role can do something about, and where."""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.core.day_words import day_in_words
from stampwell.core.days import day_of
from stampwell.core.phrases import Phrase, counted, phrase
from stampwell.core.units import DAY_US, HOUR_US, LARGEST_INTEGER
from stampwell.core.waits import SKEW_US
from stampwell.dashboard.home.refusal_words import refused_in_words
from stampwell.dashboard.webhooks.webhook_labels import name_of
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.domains.service import list_domains
from stampwell.features.imports.model import JobState
from stampwell.features.imports.service import KEPT_US, page_jobs
from stampwell.features.keys.service import list_keys
from stampwell.features.people.access_links import list_invitations
from stampwell.features.people.model import Member, Permission, Viewer
from stampwell.features.request_log.service import refusals_since
from stampwell.features.stamps.counts import count_full
from stampwell.features.stamps.shared_secrets import cards_with_many_wrong
from stampwell.features.webhooks.overview import Standing, standing_of
from stampwell.features.webhooks.service import list_webhooks

_EXPIRES_SOON_US = 14 * DAY_US
# Used so shortly before it expired, a key is probably still being tried.
_STILL_USED_US = 7 * DAY_US
# A receiver that is restarted is back before that.
_FAILING_US = HOUR_US
_IMPORTS = 20
# Of one kind: more of them are counted instead.
_FEW = 3


class Need(NamedTuple):
    """A sentence, the page where something is done about it (blank where no page does it), and an icon."""

    said: Phrase
    path: str
    icon: str = "warning"


def needs_of(tx: Tx, viewer: Viewer, *, now_us: int) -> list[Need]:
    """Of the shop; empty when all is well. Every look is bounded, however many stamps there are."""
    looks = (
        (Permission.MARK, _ready_rewards),
        (Permission.STAMPS, _imports),
        (Permission.DOMAINS, _domains),
        (Permission.KEYS, _keys),
        (Permission.KEYS, _refusals),
        (Permission.KEYS, _webhooks),
        (Permission.PEOPLE, _invitations),
        (Permission.ACCOUNT, _guessing),
    )
    return [need for permission, look in looks if viewer.may(permission) for need in look(tx, viewer.account, now_us)]


def needs_of_server(viewer: Viewer, *, unnamed_proxy: str, sends_mail: bool) -> list[Need]:
    """What the set-up of the server and the person's own address need.

    unnamed_proxy: address of a proxy that the settings do not name; blank for none. sends_mail: whether the server can.
    """
    needs: list[Need] = []
    if viewer.may(Permission.ACCOUNT):
        needs += _proxy(unnamed_proxy)
    # Without mail no address can be confirmed here, so nobody is asked to.
    if viewer.may(Permission.OWN) and sends_mail:
        needs += _own_address(viewer.person)
    return needs


def _ready_rewards(tx: Tx, account: Account, now_us: int) -> list[Need]:
    full = count_full(tx, account.account_id, today=day_of(now_us, account.time_zone))
    if not full.number:
        return []
    ready = counted("number", "{shown} reward ready to collect", "{shown} rewards ready to collect")
    return [Need(phrase(ready, number=full.number, shown=str(full)), "/dashboard/stamps?state=full", "stamps")]


def _imports(tx: Tx, account: Account, now_us: int) -> list[Need]:
    needs = []
    for job in page_jobs(tx, account.account_id, before_id=LARGEST_INTEGER, limit=_IMPORTS):
        path = f"/dashboard/imports/{job.job_id}"
        if job.created_at < now_us - KEPT_US:
            break
        if job.state is JobState.STOPPED:
            needs.append(Need(phrase("The import of {file} was stopped.", file=job.file_name), path, "upload"))
        elif job.problem is not None and not job.running:
            needs.append(Need(phrase("The import of {file} failed.", file=job.file_name), path, "upload"))
    return _few(needs, phrase("{count} imports did not finish.", count=len(needs)), "/dashboard/imports")


def _domains(tx: Tx, account: Account, now_us: int) -> list[Need]:
    found = list_domains(tx, account.account_id)
    unproved = [
        Need(phrase("{domain} is not verified yet.", domain=one.name), f"/dashboard/domains/{one.domain_id}", "domain")
        for one in found
        if one.verified_at is None and one.created_at < now_us - DAY_US
    ]
    lost = [
        Need(
            phrase("The verification record of {domain} was missing at the last check.", domain=one.name),
            f"/dashboard/domains/{one.domain_id}",
            "domain",
        )
        for one in found
        if one.verified_at is not None and one.problems
    ]
    path = "/dashboard/domains"
    return [
        *_few(unproved, phrase("{count} domains are not verified yet.", count=len(unproved)), path),
        *_few(lost, phrase("{count} domains lacked their verification record at the last check.", count=len(lost)), path),
    ]


def _keys(tx: Tx, account: Account, now_us: int) -> list[Need]:
    soon, over = [], []
    for key in list_keys(tx, account.account_id):
        if key.revoked_at is not None or key.expires_at is None:
            continue
        day, name = day_in_words(day_of(key.expires_at, account.time_zone)), key.name or key.prefix
        if now_us < key.expires_at <= now_us + _EXPIRES_SOON_US:
            soon.append(_of_key(phrase("The API key {name} expires on {day}.", name=name, day=day)))
        elif now_us - _EXPIRES_SOON_US < key.expires_at <= now_us and (key.last_used_at or 0) > key.expires_at - _STILL_USED_US:
            said = phrase("The API key {name} was in use until it expired on {day}.", name=name, day=day)
            over.append(_of_key(said))
    path = "/dashboard/developer"
    return [
        *_few(soon, phrase("{count} API keys expire within 14 days.", count=len(soon)), path),
        *_few(over, phrase("{count} API keys were in use until they expired.", count=len(over)), path),
    ]


def _of_key(said: Phrase) -> Need:
    return Need(said, "/dashboard/developer", "key")


def _refusals(tx: Tx, account: Account, now_us: int) -> list[Need]:
    refused = refusals_since(tx, account.account_id, now_us - DAY_US, until_us=now_us + SKEW_US)
    if not refused.by_code:
        return []
    said = refused_in_words(refused.by_code, complete=refused.complete)
    return [Need(said, "/dashboard/developer/requests?refused=Y", "api")]


def _webhooks(tx: Tx, account: Account, now_us: int) -> list[Need]:
    failing, stopped = [], []
    for webhook in list_webhooks(tx, account.account_id):
        standing, name, path = standing_of(webhook), name_of(webhook), f"/dashboard/webhooks/{webhook.webhook_id}"
        if standing is Standing.STOPPED:
            stopped.append(Need(phrase("The webhook {name} was switched off after failing.", name=name), path, "api"))
        elif standing is Standing.FAILING and (webhook.failing_since or now_us) <= now_us - _FAILING_US:
            failing.append(Need(phrase("The webhook {name} is failing.", name=name), path, "api"))
    path = "/dashboard/webhooks"
    return [
        *_few(failing, phrase("{count} webhooks are failing.", count=len(failing)), path),
        *_few(stopped, phrase("{count} webhooks were switched off after failing.", count=len(stopped)), path),
    ]


def _invitations(tx: Tx, account: Account, now_us: int) -> list[Need]:
    path = "/dashboard/people"
    needs = [
        Need(phrase("{email} has not accepted the invitation yet.", email=one.email), path, "people")
        for one in list_invitations(tx, account.account_id, now_us=now_us)
    ]
    return _few(needs, phrase("{count} people have not accepted their invitation yet.", count=len(needs)), path)


def _guessing(tx: Tx, account: Account, now_us: int) -> list[Need]:
    cards = cards_with_many_wrong(tx, account.account_id, now_us=now_us)
    needs = [
        Need(
            phrase("100 or more wrong staff passwords and PINs were typed for {card} within a day.", card=name),
            f"/dashboard/cards/{card_id}/edit",
        )
        for card_id, name in cards
    ]
    many = phrase(
        "100 or more wrong staff passwords and PINs were typed for each of {count} card designs within a day.", count=len(needs)
    )
    return _few(needs, many, "/dashboard/cards")


def _proxy(address: str) -> list[Need]:
    if not address:
        return []
    said = phrase(
        "Requests come through a proxy at {address} that the server does not know, so all its visitors count as one and can "
        "lock each other out. If it is yours, have it named in STAMPWELL_TRUSTED_PROXIES.",
        address=address,
    )
    return [Need(said, "")]


def _own_address(person: Member) -> list[Need]:
    if person.proved:
        return []
    said = phrase("Your e-mail address {email} is not confirmed yet. Confirm it, or change it.", email=person.email)
    return [Need(said, "/dashboard/profile", "people")]


def _few(needs: Sequence[Need], many: Phrase, path: str) -> list[Need]:
    """The needs one by one, or when they are many, the sentence that counts them."""
    return list(needs) if len(needs) <= _FEW else [Need(many, path, needs[0].icon)]
