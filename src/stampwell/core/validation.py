"""From members to a validated model: every wrong field at once, each with its remedy."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.model_problems import UNKNOWN_FIELD, UnknownName, problems_of

ModelT = TypeVar("ModelT", bound="RequestModel")


class RequestModel(BaseModel):
    """What a request says, in its body or its query: strict types, no unknown fields, and null means absent.

    `blank_is_absent` names the optional texts for which `""` means absent as well.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    blank_is_absent: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def present(cls, values: dict[str, Any]) -> dict[str, Any]:
        """The members that were really given."""
        blank = cls.blank_is_absent
        return {
            name: value
            for name, value in values.items()
            # Asked for a null only: to find the fields takes Pydantic longer than all the rest.
            if not ((value is None and name in cls.model_fields) or (value == "" and name in blank))
        }

    def canonical(self) -> bytes:
        """The same for every way to say the same: what is absent is left out, and members are in alphabetical order."""
        # Pydantic would warn of dates that a PlainValidator made, although what it writes is right.
        given = self.model_dump(mode="json", exclude_none=True, warnings=False)
        return json.dumps(given, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")


def validate(
    model: type[ModelT],
    values: dict[str, Any],
    *,
    context: object,
    wrong: Sequence[FieldError] = (),
    unknown: UnknownName = UNKNOWN_FIELD,
) -> ModelT:
    """The model of those members. Raises FieldsWrong: first what was found `wrong` before, then all that is wrong here."""
    try:
        validated = model.model_validate(model.present(values), context=context)
    except ValidationError as error:
        raise FieldsWrong([*wrong, *problems_of(error, model=model, unknown=unknown)]) from None
    if wrong:
        raise FieldsWrong(wrong)
    return validated
