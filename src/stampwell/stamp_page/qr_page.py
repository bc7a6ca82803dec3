"""`/stamp/{code}/qr.svg` and `/stamp/{code}/qr.png`: the stamp's own link, for the scanner of a till."""

from starlette.responses import Response

from stampwell.drawing.qr import qr_png, qr_svg
from stampwell.stamp_page.context import StampPageContext
from stampwell.stamp_page.drawings import Drawings, answer_drawing
from stampwell.stamp_page.route import StampPageRoute

# Some four hundred codes as SVG, or two thousand as PNG.
_MOST_BYTES = 2 * 2**20


class QrPages:
    """Who has asked for them has the link already: a PIN hides nothing here."""

    def __init__(self) -> None:
        self._drawings = Drawings(_MOST_BYTES)

    def routes(self) -> tuple[StampPageRoute, ...]:
        return (
            StampPageRoute("GET", "/qr.svg", self.svg, open=True),
            StampPageRoute("GET", "/qr.png", self.png, open=True),
        )

    async def svg(self, context: StampPageContext) -> Response:
        drawing = await self._drawings.get(("svg", context.url), lambda: qr_svg(context.url))
        return answer_drawing(context.request, drawing, "image/svg+xml")

    async def png(self, context: StampPageContext) -> Response:
        drawing = await self._drawings.get(("png", context.url), lambda: qr_png(context.url))
        return answer_drawing(context.request, drawing, "image/png")
