"""What stands around Streamlit: headers on every answer, the cookie's two addresses, health, start-up, and the
reference for an error nobody expected. What passes over a websocket, downloads and uploads: traffic.py."""

import base64
import gc
import hashlib
import logging
import os
import re
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

import streamlit as st
from anyio import to_thread
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from tcsuper.database import forget_engine, reading
from tcsuper.errors import Refused, WrongSetup
from tcsuper.services.sign_in import cookie_name, spend_handover
from tcsuper.start_up import findings, prepare
from tcsuper.traffic import FILES, UPLOADS, is_for_us, is_from_our_page, serve_file, serve_upload, serve_websocket
from tcsuper.ui.menu import known_paths
from tcsuper.ui.plain import plain
from tcsuper.ui.single_sign_on import REFUSED_THERE, streamlit_secrets

log = logging.getLogger("tcsuper")

# ---------------------------------------------------------------------------------------------------------------------
# Every answer


def _policy() -> str:
    """Streamlit's page carries one inline script: it is let in by its hash, and nothing else inline is."""
    index = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    let_in = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'self'; script-src 'self' {let_in}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


HEADERS = {
    "Content-Security-Policy": _policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
INNER = ("/_stcore/", "/component/")
ANSWERED = ("/_stcore/health", "/_stcore/host-config")
"""All that the browser asks of Streamlit's inner addresses besides the websocket and uploads. Metrics, the
remote-control interface, components in frames and whatever a later version adds do not exist here."""
SERVED, ALSO_SERVED = ("/static/", "/session/", "/auth/", *INNER), ("/oauth2callback", "/readyz", "/index.html")
ASKED_BY_MACHINES = ("/_stcore/health", "/readyz")
"""By whatever watches over the server, under whichever name it knows it. They tell nothing."""


class SecureAnswers:
    """Middleware around everything that Streamlit answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await serve_websocket(self.app, scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                _secure(MutableHeaders(scope=message), scope)
            await send(message)

        await _answering(self.app, scope)(scope, receive, answer)


def _answering(app: ASGIApp, scope: Scope) -> ASGIApp:
    """Who answers this request."""
    path: str = scope["path"]
    if path not in ASKED_BY_MACHINES and not is_for_us(scope):
        return PlainTextResponse("The service does not answer to this name. README.md says how to give it one.", 421)
    if "origin" in Headers(scope=scope) and scope["method"] not in ("GET", "HEAD") and not is_from_our_page(scope):
        return PlainTextResponse("Do this from the product itself.", 403)
    if path.startswith(FILES):
        return partial(serve_file, app)
    if path.startswith(UPLOADS):
        return partial(serve_upload, app)
    if path.startswith(INNER) and path not in ANSWERED:
        return PlainTextResponse("Not found", 404)
    return RedirectResponse("/", 303) if _is_nobodys_page(scope) else app


def _is_nobodys_page(scope: Scope) -> bool:
    """Somebody opens an address that is no page. Streamlit would show its front door with a dialog of its own above,
    and the form below it would not answer."""
    path, wants = scope["path"], Headers(scope=scope).get("accept", "")
    is_ours = path.strip("/") in known_paths() or path.startswith(SERVED) or path in ALSO_SERVED
    return scope["method"] == "GET" and "text/html" in wants and not is_ours


def _secure(headers: MutableHeaders, scope: Scope) -> None:
    headers.update(HEADERS)
    if not scope["path"].startswith("/static/"):  # those carry a digest in their name and nothing of anybody's
        headers["Cache-Control"] = "no-store"
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000"


# ---------------------------------------------------------------------------------------------------------------------
# The cookie's two addresses, and health


def _comes_from_us(headers: Headers) -> bool:
    """No other site may sign a browser in or out. Browsers without the header are let in: nothing else is lost."""
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"


async def keep(request: Request) -> Response:
    """Spend a handover for a ticket, put it into the cookie, and go on to the page that was asked for."""
    if not _comes_from_us(request.headers):
        return PlainTextResponse("Open this from the product itself.", 403)
    name = cookie_name(request.url.scheme == "https")
    handover, wanted = request.query_params.get("h", ""), request.query_params.get("to", "")
    ticket = await to_thread.run_sync(spend_handover, handover, request.cookies.get(name))
    answer = RedirectResponse(f"/{wanted}" if wanted in known_paths() else "/", 303)
    _forget_streamlits_identity(request, answer)
    if ticket is not None:
        answer.set_cookie(name, ticket, httponly=True, samesite="lax", path="/", secure=request.url.scheme == "https")
    return answer


async def end(request: Request) -> Response:
    """Forget the cookie and load the front door. The sign-in itself was ended by the service before."""
    if not _comes_from_us(request.headers):
        return PlainTextResponse("Open this from the product itself.", 403)
    answer = RedirectResponse(f"/?{REFUSED_THERE}=1" if REFUSED_THERE in request.query_params else "/", 303)
    https = request.url.scheme == "https"
    _forget_streamlits_identity(request, answer)
    answer.delete_cookie(cookie_name(https), httponly=True, samesite="lax", path="/", secure=https)
    return answer


def _forget_streamlits_identity(request: Request, answer: Response) -> None:
    """What its single sign-on leaves in the browser for thirty days, in as many pieces as it takes. It was good for one
    look, right after the provider's answer; from then on our own ticket counts."""
    for name in request.cookies:
        if name.startswith(USER_COOKIE_NAME):
            answer.delete_cookie(name, path="/", httponly=True, samesite="lax")


async def ready(_: Request) -> Response:
    """Whether the database answers; `/_stcore/health` says only that the server does."""
    try:
        await to_thread.run_sync(_ask_database)
    except DBAPIError:
        return PlainTextResponse("The database does not answer.", 503)
    return PlainTextResponse("ready")


def _ask_database() -> None:
    with reading() as db:
        db.execute(text("SELECT 1"))


routes = [Route("/session/keep", keep), Route("/session/end", end), Route("/readyz", ready)]
single_sign_on = streamlit_secrets()

# ---------------------------------------------------------------------------------------------------------------------
# Start-up, and the last resort


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    for slow in ("altair", "pandas", "pyarrow"):
        import_module(slow)  # paid for before the first visitor comes
    try:
        await to_thread.run_sync(prepare)
    except WrongSetup as problem:
        print(f"tcsuper: {problem}", file=sys.stderr, flush=True)
        os._exit(1)  # one line, and stop: raising here would bury it under the server's own traceback
    print("tcsuper:", "; ".join(findings()), flush=True)
    gc.collect()
    gc.freeze()  # Streamlit collects after every run: what is here for good need not be looked at again
    yield
    forget_engine()


def on_script_error(error: Exception) -> bool:
    """Nothing of an error reaches the screen but a reference, by which the log entry is found."""
    if isinstance(error, Refused):
        st.error(plain(str(error)))
        return True
    letters = "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(8))
    reference = f"{letters[:4]}-{letters[4:]}"
    log.error("Reference %s", reference, exc_info=error)
    st.error(f"Something went wrong and nothing was saved. Reference {reference}.")
    return True
