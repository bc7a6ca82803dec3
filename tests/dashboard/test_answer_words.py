"""Why a webhook got no answer, in the reader's language."""

import re
from pathlib import Path

import pytest

from stampwell.core.phrases import english
from stampwell.dashboard.webhooks.answer_words import _REASONS, reason_in_words
from stampwell.locales.languages import Languages

OUTBOUND = Path(__file__).parents[2] / "src/stampwell/outbound"


def test_every_reason_that_is_logged_is_known() -> None:
    code = (OUTBOUND / "client.py").read_text("utf-8") + (OUTBOUND / "connecting.py").read_text("utf-8")
    assert set(re.findall(r'phrase\(\s*"([^"]+)"', code)) == set(_REASONS)


@pytest.mark.parametrize("template", _REASONS)
def test_is_said_in_english_as_it_was_logged_and_translated(template: str) -> None:
    logged = template.format(
        host="shop.example:8443", seconds="10", cause="Connection refused", problem="must begin with https://"
    )
    reason = reason_in_words(logged)
    assert (reason.template, reason.said(english)) == (template, logged)
    assert all(reason.said(Languages()(tag).translate) != logged for tag in (b"ko", b"ja"))


def test_what_nobody_foresaw_stays_as_it_is() -> None:
    assert reason_in_words("Nobody listens {there}.").said(english) == "Nobody listens {there}."
