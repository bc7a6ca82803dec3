"""Our kit over ASGI and Starlette. It knows no feature: what a route needs of one is handed in."""
