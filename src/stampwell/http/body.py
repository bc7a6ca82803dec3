"""What every request body has in common."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """A request body: strict types, no unknown fields, and null means absent.

    `blank_is_absent` names the optional texts for which `""` means absent as well.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    blank_is_absent: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def present(cls, values: dict[str, Any]) -> dict[str, Any]:
        """The members that were really given."""
        known, blank = cls.model_fields, cls.blank_is_absent
        return {
            name: value
            for name, value in values.items()
            if not ((value is None and name in known) or (value == "" and name in blank))
        }
