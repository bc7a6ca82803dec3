"""The server answers as its document says, whatever schemathesis thinks of sending."""

from datetime import date
from typing import Any

import schemathesis
from hypothesis import settings
from hypothesis import strategies as st

from kit.people import ALICES_CARD
from kit.shop import Shop
from stampwell import __version__
from stampwell.api_docs.openapi import build_document
from stampwell.api_docs.samples import SAMPLES
from stampwell.app import POLICY_ERRORS, build
from stampwell.settings import Settings

# Five years from the day on which the shop's clock stands: `date` in JSON Schema knows no today.
LAST_DAY = date(2031, 3, 2)

# A format of which a JSON Schema can only say the name: an internationalized host name is a table of Unicode.
_LABEL = st.text("abzABZ09é한あ", min_size=1, max_size=20)
_HOST = (
    st.lists(_LABEL, min_size=1, max_size=3).map(".".join)
    | st.ip_addresses(v=4).map(str)
    | st.ip_addresses(v=6).map("[{}]".format)
)
_PORT = st.just("") | st.integers(0, 65535).map(":{}".format)
ORIGINS = st.builds("{}://{}{}{}".format, st.sampled_from(["http", "https", "HTTPS"]), _HOST, _PORT, st.sampled_from(["", "/"]))

schemathesis.openapi.format("date", st.dates(max_value=LAST_DAY).map(str))
schemathesis.openapi.format("origin", ORIGINS)

# As any server of these settings would build it; the tests are made from it before one runs.
DOCUMENT = build_document(build(Settings()).routes, version=__version__, policy_errors=POLICY_ERRORS, samples=SAMPLES)
attack = schemathesis.openapi.from_dict(DOCUMENT)


def make_sense(body: Any) -> None:
    """What a JSON Schema cannot ask for: the days in order, and a card that exists."""
    if isinstance(body, dict):
        body["strtYmd"], body["endYmd"] = sorted([body["strtYmd"], body["endYmd"]])
        body["cardIdx"] = ALICES_CARD


@attack.parametrize()
@settings(max_examples=1000)
def test_every_check_holds(case: schemathesis.Case, shop: Shop) -> None:
    if case.meta is not None and case.meta.generation.mode.is_positive:
        make_sense(case.body)
    case.call_and_validate(base_url=shop.server.base, headers={"Authorization": f"APIKey {shop.alice.key}"})


def test_the_attacked_document_is_the_served_one(document: dict[str, Any]) -> None:
    assert document == DOCUMENT
