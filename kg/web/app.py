"""The server: HTTP in, a view of the pool's children out, and the files of `static/`; headers that forbid pages all that is foreign."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.web.message import Asked, RefusedError, Reply
from kg.web.pool import QUERIES, Pool
from kg.web.views import VIEWS

STATIC = Path(__file__).parent / "static"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
# Bytes of what is asked: of a query in a body, and of a path with its query.
LARGEST_BODY, LARGEST_URL = 256 << 10, 32 << 10
# Connections at one time.
CONNECTIONS = 256

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Headers:
    """Puts `HEADERS` on whatever is answered, and refuses an address that is too long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] == "http" and len(scope["raw_path"]) + len(scope["query_string"]) > LARGEST_URL:
            await PlainTextResponse("the address is too long; POST the query\n", 414)(scope, receive, send_with)
        else:
            await self.app(scope, receive, send_with)


def make_app(pool: Pool, *, host: str = LOOPBACK[0]) -> Starlette:
    """The application over a pool. Only requests to `host`, or to this machine by name, are answered, whatever site sends them."""
    routes: list[BaseRoute] = [Mount("/static", StaticFiles(directory=STATIC), name="static")]
    for name, view in VIEWS.items():
        methods = ["GET", "POST"] if name == QUERIES else ["GET"]
        routes.append(Route(view.path, partial(_answer, pool, name), methods=methods, name=name))
    hosts = [*LOOPBACK, host] if host not in ("0.0.0.0", "::") else ["*"]
    middleware = [
        Middleware(Headers),
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
        Middleware(GZipMiddleware, minimum_size=2048, compresslevel=1),
    ]
    return Starlette(routes=routes, middleware=middleware)


async def _answer(pool: Pool, view: str, request: Request) -> Response:
    try:
        asked = await _read(request, view)
    except RefusedError as error:
        return PlainTextResponse(f"{error}\n", error.status)
    except ClientDisconnect:
        return Response(status_code=400)
    answering, leaving = asyncio.ensure_future(pool.run(asked)), asyncio.ensure_future(_wait_for_end(request))
    try:
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        # Nobody is there to be told, but a status is needed.
        reply = answering.result() if answering.done() else Reply(status=503)
    finally:
        answering.cancel()
        leaving.cancel()
    headers = {"Cache-Control": "no-cache", **reply.headers, "Content-Type": reply.media}
    return Response(reply.body, reply.status, headers)


async def _wait_for_end(request: Request) -> None:
    """Until the client has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _read(request: Request, view: str) -> Asked:
    """What a request asks for; raises `RefusedError` for what another site asks behind a visitor's back, a body too large or no UTF-8."""
    fetched = {name: request.headers.get(f"sec-fetch-{name}", "") for name in ("site", "mode")}
    if fetched["site"] == "cross-site" and (fetched["mode"] != "navigate" or request.method == "POST"):
        raise RefusedError(403, "another site asks for this")
    try:
        query = parse_qsl(request.url.query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise RefusedError(400, f"the address is malformed: {error}") from error
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await _read_body(request) if request.method == "POST" else ""
    return Asked(
        view=view,
        path={name: str(value) for name, value in request.path_params.items()},
        query=tuple(query),
        method="GET" if request.method == "HEAD" else request.method,
        accept=", ".join(request.headers.getlist("accept")),
        media=media,
        body=body,
    )


async def _read_body(request: Request) -> str:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise RefusedError(413, f"more than {LARGEST_BODY >> 10} KiB; ask for less")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(400, "the body is not UTF-8") from error


def run(folder: Path, *, host: str, port: int, seconds: float, ready: Callable[[str, str], None]) -> None:
    """Serve a built graph until somebody interrupts; `ready` is told the address and of what the graph was built once requests are taken.

    Raises `StoreError` where the folder holds no graph that can be served, OSError with the address for one that cannot be listened at.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise OSError(error.errno, reason, f"{host}:{port}") from error
    # Headers and body are two writes: without it the second waits until the first is acknowledged, 40 ms on Linux. Connections inherit it.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    options: Mapping[str, Any] = {
        "log_level": "critical",
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": 1,
        "limit_concurrency": CONNECTIONS,
    }
    with listening, Pool(folder, seconds=seconds) as pool:
        shown = f"[{host}]" if family == socket.AF_INET6 else host
        ready(f"http://{shown}:{listening.getsockname()[1]}/", pool.scope)
        uvicorn.Server(uvicorn.Config(make_app(pool, host=host), **options)).run(sockets=[listening])
