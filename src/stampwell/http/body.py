"""What every request body has in common."""

import json
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

    def canonical(self) -> bytes:
        """The same for every way to say the same: what is absent is left out, and members are in alphabetical order."""
        # Pydantic would warn of dates that a PlainValidator made, although what it writes is right.
        given = self.model_dump(mode="json", exclude_none=True, warnings=False)
        return json.dumps(given, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
