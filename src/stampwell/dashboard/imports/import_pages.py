"""A file on its way to becoming stamps: upload, what its columns mean, the check, the issue, and what was refused."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePath

from starlette.responses import Response

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import LARGEST_INTEGER
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.imports import import_views
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.cards.service import list_cards
from stampwell.features.imports import service
from stampwell.features.imports.encodings import ENCODINGS, find_encoding
from stampwell.features.imports.errors import ImportRefused, JobNotFound
from stampwell.features.imports.layouts import check_layout
from stampwell.features.imports.model import LARGEST_FILE, Job, JobState, Layout, NoteKind
from stampwell.features.imports.tables import SEPARATORS, TableWrong
from stampwell.features.imports.uploads import read_upload
from stampwell.features.people.model import Permission
from stampwell.web.errors import NoSuchPage
from stampwell.web.headers import PAGE_HEADERS

Ask = Callable[[Tx, int, int], Job]
"""What is done to a job: a unit of work that takes the numbers of the account and of the job."""

_PATH = "/dashboard/imports"
_PAGE = 30
_SHOWN_ROWS = 100
_LONGEST_NAME = 100


class ImportPages:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        one = f"{_PATH}/{{job_id:idx}}"
        return (
            PageRoute("GET", _PATH, self.list, Permission.STAMPS),
            PageRoute("GET", f"{_PATH}/new", self.new, Permission.STAMPS),
            PageRoute("POST", f"{_PATH}/new", self.upload, Permission.STAMPS, upload_bytes=LARGEST_FILE),
            PageRoute("GET", f"{_PATH}/sample.csv", self.sample, Permission.STAMPS),
            PageRoute("GET", one, self.show, Permission.STAMPS),
            PageRoute("POST", f"{one}/read", self.read_again, Permission.STAMPS),
            PageRoute("POST", f"{one}/check", self.check, Permission.STAMPS),
            PageRoute("POST", f"{one}/columns", self.change_columns, Permission.STAMPS),
            PageRoute("POST", f"{one}/issue", self.issue, Permission.STAMPS),
            PageRoute("POST", f"{one}/stop", self.stop, Permission.STAMPS),
            PageRoute("POST", f"{one}/remove", self.remove, Permission.STAMPS),
            PageRoute("GET", f"{one}/refused.csv", self.refused_rows, Permission.STAMPS),
        )

    async def list(self, context: DashboardContext) -> Response:
        before = context.query("before")
        is_number = before.isascii() and before.isdigit() and len(before) < len(str(LARGEST_INTEGER))
        before_id = int(before) if is_number else LARGEST_INTEGER
        jobs = await self._deps.db.read(service.page_jobs, context.account_id, before_id=before_id, limit=_PAGE + 1)
        older = f"{_PATH}?before={jobs[_PAGE - 1].job_id}" if len(jobs) > _PAGE else ""
        return context.render("imports/list.html", jobs=jobs[:_PAGE], states=import_views.STATES, older=older)

    async def new(self, context: DashboardContext) -> Response:
        return context.render("imports/new.html")

    async def upload(self, context: DashboardContext) -> Response:
        sent = context.form.files.get("file")
        if sent is None:
            return self._upload_refused(context, phrase("Choose a file first."))
        try:
            # Its content too is read in its turn, and not while it waits for it.
            upload = await self._deps.file_reading.run(lambda: read_upload(sent.content))
            name = PurePath(sent.name.replace("\\", "/")).name[:_LONGEST_NAME] or "import.csv"
            file_name = "".join(c for c in name if c.isprintable())

            def unit(tx: Tx) -> int:
                job = service.begin(
                    tx, context.account_id, file_name=file_name, upload=upload, actor=context.actor, now_us=context.now_us
                )
                return job.job_id

            job_id = await context.once(unit)
        except (TableWrong, ImportRefused) as refusal:
            return self._upload_refused(context, refusal.problem)
        return context.redirect(f"{_PATH}/{job_id}")

    async def sample(self, _context: DashboardContext) -> Response:
        return _download(import_views.sample(), "stampwell-sample.csv")

    async def show(self, context: DashboardContext) -> Response:
        job = await self._job(context)
        if job.state is JobState.MAPPING:
            return await self._columns(context, job)
        remarks = await self._deps.db.read(_remarks, context.account_id, job.job_id)
        return context.render(
            "imports/job.html",
            job=job,
            states=import_views.STATES,
            labels=import_views.LABELS,
            refused=list(import_views.refused_values(remarks.refusals)),
            mended=remarks.mended,
            same_customer=remarks.same_customer,
            left_out=import_views.left_out_of(job.layout),
            encoding=ENCODINGS[job.layout.encoding],
            JobState=JobState,
        )

    async def read_again(self, context: DashboardContext) -> Response:
        """In the encoding, and with the separator, that somebody has chosen."""
        job = await self._job(context)
        encoding, separator = find_encoding(context.form.text("encoding")), context.form.raw("separator")
        known = {*SEPARATORS, job.layout.separator}
        try:
            if encoding is None:
                raise TableWrong(phrase("Choose the encoding of the file."))
            content = await self._deps.db.read(service.get_file, context.account_id, job.job_id)
            named = separator if separator in known else job.layout.separator
            upload = await self._deps.file_reading.run(read_upload, content, encoding=encoding, separator=named)
        except (TableWrong, ImportRefused) as refusal:
            return context.redirect(f"{_PATH}/{job.job_id}", refusal.problem)
        return await self._asked(context, partial(service.read_again, found=upload.survey))

    async def check(self, context: DashboardContext) -> Response:
        job = await self._job(context)
        choices = import_views.choices_in(context.form, job.layout)
        context.form.errors |= {name: context.t(problem) for name, problem in import_views.open_questions(job.layout, choices)}
        if context.form.errors:
            return await self._columns(context, job, layout=choices.layout, status=FieldsWrong.status)
        try:
            if choices.twice:
                raise FieldsWrong([FieldError(field, _twice(field)) for field in choices.twice])
            check_layout(choices.layout, today=context.today)
        except FieldsWrong as refusal:
            context.refused(refusal, fields=import_views.FIXED)
            return await self._columns(context, job, layout=choices.layout, status=refusal.status)
        return await self._asked(context, partial(service.check, layout=choices.layout))

    async def change_columns(self, context: DashboardContext) -> Response:
        return await self._asked(context, service.change_columns)

    async def issue(self, context: DashboardContext) -> Response:
        return await self._asked(context, partial(service.issue, actor=context.actor, now_us=context.now_us))

    async def stop(self, context: DashboardContext) -> Response:
        return await self._asked(context, partial(service.stop, actor=context.actor, now_us=context.now_us))

    async def remove(self, context: DashboardContext) -> Response:
        return await self._asked(context, partial(service.remove, actor=context.actor, now_us=context.now_us), to=_PATH)

    async def refused_rows(self, context: DashboardContext) -> Response:
        job = await self._job(context)
        refusals = await self._deps.db.read(service.list_refusals, context.account_id, job.job_id)
        report = import_views.report_of(job, refusals, context.language.translate)
        return _download(report, f"refused-{job.job_id}.csv")

    async def _job(self, context: DashboardContext) -> Job:
        try:
            return await self._deps.db.read(service.get_job, context.account_id, context.number("job_id"))
        except JobNotFound:
            raise NoSuchPage from None

    async def _asked(self, context: DashboardContext, ask: Ask, *, to: str = "") -> Response:
        """Does that to the job; what refuses it is told on the job's page."""
        job_id = context.number("job_id")
        back = f"{_PATH}/{job_id}"

        def unit(tx: Tx) -> None:
            ask(tx, context.account_id, job_id)

        try:
            await context.once(unit)
        except JobNotFound:
            raise NoSuchPage from None
        except ImportRefused as refusal:
            return context.redirect(back, refusal.problem)
        return context.redirect(to or back)

    async def _columns(
        self, context: DashboardContext, job: Job, *, layout: Layout | None = None, status: int = 200
    ) -> Response:
        """The page that asks what the columns mean; with a layout that was refused, as it was filled in."""
        try:
            content = await self._deps.db.read(service.get_file, context.account_id, job.job_id)
        except ImportRefused as refusal:
            return context.render("imports/gone.html", job=job, problem=refusal.problem)
        cards = [card for card in await self._deps.db.read(list_cards, context.account_id) if card.takes_stamps]
        form = context.form if layout else import_views.form_of(context, job.layout, [card.card_id for card in cards])
        return context.render(
            "imports/columns.html",
            status=status,
            job=job,
            form=form,
            columns=import_views.columns_of(content, job.layout),
            labels=import_views.LABELS,
            encodings=import_views.encoding_choices(job.layout),
            separators=import_views.SEPARATOR_NAMES,
            UNDECIDED=import_views.UNDECIDED,
            cards=cards,
        )

    def _upload_refused(self, context: DashboardContext, problem: Phrase) -> Response:
        context.form.errors["file"] = problem.said(context.language.translate)
        return context.render("imports/new.html", status=400)


def _twice(field: str) -> Phrase:
    return phrase("Two columns can't both be “{field}”.", field=Phrase(import_views.LABELS[field], {}))


def _remarks(tx: Tx, account_id: int, job_id: int) -> import_views.Remarks:
    return import_views.Remarks(
        service.list_refusals(tx, account_id, job_id, limit=_SHOWN_ROWS),
        service.list_notes(tx, account_id, job_id, NoteKind.MENDED, limit=_SHOWN_ROWS),
        service.list_notes(tx, account_id, job_id, NoteKind.SAME_CUSTOMER, limit=_SHOWN_ROWS),
    )


def _download(content: bytes, name: str) -> Response:
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
