"""What Pydantic finds wrong, in our own sentences."""

from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from stampwell.core.fields import wrong
from stampwell.core.model_problems import UNKNOWN_FIELD, UNKNOWN_PARAMETER, UnknownName, problems_of
from stampwell.core.phrases import english, translatable


def _never(value: str) -> str:
    raise wrong(translatable("must not be {value}"), value=value)


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    number: int = 1


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    one: Literal["Y"] = "Y"
    two: Literal["Y", "N"] = "Y"
    three: Literal["a", "b", "c"] = "a"
    never: Annotated[str, AfterValidator(_never)] = ""
    items: list[Inner] = Field(default=[], max_length=2)
    ratio: float = 0.5


def _said(unknown: UnknownName = UNKNOWN_FIELD, /, **values: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        Model.model_validate(values)
    rows = problems_of(refused.value, model=Model, unknown=unknown)
    return {row.field: row.problem.said(english) for row in rows}


def test_choices_are_listed() -> None:
    assert _said(one="?", two="?", three="?") == {
        "one": "must be one of 'Y'",
        "two": "must be one of 'Y' or 'N'",
        "three": "must be one of 'a', 'b' or 'c'",
    }


def test_a_validator_of_ours_says_its_own_sentence() -> None:
    assert _said(never="{x}") == {"never": "must not be {x}"}


def test_items_are_named_by_their_place() -> None:
    assert _said(items=[{}, {"number": "one"}]) == {
        "items.1.number": "must be an integer, such as 123, without quotes or a decimal point"
    }
    assert _said(items=[{}, {"number": "1"}]) == {"items.1.number": "must be an integer: send 1 without quotes"}
    assert _said(items=[{}, {}, {}]) == {"items": "must have at most 2 items"}
    assert _said(items="x") == {"items": "must be an array"}
    assert _said(items=["x"]) == {"items.0": "must be an object"}


def test_what_has_no_sentence_of_ours_is_said_by_the_library() -> None:
    assert _said(ratio="{x}") == {"ratio": "Input should be a valid number"}


def test_unknown_names() -> None:
    assert _said(nevr=1, zzzzzz=2) == {
        "nevr": "unknown field; did you mean never?",
        "zzzzzz": "unknown field; the documentation lists the known ones",
    }
    assert _said(UNKNOWN_PARAMETER, nevr=1, zzzzzz=2) == {
        "nevr": "unknown query parameter; did you mean never?",
        "zzzzzz": "unknown query parameter; the documentation lists the known ones",
    }
    assert _said(items=[{"numbr": 1, "zzzzzz": 2}]) == {
        "items.0.numbr": "unknown field; did you mean number?",
        "items.0.zzzzzz": "unknown field; the documentation lists the known ones",
    }
    said = "its name has a no-break space (U+00A0) at the end: remove it"
    assert _said(**{"never\xa0": 1}) == {"never\xa0": f"unknown field; {said}"}
    assert _said(UNKNOWN_PARAMETER, **{"never\xa0": 1}) == {"never\xa0": f"unknown query parameter; {said}"}
