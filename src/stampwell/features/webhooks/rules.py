"""What is right for a webhook, and what changes when one is changed."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stampwell.core.errors import FieldError
from stampwell.core.model_problems import TOO_LONG
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.text import CONTROL_CHARACTERS, nearest
from stampwell.core.unseen import unseen_or
from stampwell.features.events.model import EventType
from stampwell.features.webhooks.model import MOST_WEBHOOKS, OLD_SECRET_SIGNS_US, Webhook

UrlRule = Callable[[str], FieldError | None]
"""Why that cannot be the `url` of a webhook; None if it can."""

LONGEST_URL = 2048

# Lone surrogates are what the command line makes of bytes that are no UTF-8.
_UNUSABLE = re.compile(rf"[{CONTROL_CHARACTERS}\ud800-\udfff]")
LONGEST_DESCRIPTION = 200


def problems_of(given: Mapping[str, Any], url_rule: UrlRule) -> list[FieldError]:
    """What is wrong with fields of Webhook by themselves."""
    wrong: list[FieldError] = []
    if "url" in given and (problem := url_rule(given["url"])) is not None:
        wrong.append(problem)
    if (types := types_problem(given.get("event_types", ()))) is not None:
        wrong.append(FieldError("events", types))
    if (description := description_problem(given.get("description", ""))) is not None:
        wrong.append(FieldError("description", description))
    return wrong


def description_problem(text: str) -> Phrase | None:
    """What is wrong with it; it may be empty."""
    if len(text) > LONGEST_DESCRIPTION:
        return phrase(TOO_LONG, max_length=LONGEST_DESCRIPTION)
    return unseen_or(text, phrase("must not contain control characters")) if _UNUSABLE.search(text) else None


def types_problem(names: Sequence[str]) -> Phrase | None:
    """What is wrong with a list of types of events; none at all stands for every type."""
    for place, name in enumerate(names):
        if (problem := type_problem(name)) is not None:
            return problem
        if name in names[:place]:
            return phrase("has {name} more than once; give each type once", name=name)
    return None


def type_problem(name: str) -> Phrase | None:
    """That there is no such type of events: the nearest is named, and every one there is."""
    known = list(EventType)
    if name in known:
        return None
    near, types = nearest(name, known), ", ".join(known)
    if near is None:
        return unseen_or(name, phrase("there is no event type {name}; the types are {types}", name=name, types=types))
    problem = phrase(
        "there is no event type {name}; did you mean {near}? The types are {types}", name=name, near=near, types=types
    )
    return unseen_or(name, problem)


def no_room() -> FieldError:
    """That the account has all the webhooks that it may have."""
    problem = phrase(
        "an account has at most {most} webhooks; change or delete one that is not used any more", most=MOST_WEBHOOKS
    )
    return FieldError("url", problem)


def switched_off(webhook: Webhook) -> FieldError:
    """That nothing is sent to the webhook."""
    problem = phrase("webhook {webhook} is switched off; switch it on first", webhook=webhook.webhook_id)
    return FieldError("webhookIdx", problem)


def changed(webhook: Webhook, given: Mapping[str, Any]) -> Webhook:
    """The webhook with what is given. Switching it on or off ends what is known of failures."""
    after = webhook._replace(**given)
    return after._replace(failing_since=None, warned_at=None) if "active" in given else after


def rotated(webhook: Webhook, secret: str, *, now_us: int) -> Webhook:
    """With that secret; the one before it goes on signing for a while, an older one does not."""
    return webhook._replace(secret=secret, old_secret=webhook.secret, old_secret_until=now_us + OLD_SECRET_SIGNS_US)
