"""Pictures that no card and no logo shows are deleted when they are a day old."""

from kit.shop import Shop
from stampwell.features.images.service import prune_unused

_DAY_US = 86_400_000_000


def test_pictures_that_nothing_shows_go_after_a_day(own_shop: Shop) -> None:
    shop, now_us = own_shop, own_shop.clock.now_us()
    handles = {name: f"{number:032x}" for number, name in enumerate(("logo", "card", "unused", "fresh"), start=1)}
    # Shown before they are stored: the server's own worker prunes at the same time.
    shop.data.run("UPDATE account SET logo = :handle WHERE account_id = :of", handle=handles["logo"], of=shop.alice.account_id)
    url = f"https://vvd.bz/images/{handles['card']}.webp"
    shop.data.run("UPDATE card SET stamp_img_url = :url WHERE card_id = :card", url=url, card=shop.alice.card_id)
    for name, handle in handles.items():
        shop.data.run(
            "INSERT INTO image (handle, account_id, media_type, content, created_at) "
            "VALUES (:handle, :account, 'image/webp', :content, :at)",
            handle=handle,
            account=shop.alice.account_id,
            content=b"RIFF",
            at=now_us if name == "fresh" else now_us - _DAY_US - 1,
        )
    shop.data.write(prune_unused, before_us=now_us - _DAY_US)
    left = {row["handle"] for row in shop.data.rows("SELECT handle FROM image")}
    assert left == {handle for name, handle in handles.items() if name != "unused"}
