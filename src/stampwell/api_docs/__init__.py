"""The API's documentation: `/api/openapi.json` and the page `/api/docs` that is made of it."""
