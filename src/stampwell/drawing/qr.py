"""QR codes: black on white, whatever page they stand on, because that is what every scanner reads."""

from io import BytesIO

import segno

# A third of it may be lost: what is held out at a till is a cracked, scratched, greasy screen. For a stamp's link that
# takes 37 modules a side; the level below, which bears a quarter, takes 33.
_ERROR = "h"
# Modules, as ISO 18004 asks for.
_QUIET_ZONE = 4
# Of a module: whole pixels, so that no edge is blurred.
_PIXELS = 12


def qr_svg(text: str) -> bytes:
    """As large as whoever shows it likes."""
    drawn = BytesIO()
    _code(text).save(drawn, "svg", border=_QUIET_ZONE, light="#fff", dark="#000", omitsize=True, svgclass=None, lineclass=None)
    # Edges of modules that fall between pixels would be grey.
    return drawn.getvalue().replace(b"<svg ", b'<svg shape-rendering="crispEdges" ', 1)


def qr_png(text: str) -> bytes:
    """Some 500 pixels a side."""
    drawn = BytesIO()
    _code(text).save(drawn, "png", border=_QUIET_ZONE, scale=_PIXELS)
    return drawn.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error=_ERROR, boost_error=False)
