"""T7, T13, T14, T25, T26: what stands around Streamlit, asked from outside: names, origins, inner addresses, settings;
and what the code itself must never do."""

import ast
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.NewSession_pb2 import Config
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.security.conftest import ROOT, Live

SOURCES = sorted((ROOT / "tcsuper").rglob("*.py")) + sorted((ROOT / "pages").glob("*.py"))
MUST_HOLD = {
    "server.address": "127.0.0.1",
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.allowedHosts": ["localhost", "127.0.0.1", "::1"],
    "server.maxUploadSize": 11,
    "server.maxMessageSize": 50,
    "server.maxWidgetStateSize": 5,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.scriptHealthCheckEnabled": False,
    "server.runOnSave": False,
    "server.allowRunOnSave": False,
    "server.disconnectedSessionTTL": 30,
    "server.fileWatcherType": "none",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "client.disableDataExport": True,
    "client.allowedOrigins": [],
    "browser.gatherUsageStats": False,
}


# ---------------------------------------------------------------------------------------------------------------------
# Settings


@pytest.mark.parametrize("setting", MUST_HOLD)
def test_setting_that_must_hold_is_in_the_file(setting: str) -> None:
    section, name = setting.split(".")
    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert written[section][name] == MUST_HOLD[setting]


def test_settings_are_in_force(live: Live) -> None:
    """T25, T26, as far as a visitor sees them: in what every tab is sent first, and in the host's own configuration.
    Seen to fail without ten of the settings above in the file, each of which failed above as well."""
    with live.tab("Ben") as tab:
        tab.open()
        [first, *_] = [message.new_session for message in tab.heard if message.HasField("new_session")]
    assert not first.config.gather_usage_stats and first.config.disable_data_export
    assert first.config.toolbar_mode == Config.MINIMAL and not first.config.allow_run_on_save
    host = json.loads(live.ask("/_stcore/host-config").body)
    assert host["allowedOrigins"] == [] and not host["useExternalAuthToken"] and not host["metricsUrl"]
    assert b"<title>Streamlit" in live.ask("/app/static/anything.txt").body  # no file of ours: the empty page


# ---------------------------------------------------------------------------------------------------------------------
# Names and origins


FOREIGN = (
    "https://evil.example",
    "http://localhost",
    "http://localhost:1",
    "http://127.0.0.1",
    "https://{host}",
    "http://{host}.evil.example",
    "http://evil.example/{host}",
    "null",
    "",
    None,
)


@pytest.mark.parametrize("origin", FOREIGN)
def test_websocket_from_a_page_that_is_not_ours_is_refused(live: Live, origin: str | None) -> None:
    """T25: also without an Origin, which every browser sends, and from another program on this computer. Seen to fail
    without is_from_our_page: a missing Origin, any port of localhost, and https in place of http were let in."""
    host = live.address.removeprefix("http://")
    said = None if origin is None else origin.format(host=host)
    with pytest.raises(InvalidStatus) as refused:
        with connect(f"ws://{host}/_stcore/stream", origin=said, subprotocols=["streamlit"]):  # type: ignore[arg-type,list-item]
            pass
    assert refused.value.response.status_code == 403


def test_websocket_from_our_page_is_let_in(live: Live) -> None:
    for name in ("localhost", "127.0.0.1"):
        host = live.address.removeprefix("http://").replace("localhost", name)
        with connect(f"ws://{host}/_stcore/stream", origin=f"http://{host}"):  # type: ignore[arg-type]
            pass


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example"]
)
def test_foreign_name_is_not_answered_to(live: Live, host: str) -> None:
    """T25: a stranger's name that was made to lead here would make his page one of ours. Health answers any name.
    Seen to fail without `is_for_us` in `_answering`: 200 in place of 421, for all four."""
    for path in ("/", "/my_record", "/session/end", "/media/x.txt", "/static/js/index.js"):
        answer = live.ask(path, Host=host)
        assert answer.status == 421 and b"<script" not in answer.body
    for path in ("/_stcore/health", "/readyz"):
        assert live.ask(path, Host=host).status == 200
    address = live.address.replace("http", "ws") + "/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused:
        with connect(address, origin=f"http://{host}", additional_headers={"Host": host}):  # type: ignore[arg-type]
            pass
    assert refused.value.response.status_code in (400, 403)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_changed_from_another_site(live: Live, method: str) -> None:
    """T25. Seen to fail without the check of the Origin in `_answering`: the request went through to Streamlit, 405."""
    for path in ("/", "/session/end", "/_stcore/upload_file/x/y"):
        assert live.ask(path, method=method, Origin="https://evil.example").status == 403


