"""What may pass between a browser and Streamlit.

Left alone, Streamlit serves a page's files to anybody who knows their address, takes uploads from anybody, and does
whatever a websocket asks of it. Here both need a ticket that stands for an open sign-in *now*, and a file or an upload
must belong to that very ticket's tab:

- a download, because its address went out over a websocket of the same ticket;
- an upload, because its address names a tab whose websocket came with the same ticket.

Whoever is refused hears what they would hear if there were no such file.
"""

import hashlib
import secrets
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from anyio import to_thread
from google.protobuf.message import DecodeError
from sqlalchemy.exc import DBAPIError
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from tcsuper.services.sign_in import cookie_name, who_holds

TICKET_HEADER = "x-tcsuper-ticket"
config.set_option("server.trustedUserHeaders", {TICKET_HEADER: "ticket"}, "tcsuper/traffic.py")
FILES, UPLOADS = "/media/", "/_stcore/upload_file/"
MOST_UPLOADS = 5
"""Files that one tab holds before they are saved."""
MOST_BYTES = 10 * 1024 * 1024
FORM_AROUND = 16 * 1024
"""A browser sends a file inside a form and says how long both are: with so much more a file of exactly 10 MB comes
through. How big the file itself may be is asked again where it is read."""
HEARD = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}
"""What a browser may say. Emptying caches, asking for the state of the program's Git folder and the developers' other
tools are for no visitor, and Streamlit answers them all without asking who it is."""
NO_SUCH_FILE = "File not found"
NOT_MADE = (
    "This file cannot be opened: it is damaged, or you no longer have access to it. Load the page again; if it stays "
    "so, tell your administrator."
)
"""What Streamlit calls "Failed to generate file for download"; the reason itself is in the log."""
POLICY_VIOLATION, CANNOT_ACCEPT = 1008, 1003  # the websocket's own codes


def ticket_of(scope: Scope) -> str:
    """The ticket in this request's cookie; empty when there is none."""
    return HTTPConnection(scope).cookies.get(cookie_name(scope["scheme"] in ("https", "wss")), "")


async def is_signed_in(ticket: str) -> bool:
    """Whether the ticket stands for an open sign-in of somebody whose account is open now."""
    asks = partial(who_holds, ticket, is_activity=False)  # a screen that asks by itself keeps nobody signed in
    return bool(ticket) and await to_thread.run_sync(asks) is not None


def is_for_us(scope: Scope) -> bool:
    """Asked of one of our own names: a stranger's name that leads here would make his page one of ours."""
    return is_host_allowed(Headers(scope=scope).get("host"))


def is_from_our_page(scope: Scope) -> bool:
    """The page that asks is one of ours, to the letter. Streamlit lets in any program on this computer besides, asks a
    server on the internet for its own address to find out, and takes a missing Origin for a good one."""
    headers = Headers(scope=scope)
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    ours = {f"{scheme}://{headers.get('host')}", *config.get_option("server.corsAllowedOrigins")}
    return headers.get("origin") in ours


# ---------------------------------------------------------------------------------------------------------------------
# The websocket


async def serve_websocket(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """One tab's conversation, from a page of ours, bound to the ticket it came with."""
    if not is_for_us(scope) or not is_from_our_page(scope):
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    tab = _Tab(scope, receive, send)
    await tab.look()
    await app(_bound_to(tab.binding, scope), tab.hear, tab.say)


def _bound_to(binding: str, scope: Scope) -> Scope:
    """Tell Streamlit to whom a websocket belongs. It resumes a tab's session only for the same one, so a copied session
    id opens an empty session. (The guard would show nothing either; this also keeps the tab's typed words.)"""
    others = [(name, value) for name, value in scope["headers"] if name != TICKET_HEADER.encode()]
    return {**scope, "headers": [*others, (TICKET_HEADER.encode(), binding.encode())]}


class _Tab:
    """Between one browser tab and Streamlit: hears out what may be said, and remembers which files were offered.

    A tab whose person was signed in and no longer is loses its session: no callback, fragment, dialog or file of theirs
    runs again, whatever the browser sends along. The browser comes back by itself, to an empty session."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.ticket = ticket_of(scope)
        self._receive, self._send = receive, send
        self._comes_back = Headers(scope=scope).get("sec-websocket-protocol", "").count(",") >= 2
        self._is_in = self._is_connected = self._is_over = False

    async def look(self) -> None:
        with suppress(DBAPIError):  # the guard asks again on every run, and says what is wrong
            self._is_in = bool(self.ticket)
            self._is_in = await is_signed_in(self.ticket)

    @property
    def binding(self) -> str:
        """What a session is resumed for: an open sign-in; and nobody else's are."""
        return _digest(self.ticket) if self._is_in else secrets.token_hex(32)

    async def say(self, message: Message) -> None:
        if self._is_over:
            return
        if message.get("bytes"):
            said = ForwardMsg.FromString(message["bytes"])
            offered.note(self.ticket, said)
            if said.backend_operation_response.error_msg:
                said.backend_operation_response.error_msg = NOT_MADE
                message = {**message, "bytes": said.SerializeToString()}
            if said.HasField("new_session"):  # it names the folder on the server, to everybody who comes
                said.new_session.main_script_path = said.new_session.name
                message = {**message, "bytes": said.SerializeToString()}
        await self._send(message)

    async def hear(self) -> Message:
        if self._is_connected and self._comes_back and not self._is_in:
            self._comes_back = False  # or the screen of whoever is out would stay until the next click
            return {"type": "websocket.receive", "bytes": BackMsg(rerun_script=ClientState()).SerializeToString()}
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                self._is_connected = message["type"] == "websocket.connect"
                return message
            said = _understood(message.get("bytes"))
            if said is None:
                return await self._end(CANNOT_ACCEPT)
            was_in = self._is_in
            await self.look()
            if was_in and not self._is_in:
                return await self._end(POLICY_VIOLATION)
            if self._may_say(said):
                return message

    async def _end(self, code: int) -> Message:
        self._is_over = True
        await self._send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}

    def _may_say(self, said: BackMsg) -> bool:
        kind = said.WhichOneof("type")
        if kind == "backend_operation_request":
            return self._is_in and self._may_ask(said.backend_operation_request)
        return kind in HEARD and (self._is_in or kind != "file_urls_request")

    def _may_ask(self, asked: BackendOperationRequest) -> bool:
        """A file made on request is made for whom its button was drawn, whoever learns its number; and a visitor has
        nothing to install on the server."""
        is_theirs = offered.to(self.ticket, asked.deferred_file.file_id)
        return is_theirs if asked.HasField("deferred_file") else asked.HasField("dataframe_chunk")


