"""The page that explains the API, and lets one try it; drawn from files of this machine alone."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from starlette.responses import FileResponse

from xrm_lake.errors import UnknownName

ASSETS = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>xrm_lake API</title>
<link rel="stylesheet" href="assets/swagger-ui.css">
<link rel="icon" href="assets/favicon-32x32.png">
</head>
<body>
<div id="page"></div>
<script src="assets/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({url: "openapi.json", dom_id: "#page", validatorUrl: null, deepLinking: true, docExpansion: "none"});
</script>
</body>
</html>
"""

# Whatever a description may hold, the page cannot send anything elsewhere.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)


def docs_routes() -> APIRouter:
    """The routes `/docs` and `/assets/{name}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def page() -> HTMLResponse:
        return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})

    @router.get("/assets/{name}")
    def asset(name: str) -> FileResponse:
        if name not in ASSETS:
            raise UnknownName("asset", name, ASSETS)
        from swagger_ui_bundle import swagger_ui_path

        return FileResponse(swagger_ui_path / name)

    return router


def describe(api: FastAPI) -> dict[str, Any]:
    """
    The OpenAPI description of an API, in the 3.0 that the page can draw.

    What 3.1 says with a null type or a fixed row of items is said with `nullable` and plain items.
    """
    if api.openapi_schema is None:
        schema = get_openapi(
            title=api.title,
            version=api.version,
            description=api.description,
            routes=api.routes,
            openapi_version="3.0.3",
        )
        api.openapi_schema = _older(schema)
    return api.openapi_schema


def _older(value: Any) -> Any:
    if isinstance(value, list):
        return [_older(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {name: _older(item) for name, item in value.items()}
    choices = value.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        rest = [choice for choice in choices if choice != {"type": "null"}]
        value = {name: item for name, item in value.items() if name != "anyOf"} | {"nullable": True}
        value |= rest[0] if len(rest) == 1 and "$ref" not in rest[0] else {"anyOf": rest}
    if isinstance(value.get("prefixItems"), list):
        kinds = value.pop("prefixItems")
        value["items"] = kinds[0] if all(kind == kinds[0] for kind in kinds) else {"anyOf": kinds}
    if "const" in value:
        value["enum"] = [value.pop("const")]
    if isinstance(value.get("examples"), list):
        value["example"] = value.pop("examples")[0]
    return value
