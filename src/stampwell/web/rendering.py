"""Templates, in the reader's language: everything in them is escaped unless it is markup of our own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from stampwell.assets.served import Assets
from stampwell.core.days import day_of, to_ymdt
from stampwell.core.elapsed import time_ago
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
        # The sentence is ours; only what is put into it is not.
        words = Markup(worded(sentence.template, sentence.parameters, translate))  # noqa: S704
        if not sentence.parameters:
            return words
        values = {
            name: t(value) if isinstance(value, Phrase) else value if isinstance(value, Markup | int) else str(value)
            for name, value in sentence.parameters.items()
        }
        return words.format(**values)

    return t


def moment_shower(now_us: int, zone: ZoneInfo, t: Callable[..., Markup]) -> Callable[[int], Markup]:
    """`when(instant_us)` of the templates: "2 h ago · 14:05" with the whole date for programs and on hovering."""

    def when(instant_us: int) -> Markup:
        local = to_ymdt(instant_us, zone)
        same_day = day_of(instant_us, zone) == day_of(now_us, zone)
        absolute = local[11:16] if same_day else local[:16]
        ago = time_ago(now_us - instant_us)
        iso = datetime.fromtimestamp(instant_us // SECOND_US, UTC).isoformat()
        text = absolute if ago is None else Markup("{} · {}").format(t(ago), absolute)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(iso, local, text)

    return when
