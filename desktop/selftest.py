"""What works on this PC, written to a file: the installed program runs it, and so do the tests (packaging.md)."""

import json
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import desktop
from desktop.core import areas, crypto, log, pdf, resources
from desktop.core.codes import codes
from desktop.core.crypto import Cost

Check = Callable[[Path], str]
_QUICK = Cost(1, 64, 1)


def run(target: Path) -> int:
    """Run every check and write the result as JSON; 0 when all went well."""
    found: dict[str, Any] = {"version": desktop.__version__, "system": platform.platform(), "checks": {}}
    with tempfile.TemporaryDirectory() as folder:
        for name, check in CHECKS.items():
            found["checks"][name] = _outcome(check, Path(folder))
    found["ok"] = all(c["ok"] for c in found["checks"].values())
    target.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if found["ok"] else 1


def _outcome(check: Check, folder: Path) -> dict[str, Any]:
    try:
        return {"ok": True, "said": check(folder)}
    except Exception as cause:
        return {"ok": False, "said": f"{type(cause).__name__} {log.crash_code(cause)}"}


def _fonts(folder: Path) -> str:
    shipped = sorted(p.name for p in resources.path("fonts").iterdir())
    with pdf.writing(folder / "fonts.pdf", "fonts") as paper:
        page = paper.page()
        for n, style in enumerate(("song", "hei", "kai")):
            page.text(20, 20 + 10 * n, "一牌一册 龘 𬱖", pdf.Type(style))
    if paper.missing:
        raise LookupError("a font draws less than it should")
    return " ".join(shipped)


def _places(folder: Path) -> str:
    found = areas.area("371602012000")
    if found is None or len(areas.children(found.code)) < 10:
        raise LookupError("divisions")
    return areas.full_name(found.code)


def _codes(folder: Path) -> str:
    return codes("jdlk_relation").name("R01")


def _main_job(folder: Path) -> str:
    """Two offices, one workbook, one PDF, one bundle there and back."""
    from desktop import start
    from desktop.features.handbook import api as handbook
    from desktop.features.office import api as office
    from desktop.features.sync import api as sync
    from desktop.sample import people, workbooks

    low = office.Office("371602012000", "里则街道", office.Level.TOWNSHIP)
    high = office.Office("371602000000", "滨城区", office.Level.COUNTY)
    workbooks.write_layout1(folder / "list.xlsx", people.township(households=20, people=45))
    township, _ = start.create_office(folder / "township", low, "admin", "selftest", cost=_QUICK)
    county, _ = start.create_office(folder / "county", high, "admin", "selftest", cost=_QUICK)
    try:
        start.apply_import(township, start.read_workbook(township, folder / "list.xlsx").plan)
        printed = start.print_document(township, folder / "books.pdf", handbook.Document.HANDBOOK)
        stick = folder / "stick"
        asked = sync.enrol_next(township.db, township.actor, stick)
        answered = sync.enrol_next(county.db, county.actor, stick, asked.fingerprint)
        sync.enrol_next(township.db, township.actor, stick, answered.fingerprint)
        sync.write_bundle(township.db, township.actor, stick)
        taken = sync.read_bundles(county.db, county.actor, stick)
    finally:
        township.db.close()
        county.db.close()
    if sync.overall(taken) is not sync.Outcome.APPLIED:
        raise LookupError("bundle")
    return f"{printed.pages} pages, {taken[0].entries} entries"


def _login(folder: Path) -> str:
    slot = crypto.wrap(b"x" * 32, "right", _QUICK)
    try:
        crypto.unwrap(slot, "wrong")
    except crypto.WrongPassword:
        return "ok" if crypto.unwrap(slot, "right") == b"x" * 32 else ""
    raise LookupError("a wrong password opened a slot")


def _window(folder: Path) -> str:
    """Qt speaks Chinese: the dialog's Cancel reads 取消."""
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QDialogButtonBox

    from desktop.shell.app import make_app

    make_app()
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    said = box.button(QDialogButtonBox.StandardButton.Cancel).text()
    if "取消" not in said:
        raise LookupError(said)
    return said


CHECKS: dict[str, Check] = {
    "fonts": _fonts,
    "places": _places,
    "codes": _codes,
    "login": _login,
    "main_job": _main_job,
    "window": _window,
}
