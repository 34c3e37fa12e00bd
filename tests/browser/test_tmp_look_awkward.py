from tests.browser.test_slice import somebody
from tests.browser.conftest import serving
from tests.databases import copy_of, in_use
from tcsuper.database import writing
from tcsuper.models import Account, DatabaseMark
from tests.stories import make_service
from tests.browser.conftest import _settled_height
import importlib.util, pathlib

def test_look(browser, sqlite, tmp_path):
    spec = importlib.util.spec_from_file_location("awk", "tests/queries/test_awkward_people.py")
    awk = importlib.util.module_from_spec(spec); spec.loader.exec_module(awk)
    with copy_of("migrated", sqlite) as url, in_use(url):
        with writing() as db: db.add(DatabaseMark(kind="demo"))
        service = make_service()
        awk.jac_and_kezia(service); awk.bronwen(service)
        with writing() as db:
            for name in ("Kezia Bowen", "Bronwen Ellis"):
                db.add(Account(staff_id=service.people[name], username=name.split()[0].lower(), must_change_password=False))
        with serving(url, tmp_path / "s.log") as address:
            for name in ("Kezia Bowen", "Bronwen Ellis"):
                with somebody(browser, address, name) as p:
                    p.open("my_record"); p.page.wait_for_timeout(4000)
                    for w in (1280, 390):
                        p.page.set_viewport_size({"width": w, "height": 900})
                        p.page.set_viewport_size({"width": w, "height": _settled_height(p.page)})
                        p.page.screenshot(path=f"/tmp/awk_{name.split()[0]}_{w}.png")
