"""Templates, in the reader's language: everything in them is escaped unless it is markup of our own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from stampwell.assets.served import Assets
from stampwell.core.day_words import day_in_words, moment_in_words
from stampwell.core.days import to_ymdt
from stampwell.core.particles import with_particles
from stampwell.core.phrases import Phrase, Template, Translate, counted, worded
from stampwell.core.units import SECOND_US


class Templates:
    """The pages of those folders."""

    def __init__(self, folders: Sequence[Path], *, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            # The files are part of the program.
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["asset"] = assets.url
        self._environment.globals["counted"] = counted
        self._environment.filters["number"] = lambda value: f"{value:,}"

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """The page; `values` has `t` among others, of `translator`."""
        return self._environment.get_template(name).render(values)


def translator(translate: Translate) -> Callable[..., Markup]:
    """`t("… {name}", name=…)` of the templates: values are escaped, those that are Phrases are translated too.

    `t(counted("count", "{count} mark", "{count} marks"), count=…)` where it depends on how many.
    """

    def t(template: Template | Phrase, **parameters: object) -> Markup:
        sentence = template if isinstance(template, Phrase) else Phrase(template, parameters)
        words = worded(sentence.template, sentence.parameters, translate)
        values = {
            name: t(value) if isinstance(value, Phrase) else value if isinstance(value, Markup | int) else str(value)
            for name, value in sentence.parameters.items()
        }
        # The sentence is ours; only what is put into it is not.
        return Markup(with_particles(words, values)).format(**values) if values else Markup(words)  # noqa: S704

    return t


def moment_shower(now_us: int, zone: ZoneInfo, t: Callable[..., Markup]) -> Callable[[int], Markup]:
    """`when(instant_us)` of the templates: "today 14:05", with the instant for programs, and in full on hovering."""

    def when(instant_us: int) -> Markup:
        iso = datetime.fromtimestamp(instant_us // SECOND_US, UTC).isoformat()
        words = t(moment_in_words(instant_us, now_us=now_us, zone=zone))
        return Markup('<time datetime="{}" title="{}">{}</time>').format(iso, to_ymdt(instant_us, zone), words)

    return when


def day_shower(t: Callable[..., Markup]) -> Callable[[date | str], Markup]:
    """`show_day(day)` of the templates: "27 Nov 2027", with `YYYY-MM-DD` for programs, and as text in place of a date."""

    def show_day(day: date | str) -> Markup:
        on = _date(day)
        return Markup('<time datetime="{}">{}</time>').format(on, t(day_in_words(on)))

    return show_day


def _date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
