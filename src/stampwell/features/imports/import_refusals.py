"""Why a row was refused, in words for the dashboard, kept so that they can be said in any language."""

import json
from typing import Any

from stampwell.core.errors import AppError
from stampwell.core.phrases import Phrase, Template, from_plain, to_plain, translatable
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.imports.layouts import TableRow
from stampwell.features.imports.model import Refusal, RefusalReason
from stampwell.features.imports.text_files import shown
from stampwell.features.plans.errors import PlanLacksCustomDomains

# A row that a person will mend by hand is shorter; one that is not would be kept a thousand times.
_LONGEST_KEPT = 10_000

# What the API says to a program, said to a person in front of the dashboard.
_HERE: dict[type[AppError], tuple[str, str]] = {
    CardNotFound: ("cardIdx", translatable("there is no card {card_id}; its number, the Card IDX, is on the Stamp Card page")),
    CardClosed: ("cardIdx", translatable("card {card_id} is archived or switched off, so it takes no new stamps")),
    DomainNotFound: (
        "domain",
        translatable("{origin} is not a verified domain of this account; leave it empty for the usual one"),
    ),
    PlanLacksCustomDomains: (
        "domain",
        translatable("custom domains come with the {needed} plan; leave it empty for the usual one"),
    ),
}


def refusal_of(row: TableRow, why: AppError | Phrase) -> Refusal:
    cells = [shown(cell) for cell in row.cells] if sum(map(len, row.cells)) <= _LONGEST_KEPT else []
    return Refusal(row.line, cells, _reasons(why))


def as_json(refusal: Refusal) -> str:
    reasons = [[reason.field, to_plain(reason.problem)] for reason in refusal.reasons]
    return json.dumps({"cells": refusal.cells, "reasons": reasons}, ensure_ascii=False)


def from_json(line: int, text: str) -> Refusal:
    """From what `as_json` wrote."""
    kept: dict[str, Any] = json.loads(text)
    return Refusal(line, kept["cells"], [RefusalReason(field, from_plain(problem)) for field, problem in kept["reasons"]])


def _reasons(why: AppError | Phrase) -> list[RefusalReason]:
    if isinstance(why, Phrase):
        return [RefusalReason(None, why)]
    if why.fields:
        return [RefusalReason(wrong.field, wrong.problem) for wrong in why.fields]
    here: tuple[str | None, Template] = _HERE.get(type(why), (None, why.template))
    field, template = here
    return [RefusalReason(field, Phrase(template, why.parameters))]
