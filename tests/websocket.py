"""A browser tab without a browser: it speaks Streamlit's own websocket, and says whatever a forger would.

    with Tab(address, ticket) as tab:
        screen = tab.open("accounts")
        screen = tab.act(screen.button("Save"), (screen.find("text_input", "Full name"), "Nia"))

As a browser does, it sends the values of all widgets with every click. Unlike one, it sends what it is told: a button
that is disabled, an option that is not in the list, a widget or a page that this person was never shown.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlsplit

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

PATIENCE = 20
VALUE_FIELD = {
    "button": "trigger_value",
    "checkbox": "bool_value",
    "date_input": "string_array_value",
    "number_input": "double_value",
    "multiselect": "string_array_value",
    "button_group": "string_array_value",
    "file_uploader": "file_uploader_state_value",
}
"""The kind of value that a widget sends; the others send a string."""


class Screen:
    """What one run of the script drew, element by element, and every word that was sent."""

    def __init__(self) -> None:
        self.elements: dict[tuple[int, ...], tuple[str, Any]] = {}
        self.sent = b""
        self.pages: dict[str, str] = {}
        """Page address to script hash, for every page that is registered."""
        self.fragments: dict[str, str] = {}
        """Widget id to the fragment it is in."""

    def hear(self, message: ForwardMsg, frame: bytes) -> None:
        self.sent += frame
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "delta":
            element = message.delta.new_element
            drawn = element.WhichOneof("type")
            place = tuple(message.metadata.delta_path)
            if drawn is not None:
                self.elements[place] = (drawn, getattr(element, drawn))
                self.fragments[getattr(self.elements[place][1], "id", "")] = message.delta.fragment_id

    def of(self, kind: str) -> list[Any]:
        return [element for drawn, element in self.elements.values() if drawn == kind]

    def find(self, kind: str, label: str) -> Any:
        found = [one for one in self.of(kind) if re.fullmatch(label, one.label)]
        assert found, f"no {kind} {label!r}; there are {[one.label for one in self.of(kind)]}"
        return found[0]

    def button(self, label: str) -> Any:
        return self.find("button", label)

    def shows(self, text: str) -> bool:
        return text.encode() in self.sent

    @property
    def said(self) -> list[str]:
        """Errors and other messages."""
        return [one.body for one in self.of("alert")]

    @property
    def is_front_door(self) -> bool:
        return any(one.label == "Username" for one in self.of("text_input")) and not self.of("dataframe")


class Tab:
    """One websocket. `ticket` goes into the cookie, as the browser would send it; other headers as `Name=value`."""

    def __init__(
        self,
        address: str,
        ticket: str | None = None,
        *,
        session_id: str = "",
        cookie: str | None = None,
        **headers: str,
    ) -> None:
        self.address, self.session_id, self.screen = address, session_id, Screen()
        self._headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookie or ticket:
            self._headers["Cookie"] = cookie if cookie is not None else f"tcsuper={ticket}"
        self._values: dict[str, WidgetState] = {}
        self._page = self._query = ""
        self.patience: float = PATIENCE
        self.heard: list[ForwardMsg] = []
        """Every message so far."""

    def __enter__(self) -> Self:
        self._connect()
        return self

    def _connect(self) -> None:
        self._connection = connect(
            f"ws://{urlsplit(self.address).netloc}/_stcore/stream",
            origin=self.address,  # type: ignore[arg-type]
            subprotocols=["streamlit", "x", *([self.session_id] if self.session_id else [])],  # type: ignore[list-item]
            additional_headers=self._headers,
            max_size=None,
        )
        self._socket = self._connection.__enter__()

    def come_back(self) -> Screen:
        """What a browser does whose connection was cut: it names its session, and waits for what it is shown."""
        self._connection.__exit__(None, None, None)
        self._connect()
        return self.hear_until_finished()

    def __exit__(self, *reason: Any) -> None:
        self._connection.__exit__(*reason)

    # Asking

    def open(self, page: str = "", **query: str) -> Screen:
        """Go to a page by its address, as the address bar does: nothing that was typed elsewhere goes along."""
        self._values.clear()
        self._page, self._query = "", "&".join(f"{name}={value}" for name, value in query.items())
        return self._run(page_name=page)

    def open_by_hash(self, page_script_hash: str, **query: str) -> Screen:
        self._values.clear()
        self._page, self._query = page_script_hash, "&".join(f"{name}={value}" for name, value in query.items())
        return self._run()

    def act(self, button: Any = None, *values: tuple[Any, Any], fragment: str = "") -> Screen:
        """Press a button (or none) after setting widgets, each an element of some screen or an id that was made up.
        Of a fragment when one is named, else the whole page runs."""
        for widget, value in values:
            self.put(widget, value)
        pressed = self._state(button, True, "trigger_value") if button is not None else None
        return self._run(pressed, fragment_id=fragment)

    def make_file(self, deferred_file_id: str) -> str:
        """Ask for a file that is made on request; gives its address, or nothing."""
        asked = BackMsg()
        asked.backend_operation_request.request_id = "1"
        asked.backend_operation_request.session_id = self.session_id
        asked.backend_operation_request.deferred_file.file_id = deferred_file_id
        self.say(asked)
        for message in self.overheard(2):
            if message.HasField("backend_operation_response"):
                return message.backend_operation_response.deferred_file.url
            if message.HasField("script_finished"):
                break
        return ""

    def put(self, widget: Any, value: Any, field: str = "") -> None:
        state = self._state(widget, value, field or VALUE_FIELD.get(_kind(widget), "string_value"))
        self._values[state.id] = state

    def _state(self, widget: Any, value: Any, field: str) -> WidgetState:
        state = WidgetState(id=widget if isinstance(widget, str) else widget.id)
        if isinstance(value, Message):
            getattr(state, field).CopyFrom(value)
        elif field.endswith("_array_value"):
            getattr(state, field).data.extend(value)
        else:
            setattr(state, field, value)
        return state

    def _run(self, pressed: WidgetState | None = None, *, page_name: str = "", fragment_id: str = "") -> Screen:
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        asked.rerun_script.page_script_hash = self._page
        asked.rerun_script.page_name = page_name
        asked.rerun_script.fragment_id = fragment_id
        asked.rerun_script.context_info.timezone = "Europe/London"
        asked.rerun_script.widget_states.widgets.extend([*self._values.values(), *([pressed] if pressed else [])])
        self.say(asked)
        return self.hear_until_finished()

    def say(self, message: BackMsg | bytes | str) -> None:
        """A message, or what is none."""
        self._socket.send(message.SerializeToString() if isinstance(message, BackMsg) else message)

    # Hearing

    def hear(self, timeout: float | None = None) -> ForwardMsg:
        frame = self._socket.recv(timeout=timeout or self.patience)
        assert isinstance(frame, bytes)
        message = ForwardMsg.FromString(frame)
        self.heard.append(message)
        if message.HasField("new_session"):
            self.screen = Screen()  # the product's one rerun follows its run at once, with a screen of its own
            self.session_id = message.new_session.initialize.session_id or self.session_id
        elif message.HasField("navigation"):
            self._page = message.navigation.page_script_hash
        self.screen.hear(message, frame)
        return message

    def hear_until_finished(self) -> Screen:
        """The screen when the run is over; runs that follow it at once are waited for too."""
        self.screen = Screen()
        while True:
            message = self.hear()
            if message.HasField("script_finished") and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return self.screen

    def overheard(self, seconds: float) -> Iterator[ForwardMsg]:
        """Everything that comes within a time, for what must not come."""
        with suppress(TimeoutError):
            while True:
                yield self.hear(seconds)


def _kind(widget: Any) -> str:
    """The kind of a widget: `$$ID-…-button` has none in it, so from the element's own type."""
    if isinstance(widget, str):
        return ""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(widget).__name__).lower()
