"""What somebody says of a file on the command line: what its columns mean, and what is given once for all rows."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from stampwell.core.days import parse_ymd
from stampwell.core.errors import OperatorError
from stampwell.core.text import nearest
from stampwell.features.imports.column_matching import MEANINGS
from stampwell.features.imports.encodings import ENCODINGS, find_encoding


class WrongChoice(OperatorError):
    """An option has a value that it cannot have; the message says which it may have."""


class ImportChoices(NamedTuple):
    """As typed. maps: `Column=field` each."""

    file: Path
    account: int
    name: str | None = None
    encoding: str | None = None
    maps: Sequence[str] = ()
    ignore_unknown: bool = False
    card: int | None = None
    start: str | None = None
    end: str | None = None
    days: int | None = None

    def codec(self) -> str | None:
        """Of the encoding that was named. Raises WrongChoice."""
        if self.encoding is None:
            return None
        codec = find_encoding(self.encoding)
        if codec is None:
            raise WrongChoice(f"--encoding: {self.encoding!r} is none of {', '.join(ENCODINGS)}.")
        return codec

    def meanings(self) -> dict[str, str]:
        """Name of a column -> what it means, blank where it is to be left out. Raises WrongChoice."""
        found: dict[str, str] = {}
        for text in self.maps:
            # A column may have the sign in its name, a meaning may not.
            column, sign, meaning = text.rpartition("=")
            if not sign or (meaning and meaning not in MEANINGS):
                near = nearest(meaning, MEANINGS) if sign else None
                hint = f"; did you mean {column}={near}?" if near else ""
                raise WrongChoice(
                    f"--map {text!r}: write COLUMN=FIELD, with FIELD one of {', '.join(MEANINGS)}, or nothing behind the = to "
                    f"leave the column out{hint}"
                )
            found[column] = meaning
        return found

    def fixed(self) -> dict[str, str]:
        """Field -> text for all rows that have none of their own. Raises WrongChoice."""
        for option, day in (("--start", self.start), ("--end", self.end)):
            if day is not None and parse_ymd(day) is None:
                raise WrongChoice(f"{option}: must be a real calendar day written YYYY-MM-DD, such as 2026-12-31.")
        if self.end is not None and self.days is not None:
            raise WrongChoice("--end and --days say the same in two ways: use one of them.")
        given = {"cardIdx": None if self.card is None else str(self.card), "strtYmd": self.start, "endYmd": self.end}
        return {field: text for field, text in given.items() if text is not None}

    def command(self, *more: str) -> str:
        """The command line that was typed, and more."""
        given = {"--name": self.name, "--encoding": self.encoding, "--card": self.card, "--start": self.start}
        given |= {"--end": self.end, "--days": self.days}
        words = ["stampwell", "stamp", "import", str(self.file), "--account", str(self.account)]
        words += [word for option, value in given.items() if value is not None for word in (option, str(value))]
        words += [word for text in self.maps for word in ("--map", text)]
        words += ["--ignore-unknown"] if self.ignore_unknown else []
        return shlex.join([*words, *more])
