"""QR codes, previews, icons and the manifest: readable by machines, and with nobody's name in them."""

import json
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from kit import stamps
from kit.people import open_account
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.drawing.pictures import PREVIEW_SIZE, Design, draw_icon, draw_preview
from stampwell.drawing.qr import qr_png

TITLES = (
    "",
    "커피 열 잔",
    "A" * 200,
    "<script>alert(1)</script>",
    "a\nb\tc",
    "\u202eevil",
    "🎉" * 20,
    "\ud800",
    "Grüße & Küsse",
)


@pytest.fixture
def path(shop: Shop) -> str:
    return f"/stamp/{code_of(shop, stamps.issue(shop, shop.alice.card_id, marks=2))}"


def read(content: bytes) -> str:
    with Image.open(BytesIO(content)) as picture:
        (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    return str(found.text)


class TestQr:
    def test_the_png_is_the_stamps_link(self, shop: Shop, path: str) -> None:
        answer = shop.request("GET", f"{path}/qr.png")
        assert answer.headers["Content-Type"] == "image/png"
        assert read(answer.content) == f"https://vvd.bz{path}"

    def test_it_is_read_with_a_scratch_across_it(self) -> None:
        text = "https://vvd.bz/stamp/ABCDEFGHIJKLMNOP"
        with Image.open(BytesIO(qr_png(text))) as opened:
            picture = opened.convert("L")
        side = picture.width
        draw = ImageDraw.Draw(picture)
        draw.rectangle((side * 0.42, side * 0.3, side * 0.62, side * 0.62), fill=255)
        draw.line((side * 0.3, side * 0.95, side * 0.95, side * 0.3), fill=0, width=side // 60)
        scratched = BytesIO()
        picture.save(scratched, "PNG")
        assert read(scratched.getvalue()) == text

    def test_the_svg_is_a_picture_and_nothing_else(self, shop: Shop, path: str) -> None:
        answer = shop.request("GET", f"{path}/qr.svg")
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert b"<script" not in answer.content
        assert "sandbox" in answer.headers["Content-Security-Policy"]

    def test_browsers_need_not_load_it_again(self, shop: Shop, path: str) -> None:
        tag = shop.request("GET", f"{path}/qr.svg").headers["ETag"]
        again = shop.request("GET", f"{path}/qr.svg", headers={"If-None-Match": tag})
        assert (again.status, again.content) == (304, b"")


class TestPreview:
    def test_it_is_a_picture_of_the_usual_size_and_the_page_names_it(self, shop: Shop, path: str) -> None:
        answer = shop.request("GET", f"{path}/preview.png")
        with Image.open(BytesIO(answer.content)) as picture:
            assert (picture.format, picture.size) == ("PNG", PREVIEW_SIZE)
        html = shop.stranger().get(path).html
        assert f'<meta property="og:image" content="https://vvd.bz{path}/preview.png">' in html

    def test_every_stamp_of_a_card_has_the_same(self, shop: Shop) -> None:
        one, other = (code_of(shop, stamps.issue(shop, shop.alice.card_id, marks=marks)) for marks in (0, 7))
        previews = {shop.request("GET", f"/stamp/{code}/preview.png").content for code in (one, other)}
        assert len(previews) == 1

    def test_it_says_what_the_card_promises(self, shop: Shop) -> None:
        """In the language of whoever asks; a card that promises another thing has another picture."""
        cards = [stamps.make_card(shop, cardTtl="Ten", rewardTtl=reward, maxStamps=10) for reward in ("A tea", "A cake")]
        tea, cake = (f"/stamp/{code_of(shop, stamps.issue(shop, card))}/preview.png" for card in cards)
        english, german = ({"Accept-Language": tag} for tag in ("en", "de"))
        asked = [(tea, english), (tea, german), (cake, english)]
        assert len({shop.request("GET", path, headers=headers).content for path, headers in asked}) == 3
        html = shop.stranger().get(tea.removesuffix("/preview.png")).html
        assert '<meta property="og:description" content="10 stamps for a tea">' in html
        assert '<meta property="og:image:alt" content="Ten: 10 stamps for a tea">' in html

    @pytest.mark.parametrize("title", TITLES)
    @pytest.mark.parametrize("goal", [1, 7, 73, 100])
    def test_any_title_and_any_number_of_marks_can_be_drawn(self, title: str, goal: int) -> None:
        content = draw_preview(Design(title, title, goal, "ffff00", "000000", None, promise=title))
        with Image.open(BytesIO(content)) as picture:
            assert picture.size == PREVIEW_SIZE


class TestHomeScreen:
    def test_the_manifest_opens_this_card(self, shop: Shop, path: str) -> None:
        answer = shop.request("GET", f"{path}/app.webmanifest")
        assert answer.headers["Content-Type"] == "application/manifest+json"
        told = json.loads(answer.content)
        assert (told["start_url"], told["scope"], told["display"], told["short_name"]) == (
            path,
            "/stamp/",
            "standalone",
            "Bean & Co",
        )
        for icon in told["icons"]:
            with Image.open(BytesIO(shop.request("GET", icon["src"]).content)) as picture:
                assert f"{picture.width}x{picture.height}" == icon["sizes"]
        assert f'<link rel="manifest" href="{path}/app.webmanifest">' in shop.stranger().get(path).html

    def test_the_icon_is_the_shops_logo_where_it_has_one(self) -> None:
        logo = BytesIO()
        Image.new("RGB", (80, 80), "#00ff00").save(logo, "WEBP", lossless=True)
        with Image.open(BytesIO(draw_icon(Design("", "", 10, "", "", logo.getvalue()), 192))) as icon:
            red, green, blue = icon.convert("RGB").getpixel((96, 96))
        assert (red < 40, green > 200, blue < 40) == (True, True, True)

    def test_the_worker_is_never_kept_and_rules_over_cards_only(self, shop: Shop) -> None:
        answer = shop.request("GET", "/stamp/worker.js")
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert (answer.headers["Cache-Control"], answer.headers["Service-Worker-Allowed"]) == ("no-cache", "/stamp/")

    def test_a_shop_with_a_hostile_name_has_a_whole_manifest(self, shop: Shop) -> None:
        name = '"}],"start_url":"https://evil.example'
        person = open_account(shop.data, now_us=shop.clock.now_us(), name=name)
        code = code_of(shop, stamps.issue(shop, person.card_id, by=person), by=person)
        told = json.loads(shop.request("GET", f"/stamp/{code}/app.webmanifest").content)
        assert (told["short_name"], told["start_url"]) == (name, f"/stamp/{code}")
