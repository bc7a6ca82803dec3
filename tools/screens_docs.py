"""The API's documentation: a hundred screens long; these are its kinds of places."""

from camera import Camera
from shown_shop import ShownShop

PAGES = {
    "api-docs": "/api/docs",
    "api-docs-endpoints": "/api/docs#endpoints",
    "api-docs-body": "/api/docs#addMarks",
    "api-docs-fields": "/api/docs#createStamp-fields",
    "api-docs-query": "/api/docs#listStamps",
    "api-docs-object": "/api/docs#object-Stamp",
    "api-docs-errors": "/api/docs#errors",
}


def shoot(camera: Camera, _shop: ShownShop) -> None:
    for name, path in PAGES.items():
        camera.shoot(name, path, whole=False)
