"""
The guard at the gate: only this machine's own pages and programs are let in.

A page of another site could reach 127.0.0.1 through the user's browser, under its own name (DNS rebinding) or by
asking for an address of ours. The first shows in the Host header, the second in the headers Origin and
Sec-Fetch-Site, of which a browser sends at least one. There is no CORS.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})


class Guard:
    """
    An ASGI app before another one, which sees only requests that may come in.

    With `links`, pages of other sites may lead here: they may ask (GET, HEAD, OPTIONS), and do no more.
    """

    def __init__(self, app: App, *, links: bool = False) -> None:
        self.app, self.links = app, links

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it with 403."""
        refusal = _refusal(scope, self.links) if scope["type"] in ("http", "websocket") else ""
        if not refusal:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            body = json.dumps({"error": "Forbidden", "message": refusal}).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": body})


def _refusal(scope: Scope, links: bool) -> str:
    headers = {name: value.decode("latin-1").strip().lower() for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    if host_name(host) not in HOSTS:
        return "Only 127.0.0.1 and localhost are served here."
    if links and scope["type"] == "http" and scope["method"] in SAFE_METHODS:
        return ""
    # An image or a link of another page comes without an origin, but says which site it is of.
    is_own = headers.get(b"origin", f"http://{host}") == f"http://{host}"
    if not is_own or headers.get(b"sec-fetch-site", "none") not in OWN_SITES:
        return "Pages of other sites may neither ask nor change anything here."
    return ""


def host_name(host: str) -> str:
    """
    The name in a Host header, without its port.

    >>> host_name("127.0.0.1:8501"), host_name("[::1]:80"), host_name("evil.example"), host_name("")
    ('127.0.0.1', '[::1]', 'evil.example', '')
    """
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
