"""The card in previews of its link and on home screens: pictures and a manifest, open to all, with nobody's name in them."""

import json
from functools import partial

from starlette.responses import Response

from stampwell.drawing.pictures import Design, draw_icon, draw_preview
from stampwell.drawing.rewards import promise_words
from stampwell.features.images.model import handle_of
from stampwell.features.images.service import find
from stampwell.stamp_page.context import StampPageContext
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.drawings import Drawings, answer_drawing
from stampwell.stamp_page.headers import STAMP_HEADERS
from stampwell.stamp_page.route import StampPageRoute

ICON_SIZES = (180, 192, 512)
_MOST_BYTES = 2 * 2**20
_GROUND = "#fbf9f5"


class PicturePages:
    def __init__(self, deps: StampPageDeps) -> None:
        self._deps = deps
        self._drawings = Drawings(_MOST_BYTES)

    def routes(self) -> tuple[StampPageRoute, ...]:
        icons = [StampPageRoute("GET", f"/icon-{size}.png", partial(self.icon, size=size), open=True) for size in ICON_SIZES]
        return (
            StampPageRoute("GET", "/preview.png", self.preview, open=True),
            StampPageRoute("GET", "/app.webmanifest", self.manifest, open=True),
            *icons,
        )

    async def preview(self, context: StampPageContext) -> Response:
        return await self._picture(context, size=0)

    async def icon(self, context: StampPageContext, *, size: int) -> Response:
        return await self._picture(context, size=size)

    async def manifest(self, context: StampPageContext) -> Response:
        """Of the card as an app: https://www.w3.org/TR/appmanifest/."""
        look = context.look
        icons = [
            {
                "src": f"{context.path}/icon-{size}.png",
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in ICON_SIZES
        ]
        manifest = {
            "id": context.path,
            "name": f"{look.title} · {look.shop}",
            "short_name": look.shop,
            "start_url": context.path,
            "scope": "/stamp/",
            "display": "standalone",
            "lang": context.language.tag,
            "background_color": _GROUND,
            "theme_color": _GROUND,
            "icons": icons,
        }
        content = json.dumps(manifest, ensure_ascii=False)
        return Response(content, headers=STAMP_HEADERS, media_type="application/manifest+json")

    async def _picture(self, context: StampPageContext, *, size: int) -> Response:
        """An icon of that size, or the preview for 0."""
        look = context.look
        logo = await self._deps.db.read(find, handle_of(look.logo)) if look.logo else None
        rewards = tuple(reward.stamps for reward in look.rewards)
        promise = "" if size else promise_words(look.reward, look.goal).said(context.language.translate)
        design = Design(look.title, look.shop, look.goal, look.color, look.paper, logo, promise, rewards)
        # The logo by its address: it would be kept a second time, and not be counted.
        key = (size, *design._replace(logo=None), look.logo)
        drawing = await self._drawings.get(key, lambda: draw_icon(design, size) if size else draw_preview(design))
        return answer_drawing(context.request, drawing, "image/png")
