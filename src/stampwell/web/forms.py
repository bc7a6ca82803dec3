"""What a form sent, and what is to be shown in it again when something was wrong."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from stampwell.core.errors import AppError
from stampwell.core.phrases import Translate
from stampwell.core.text import with_line_feeds
from stampwell.web.errors import FormTooLarge, FormUnreadable

_FORM_BYTES = 256 * 1024
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Upload(NamedTuple):
    """A file as the browser sent it. Neither its name nor its content can be trusted."""

    name: str
    content: bytes


class Form:
    """Texts, lists and files by field; `errors` are sentences by field, and `problem` one about the whole."""

    def __init__(
        self,
        lists: Mapping[str, Sequence[str]] | None = None,
        files: Mapping[str, Upload] | None = None,
    ) -> None:
        self._lists = dict(lists or {})
        self.files = dict(files or {})
        self.errors: dict[str, str] = {}
        self.problem = ""

    @classmethod
    def filled(cls, values: Mapping[str, object]) -> Self:
        """A form that shows those values; None is shown as nothing."""
        return cls({name: ["" if value is None else str(value)] for name, value in values.items()})

    def text(self, name: str) -> str:
        """What was typed, its lines ending in LF, without space around it; blank when nothing was."""
        return with_line_feeds(self._lists.get(name, [""])[-1]).strip()

    def raw(self, name: str) -> str:
        """What was typed, with its spaces: for passwords."""
        return self._lists.get(name, [""])[-1]

    def all(self, name: str) -> list[str]:
        """Every value of a field that may have several."""
        return list(self._lists.get(name, []))

    def has(self, name: str) -> bool:
        """Whether the field was sent: for check boxes, and for the button that was pressed."""
        return name in self._lists

    def fields(self, names: Iterable[str], *, integers: Iterable[str] = (), flags: Iterable[str] = ()) -> dict[str, Any]:
        """Values for a request model, by the contract's names.

        What is blank is left out. `integers` become int where they are one. `flags` are check boxes: `Y` or `N`, always.
        """
        values: dict[str, Any] = {}
        whole = set(integers)
        for name in names:
            text = self.text(name)
            if text:
                values[name] = int(text) if name in whole and _INTEGER.fullmatch(text) else text
        return values | {name: "Y" if self.has(name) else "N" for name in flags}

    def refuse(self, refusal: AppError, sentence: str, translate: Translate, *, fields: Iterable[str] | None = None) -> Self:
        """Notes what was wrong: beside its field where it has one (of `fields`, if given), above the form otherwise.

        sentence: what the refusal says as a whole.
        """
        shown = None if fields is None else set(fields)
        for row in refusal.fields:
            problem = row.problem.said(translate)
            if shown is None or row.field in shown:
                self.errors.setdefault(row.field, problem)
            else:
                self.problem = f"{row.field}: {problem}"
        if not refusal.fields:
            self.problem = sentence
        return self

    def digest(self) -> str:
        """The same for the same answers, hexadecimal."""
        told = hashlib.sha256()
        for name in sorted(self._lists):
            for value in self._lists[name]:
                told.update(f"{len(name)}:{name}={len(value)}:{value};".encode("utf-8", "surrogatepass"))
        for name in sorted(self.files):
            told.update(name.encode("utf-8", "surrogatepass") + hashlib.sha256(self.files[name].content).digest())
        return told.hexdigest()


async def read_form(request: Request, *, upload_bytes: int = 0) -> Form:
    """Raises FormTooLarge beyond 256 KiB and `upload_bytes` of files, FormUnreadable for what is no form."""
    limit = _FORM_BYTES + upload_bytes
    declared = request.headers.get("content-length", "")
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in _KINDS or not re.fullmatch("[0-9]{1,18}", declared):
        raise FormUnreadable
    if int(declared) > limit:
        raise FormTooLarge(limit_kib=limit // 1024)
    try:
        async with request.form(max_files=1 if upload_bytes else 0, max_fields=1000, max_part_size=_FORM_BYTES) as sent:
            return await _form(sent.multi_items())
    except HTTPException as error:
        raise FormUnreadable from error


async def _form(items: Iterable[tuple[str, UploadFile | str]]) -> Form:
    lists: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    for name, value in items:
        if isinstance(value, str):
            lists.setdefault(name, []).append(value)
        elif value.filename:
            files[name] = Upload(value.filename, await value.read())
    return Form(lists, files)