def test_no_answer_is_shared_with_another_site(live: Live) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/readyz", "/media/x.txt"):
        headers = live.ask(path, Origin="https://evil.example").headers
        assert headers.get("access-control-allow-origin") in (None, ""), path


# ---------------------------------------------------------------------------------------------------------------------
# Inner addresses


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics?families=cache_memory_bytes",
        "/_stcore/%6detrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/bidi-components/x/y.js",
        "/_stcore/healthz",
        "/_stcore/health/../metrics",
        "/_stcore/upload_file/../metrics",
        "/_stcore/",
        "/_stcore/anything",
        "/component/extra_streamlit_components.CookieManager.cookie_manager/index.html",
        "/component/x",
    ],
)
def test_inner_address_does_not_exist(live: Live, path: str) -> None:
    """T26: for nobody, signed in or not, whatever the method. Seen to fail without `INNER` in `_answering`: thirteen of
    the fifteen were answered, metrics among them."""
    for ticket in ("", live.ticket("Eve")):
        for method in ("GET", "POST", "OPTIONS"):
            answer = live.ask(path, ticket, method)
            assert answer.status in (400, 404) and b"# TYPE" not in answer.body and b"openapi" not in answer.body


def test_health_and_host_configuration_tell_nothing(live: Live) -> None:
    assert live.ask("/_stcore/health").body == b"ok" and live.ask("/readyz").body == b"ready"
    for path in ("/_stcore/health", "/_stcore/host-config", "/", "/auth/login", "/auth/logout", "/oauth2callback"):
        answer = live.ask(path)
        assert answer.status < 500 and str(ROOT).encode() not in answer.body, path


def test_programs_own_files_are_not_served(live: Live) -> None:
    """Whatever is not a file of Streamlit's is the same empty page."""
    front = live.ask("/").body
    for path in ("/pages/home.py", "/tcsuper/main.py", "/var/tcsuper.db", "/.streamlit/config.toml", "/app.py", "/x"):
        assert live.ask(path).body == front, path
    for path in ("/static/../../../../app.py", "/..%2f..%2fapp.py", "//evil.example", "/%5c%5cevil.example"):
        answer = live.ask(path)
        assert b"SecureAnswers" not in answer.body and "evil" not in answer.headers.get("location", "")


# ---------------------------------------------------------------------------------------------------------------------
# What the code never does


