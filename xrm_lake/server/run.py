"""Serve a lake: this process owns it, shows the app, and runs the verbs that others send."""

import asyncio
import importlib.util
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

import xrm_lake.server
from xrm_lake.errors import LakeBusy, Refused
from xrm_lake.server.api import build_api
from xrm_lake.server.guard import App, Guard
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import open_lake
from xrm_lake.store.owner import Owner, new_token, read_owner, write_owner

HOST = "127.0.0.1"
FIRST_PORT, TRIED_PORTS = 8501, 20
GRACE_SECONDS = 3
WAIT_SECONDS = 10.0


def serve(path: Path, *, say: Callable[[str], None], port: int | None = None, open_browser: bool = False) -> None:
    """
    Own the lake at `path` and serve it on 127.0.0.1 until Ctrl-C or a termination signal.

    `say` is told where. Raises LakeBusy if it is served or held already, Refused if the port is taken.
    """
    _refuse_second(path)
    listener = _listen(port)
    token, number = new_token(), listener.getsockname()[1]
    with listener, open_lake(path, what="xrm serve", wait_seconds=WAIT_SECONDS) as lake:
        since = lake.clock().isoformat(timespec="seconds")
        write_owner(path, Owner(pid=os.getpid(), what="xrm serve", port=number, token=token, since=since))
        api = build_api(lake, token)
        app, note = _whole_app(lake, api)
        if note:
            say(note)
        address = f"http://{HOST}:{number}"
        _run(Server(app, api, lambda: _welcome(address, say, open_browser)), listener)


def _run(server: "Server", listener: socket.socket) -> None:
    # uvicorn ends in order on both signals, and then raises them again for whoever came before it.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)
        server.stop_work()


class Server(uvicorn.Server):
    """Tells when it is ready, and stops the verbs at work before it waits for their answers."""

    def __init__(self, app: App, api: FastAPI, ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            # The API has a guard of its own, which lets no other page ask.
            Guard(app, links=True),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            lifespan="on",
        )
        super().__init__(config)
        self._api, self._ready = api, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the verbs, answer who waits for them, and end."""
        await asyncio.to_thread(self.stop_work)
        await super().shutdown(sockets)

    def stop_work(self) -> None:
        """Stop all verbs that run here; their transactions roll back."""
        self._api.state.calls.stop_all()
        self._api.state.jobs.stop_all()


def app_file() -> Path | None:
    """Where the app lies: in the package when it was installed from a wheel, beside it in a checkout."""
    package = Path(xrm_lake.server.__file__).parent.parent
    candidates = (package / "_app" / "asgi.py", package.parent / "app" / "asgi.py")
    return next((file for file in candidates if file.exists()), None)


def _whole_app(lake: Lake, api: FastAPI) -> tuple[App, str]:
    file = app_file()
    if file is None:
        return Starlette(routes=[Mount("/api", api)]), "The app is not installed here: only the API is served."
    return _load(file).build_app(lake, api), ""


def _load(file: Path) -> Any:
    spec = importlib.util.spec_from_file_location("xrm_lake_app_asgi", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _refuse_second(path: Path) -> None:
    owner = read_owner(path)
    if owner is not None and owner.port and owner.pid != os.getpid():
        raise LakeBusy(
            f"{path} is served already, at http://{HOST}:{owner.port} by process {owner.pid}. Nothing was changed."
        )


def _listen(port: int | None) -> socket.socket:
    tried = [port] if port is not None else range(FIRST_PORT, FIRST_PORT + TRIED_PORTS)
    for number in tried:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, number))
            listener.listen(128)
        except OSError:
            listener.close()
        else:
            return listener
    taken = f"Port {port} is" if port is not None else f"The ports {FIRST_PORT} to {FIRST_PORT + TRIED_PORTS - 1} are"
    raise Refused(f"{taken} taken. Nothing was changed. Choose another with --port.")


def _welcome(address: str, say: Callable[[str], None], open_browser: bool) -> None:
    say(f"Serving at {address} (API: {address}/api/docs). Ctrl-C ends it.")
    if open_browser and _has_screen():
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _has_screen() -> bool:
    """On a machine without one, a browser would be a text browser that takes the terminal away."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
