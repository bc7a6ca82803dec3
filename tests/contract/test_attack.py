"""The server answers as its document says, whatever schemathesis thinks of sending."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from valid_cases import LAST_DAY, ValidCases

from kit.shop import Shop
from stampwell import __version__
from stampwell.api_docs.openapi import build_document
from stampwell.api_docs.openapi_webhooks import webhooks_of_events
from stampwell.api_docs.samples import SAMPLES
from stampwell.api_policy import EFFECT_ERRORS, POLICY_ERRORS
from stampwell.app import SCHEMAS, build
from stampwell.operations.bounded_heads import LONGEST_TARGET
from stampwell.settings import Settings

# A format of which a JSON Schema can only say the name: an internationalized host name is a table of Unicode.
_LABEL = st.text("abzABZ09é한あ", min_size=1, max_size=20)
_HOST = (
    st.lists(_LABEL, min_size=1, max_size=3).map(".".join)
    | st.ip_addresses(v=4).map(str)
    | st.ip_addresses(v=6).map("[{}]".format)
)
_PORT = st.just("") | st.integers(0, 65535).map(":{}".format)
ORIGINS = st.builds("{}://{}{}{}".format, st.sampled_from(["http", "https", "HTTPS"]), _HOST, _PORT, st.sampled_from(["", "/"]))

schemathesis.openapi.format("date", st.dates(max_value=date.fromisoformat(LAST_DAY)).map(str))
schemathesis.openapi.format("origin", ORIGINS)
schemathesis.openapi.format("https-url", st.builds("https://{}{}/{}".format, _HOST, _PORT, st.sampled_from(["", "x?y=1#z"])))

# As any server of these settings would build it; the tests are made from it before one runs.
DOCUMENT = build_document(
    build(Settings()).routes,
    version=__version__,
    policy_errors=POLICY_ERRORS,
    effect_errors=EFFECT_ERRORS,
    schemas=SCHEMAS,
    samples=SAMPLES,
    webhooks=webhooks_of_events(),
)


def with_any_row_in_bulk(document: dict[str, Any]) -> dict[str, Any]:
    """A copy of it. The document says what a row of bulk should be; the server takes any, and refuses a wrong one in its own
    row of an answer that is a success."""
    copied = deepcopy(document)
    stamps = copied["components"]["schemas"]["CreateStamps"]["properties"]["stamps"]
    stamps["items"] = {"anyOf": [stamps["items"], {}]}
    return copied


attack = schemathesis.openapi.from_dict(with_any_row_in_bulk(DOCUMENT))


@attack.hook
def filter_query(_context: schemathesis.HookContext, query: dict[str, Any] | None) -> bool:
    """Not a parameter whose value is nothing: it is not sent, so that nothing is wrong with such a request. Nor an address that
    is too long for any endpoint, which is refused in plain text before one is asked: `tests/operations/test_heads.py`.
    """
    sent = urlencode(query or {}, doseq=True, errors="replace")
    return len(sent) < LONGEST_TARGET // 2 and all(value not in (None, [], {}, [None]) for value in (query or {}).values())


@schemathesis.check
def the_code_is_one_of_the_operation_s(
    _context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """Responses of a status are shared by all operations; `x-errors` says which of its codes are this one's."""
    code = response.json()["code"]
    own = {0} | {error["code"] for error in case.operation.definition.raw["x-errors"]}
    assert code in own, f"{code} is none of {sorted(own)}"
    assert (response.status_code, code) == (200, 0) or response.status_code == code // 100


@pytest.fixture(scope="module")
def valid_cases(shop: Shop) -> ValidCases:
    return ValidCases(shop)


@pytest.fixture
def statuses() -> Iterator[set[int]]:
    """Of every answer of one endpoint: an attack that was never let in has attacked only the door."""
    seen: set[int] = set()
    yield seen
    assert 200 in seen


@attack.parametrize()
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_check_holds(case: schemathesis.Case, shop: Shop, valid_cases: ValidCases, statuses: set[int]) -> None:
    if case.meta is not None and case.meta.generation.mode.is_positive:
        valid_cases.make(case)
    answer = case.call_and_validate(base_url=shop.server.base, headers={"Authorization": f"APIKey {shop.alice.key}"})
    statuses.add(answer.status_code)


def test_the_attacked_document_is_the_served_one(document: dict[str, object]) -> None:
    assert document == DOCUMENT