def calls(file: Path) -> list[tuple[int, str]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [(node.lineno, ast.unparse(node.func)) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def names(file: Path) -> list[tuple[int, str]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [
        (node.lineno, ast.unparse(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load)
    ]


def test_nothing_of_anybodys_is_in_a_shared_cache() -> None:
    """T13, rule 7: what one person was shown, the next one got out of st.cache_data (seen). A function that takes a
    viewer, a session or rows is in no cache at all."""
    for file in SOURCES:
        assert not [name for _, name in names(file) if name.startswith("st.cache")], file.name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            decorators = [ast.unparse(one) for one in node.decorator_list]
            if not [name for name in decorators if "cache" in name and "cached_property" not in name]:
                continue  # a cached property lives and dies with one object of one run
            arguments = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
            where = file.relative_to(ROOT).as_posix()
            assert not arguments & {"db", "viewer", "by", "me", "actor", "rows", "frame", "self"}, (where, node.name)
            body = ast.unparse(node)
            assert "reading(" not in body and "writing(" not in body and "session_state" not in body, node.name


def test_nobody_edits_in_a_table() -> None:
    """T9, rule 5: a data_editor's locks, fixed rows and hidden columns are the browser's word only (seen). The register
    is made of real choices, each of which says whom it is about."""
    for file in SOURCES:
        assert not [name for _, name in calls(file) if name.endswith("data_editor")], file.name


BETWEEN_SERVICES = {
    "next_version",
    "version_after",
    "open_sign_in",
    "complete",
    "record_failure",
    "enter_export",
    "tell",
}
"""They hand on what a service has named, and no page imports them."""


BY_NAME_OF_A_COLUMN = {
    "tcsuper/sealing.py",  # the one column it was asked to seal
    "tcsuper/services/imports/storing.py",  # columns of MAY_CHANGE, which it checks
    "tcsuper/services/imports/undo.py",  # the same, and a former version's own values
}


def test_service_names_each_field_it_takes() -> None:
    """T10: no form can carry along a role, somebody else's id or the day of a signature: what a page can call takes
    named fields, and no row is filled from whatever there is.

    Seen to fail without the named fields: `**fields: Any` in `add_starter`, and `setattr` in a loop over them."""
    for file in SOURCES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if "services" in file.parts:
            public = [one for one in tree.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]
            open_ended = {one.name for one in public if one.args.kwarg}
            assert open_ended <= BETWEEN_SERVICES, (file.name, open_ended)
        else:
            froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            imported = {one.name for node in froms if "services" in (node.module or "") for one in node.names}
            named = {"enter_export"} if file.name == "__main__.py" else set()  # a command names its counts itself
            assert not imported & (BETWEEN_SERVICES - named), file.name
        filled = ("setattr", "sqlmodel_update", "model_validate", "model_construct")
        found = [name for _, name in calls(file) if name.endswith(filled)]
        assert not found or str(file.relative_to(ROOT)) in BY_NAME_OF_A_COLUMN, (file.name, found)


def test_nothing_typed_becomes_a_link_or_a_picture() -> None:
    """T15: no link or picture whose address comes from data; none in tables or charts. Seen
    to fail when `st.image` was put into a part of a page."""
    forbidden = (
        "LinkColumn",
        "ImageColumn",
        "mark_image",
        "st.image",
        "st.link_button",
        "st.video",
        "st.audio",
        "st.iframe",
    )
    for file in SOURCES:
        found = [name for _, name in calls(file) if name.endswith(forbidden)]
        assert not found, (file.name, found)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        channels = {one.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for one in node.keywords}
        assert not channels & {"href", "url"} or file.name in ("web.py", "traffic.py"), file.name


def tooltips(file: Path) -> Iterator[ast.expr]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "tooltip")
        elif isinstance(node, ast.Dict):
            keyed = zip(node.keys, node.values, strict=True)
            yield from (value for key, value in keyed if isinstance(key, ast.Constant) and key.value == "tooltip")


def test_no_tooltip_of_a_chart_has_a_field_called_image() -> None:
    """T15: the chart's library draws whatever stands under that name as a picture. Each line of a tooltip is
    named by us, in the code. Seen to fail when one was called so."""
    found = [tooltip for file in SOURCES for tooltip in tooltips(file)]
    assert len(found) >= 5, "the charts have tooltips"
    for tooltip in found:
        assert isinstance(tooltip, ast.List), ast.unparse(tooltip)
        for line in tooltip.elts:
            assert isinstance(line, ast.Call), ast.unparse(line)
            titles = [keyword.value for keyword in line.keywords if keyword.arg == "title"]
            assert [type(title) for title in titles] == [ast.Constant], ast.unparse(line)
            assert ast.unparse(titles[0]).strip("'").casefold() != "image", ast.unparse(line)


def test_html_is_only_our_own_style_sheet() -> None:
    """T14"""
    found = {
        (file.name, line)
        for file in SOURCES
        for line, name in calls(file)
        if name.endswith((".html", "st_html", "components.v1.html", "components.v2.component"))
    }
    assert {name for name, _ in found} <= {"menu.py", "redirect.py"}
