"""The report of the rows that an import refused: in the form of the file, beside it."""

import csv
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from stampwell.cli.sources import CsvSource, Source, SourceRow
from stampwell.cli.whole_file import WholeFile
from stampwell.features.imports.tables import REPORT_COLUMNS


class RefusedRows(AbstractContextManager["RefusedRows"]):
    """In a `with`: whole when `finish` was called, else not there. One of an earlier import goes when this one begins."""

    def __init__(self, source: Source) -> None:
        path = source.path.with_name(f"{source.path.stem}.refused{source.path.suffix}")
        # Bytes that were no UTF-8 go out as they came in.
        self._whole = WholeFile(path, errors="surrogateescape")
        self._header = source.header if isinstance(source, CsvSource) else None
        self._csv: Any = None
        self._count = 0

    def __enter__(self) -> Self:
        self._whole.__enter__()
        self._whole.path.unlink(missing_ok=True)
        if self._header is not None:
            self._csv = csv.writer(self._whole.text, lineterminator="\n")
            self._csv.writerow([*REPORT_COLUMNS, *self._header])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._whole.__exit__(kind, error, trace)

    def add(self, row: SourceRow, reasons: Sequence[str]) -> None:
        self._count += 1
        if self._csv is not None:
            self._csv.writerow([row.line, "; ".join(reasons), *row.original])
        else:
            self._whole.text.write(_json_line(row, reasons))

    def finish(self) -> Path | None:
        """The report, if there is anything in it."""
        if not self._count:
            return None
        self._whole.finish()
        return self._whole.path


def _json_line(row: SourceRow, reasons: Sequence[str]) -> str:
    # A line that was read stays JSON, to the letter; any other is a text.
    original = json.dumps(row.original) if row.problem else str(row.original)
    line, why = REPORT_COLUMNS
    return f'{{"{line}": {row.line}, "{why}": {json.dumps(list(reasons), ensure_ascii=False)}, "row": {original}}}\n'