def _understood(frame: bytes | None) -> BackMsg | None:
    try:
        return None if frame is None else BackMsg.FromString(frame)
    except DecodeError:
        return None


# ---------------------------------------------------------------------------------------------------------------------
# Downloads


class _Offered:
    """Which ticket was offered which files: by their address, and those still to be made by their button's number.
    Only a download button's own fields count: an address that stands in somebody's typed words offers nothing."""

    MOST_TICKETS, MOST_FILES = 2000, 200  # the longest ago are forgotten first; a rerun offers them again

    def __init__(self) -> None:
        self._files: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    def note(self, ticket: str, said: ForwardMsg) -> None:
        button, made = said.delta.new_element.download_button, said.backend_operation_response.deferred_file
        for address in (button.url, button.deferred_file_id, made.url):
            if ticket and address:
                files = self._files.setdefault(_digest(ticket), OrderedDict())
                _keep(self._files, _digest(ticket), files, self.MOST_TICKETS)
                _keep(files, _file_id(address), None, self.MOST_FILES)

    def to(self, ticket: str, address: str) -> bool:
        return _file_id(address) in self._files.get(_digest(ticket), ())


offered = _Offered()


def _keep(those: OrderedDict[str, Any], key: str, value: Any, most: int) -> None:
    """Put it last; the first goes when there are too many."""
    those[key] = value
    those.move_to_end(key)
    if len(those) > most:
        those.popitem(last=False)


def _file_id(address: str) -> str:
    return PurePosixPath(address.removeprefix(FILES)).stem


async def serve_file(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    ticket = ticket_of(scope)
    may = offered.to(ticket, scope["path"]) and await is_signed_in(ticket)
    await (app if may else PlainTextResponse(NO_SUCH_FILE, 404))(scope, receive, send)


# ---------------------------------------------------------------------------------------------------------------------
# Uploads

_arriving: Counter[str] = Counter()


async def serve_upload(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Decided before a byte of it is read."""
    session_id, _, file_id = scope["path"].removeprefix(UPLOADS).partition("/")
    refused = await _refusal(scope, session_id, file_id)
    if refused is not None:
        await refused(scope, receive, send)
        return
    async with _counted(session_id):
        await app(scope, receive, send)


async def _refusal(scope: Scope, session_id: str, file_id: str) -> Response | None:
    ticket = ticket_of(scope)
    if not _is_tab_of(ticket, scope, session_id) or not await is_signed_in(ticket):
        return PlainTextResponse(NO_SUCH_FILE, 404)
    if scope["method"] != "PUT":
        return None
    length = Headers(scope=scope).get("content-length", "")
    if not length.isdecimal():
        return PlainTextResponse("The size of the file must be said beforehand. Nothing was uploaded.", 411)
    if int(length) > MOST_BYTES + FORM_AROUND:
        return PlainTextResponse("The file is too big; the most is 10 MB. Nothing was uploaded.", 413)
    others = _held(session_id) - {file_id}
    if len(others) + _arriving[session_id] >= MOST_UPLOADS:
        return PlainTextResponse(f"The most is {MOST_UPLOADS} files. Nothing was uploaded.", 413)
    return None


def _is_tab_of(ticket: str, scope: Scope, session_id: str) -> bool:
    client = get_instance().get_client(session_id)
    if client is None or client.client_context is None:
        return False
    name = cookie_name(scope["scheme"] == "https")
    return bool(ticket) and client.client_context.cookies.get(name) == ticket


def _held(session_id: str) -> set[str]:
    uploaded = get_instance().uploaded_file_mgr
    assert isinstance(uploaded, MemoryUploadedFileManager)
    return set(uploaded.file_storage.get(session_id, ()))


@asynccontextmanager
async def _counted(session_id: str) -> AsyncIterator[None]:
    """Several that arrive at once are counted before the first is stored."""
    _arriving[session_id] += 1
    try:
        yield
    finally:
        _arriving[session_id] -= 1
        if not _arriving[session_id]:
            del _arriving[session_id]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
