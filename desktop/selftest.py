"""What works on this PC, written to a file: the installed program runs it, and so do the tests (packaging.md)."""

import json
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import desktop
from desktop.core import areas, log, pdf, resources
from desktop.core.codes import codes
from desktop.core.crypto import Cost
from desktop.core.errors import Trouble

Check = Callable[[Path], str]
_QUICK = Cost(1, 64, 1)
PRINTED = "books.pdf"
_LOW = ("371602012000", "里则街道", "township")
_HIGH = ("371602000000", "滨城区", "county")
# The databases under resources/released/ hold invented people only; packaging/make_released.py made them.
RELEASED_LOGIN = ("admin", "yipaiyice")


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
    """Every shipped font opens, and draws on paper and on the screen."""
    with pdf.writing(folder / "fonts.pdf", "fonts") as paper:
        page = paper.page()
        for n, style in enumerate(("song", "hei", "kai")):
            page.text(20, 20 + 10 * n, "一牌一册 龘 𬱖", pdf.Type(style))
    if paper.missing:
        raise LookupError("a font draws less than it should")
    shipped = sorted(resources.path("fonts").iterdir())
    for font in shipped:
        _draw_on_screen(font)
    return " ".join(font.name for font in shipped)


def _draw_on_screen(path: Path) -> None:
    """By the glyphs of this very file: a text would be drawn by another font that steps in."""
    _app()
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QFontDatabase, QGlyphRun, QImage, QPainter, QRawFont

    font, run = QRawFont(str(path), 24), QGlyphRun()
    glyphs = font.glyphIndexesForString("一")
    run.setRawFont(font)
    run.setGlyphIndexes(glyphs)
    run.setPositions([QPointF()])
    blank = QImage(64, 64, QImage.Format.Format_ARGB32)
    blank.fill(0)
    drawn = blank.copy()
    painter = QPainter(drawn)
    painter.drawGlyphRun(QPointF(8, 48), run)
    painter.end()
    if QFontDatabase.addApplicationFont(str(path)) < 0 or not any(glyphs) or drawn == blank:
        raise LookupError(path.name)


def _pictures(folder: Path) -> str:
    """Every icon is drawn: the plugin for them was not left out."""
    _app()
    from PySide6.QtGui import QIcon

    icons = sorted(resources.path("icons").glob("*.svg"))
    blank = [icon.name for icon in icons if QIcon(str(icon)).pixmap(20, 20).isNull()]
    if blank or not icons:
        raise LookupError(" ".join(blank))
    return f"{len(icons)} icons"


def _places(folder: Path) -> str:
    found = areas.area("371602012000")
    if found is None or len(areas.children(found.code)) < 10:
        raise LookupError("divisions")
    return areas.full_name(found.code)


def _codes(folder: Path) -> str:
    return codes("jdlk_relation").name("R01")


def _main_job(folder: Path) -> str:
    """One workbook imported with its report, one PDF, one bundle up to the county and one back."""
    township, county = _office(folder / "township", _LOW), _office(folder / "county", _HIGH)
    try:
        pages = _import_and_print(township, folder)
        up, down = _exchange(township, county, folder / "stick")
    finally:
        township.db.close()
        county.db.close()
    return f"{pages} pages, {up} entries up, {down} back"


def _office(root: Path, own: tuple[str, str, str]) -> Any:
    from desktop import start
    from desktop.features.office import api as office

    made = office.Office(own[0], own[1], office.Level(own[2]))
    return start.create_office(root, made, "admin", "selftest", cost=_QUICK)[0]


def _import_and_print(township: Any, folder: Path) -> int:
    from desktop import start
    from desktop.features.handbook import api as handbook
    from desktop.features.register import api as register
    from desktop.sample import people, workbooks

    workbooks.write_layout1(folder / "list.xlsx", people.township(households=20, people=45))
    read = start.read_workbook(township, folder / "list.xlsx")
    register.write_report(read.recognised, read.plan.doubts, folder / "report.xlsx")
    start.apply_import(township, read.plan)
    start.print_document(township, folder / "plaques.pdf", handbook.Document.PUBLIC_PLAQUE)
    return start.print_document(township, folder / PRINTED, handbook.Document.HANDBOOK).pages


def _exchange(township: Any, county: Any, stick: Path) -> tuple[int, int]:
    """How many entries went up, and how many came back."""
    from desktop.features.sync import api as sync

    asked = sync.enrol_next(township.db, township.actor, stick)
    answered = sync.enrol_next(county.db, county.actor, stick, asked.fingerprint)
    sync.enrol_next(township.db, township.actor, stick, answered.fingerprint)
    (up,) = sync.write_bundle(township.db, township.actor, stick)
    (taken,) = sync.read_bundles(county.db, county.actor, up.path)
    _work_at_the_county(county)
    (down,) = sync.write_bundle(county.db, county.actor, stick, whom=_LOW[0])
    (back,) = sync.read_bundles(township.db, township.actor, down.path)
    if {taken.outcome, back.outcome} != {sync.Outcome.APPLIED}:
        raise LookupError(f"{taken.outcome} {back.outcome}")
    return taken.entries, back.entries


def _work_at_the_county(county: Any) -> None:
    """Something for the way back."""
    from desktop.features.register import api as register
    from desktop.features.volunteers import api as volunteers

    with county.db.reader(county.actor) as reader:
        village = register.villages(reader)[0][0]
    with county.db.unit(county.actor, "selftest") as unit:
        volunteers.add_volunteer(unit, volunteers.VolunteerDraft(region=village, name="周志远"))


def _login(folder: Path) -> str:
    """At the cost of a real office: a wrong password is refused, the right one opens."""
    from desktop import start
    from desktop.features.office import api as office

    own = office.Office(_LOW[0], _LOW[1], office.Level(_LOW[2]))
    start.create_office(folder / "login", own, "admin", "right")[0].db.close()
    try:
        office.log_in(folder / "login", "admin", "wrong")[0].close()
    except Trouble as refused:
        db, actor = office.log_in(folder / "login", "admin", "right")
        db.close()
        return f"{refused.code}, then {actor.login}"
    raise LookupError("a wrong password opened the office")


def _preview(folder: Path) -> str:
    """What was printed can be shown: page one has ink on it."""
    import pypdfium2

    file = pypdfium2.PdfDocument((folder / PRINTED).read_bytes())
    try:
        shown = file[0].render(scale=0.5).to_pil().convert("L")
    finally:
        file.close()
    darkest, lightest = shown.getextrema()
    if darkest == lightest:
        raise LookupError("page one is blank")
    return f"{shown.width} x {shown.height}"


def _released(folder: Path) -> str:
    """A database of every released version opens, is brought up to this one, and holds what it held."""
    from desktop.features.office import api as office
    from desktop.features.register import api as register

    found = []
    for shipped in sorted(resources.path("released").iterdir()):
        kept = folder / "released" / shipped.name
        kept.mkdir(parents=True)
        for file in shipped.iterdir():
            # Not by shutil: Wine 8, where this is proved, lacks the call that it makes.
            (kept / file.name).write_bytes(file.read_bytes())
        db, actor = office.log_in(kept, *RELEASED_LOGIN)
        try:
            with db.reader(actor) as reader:
                households = len(register.household_ids(reader))
            with db.engine.connect() as connection:
                intact = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        finally:
            db.close()
        if not households or intact != "ok":
            raise LookupError(shipped.name)
        found.append(f"{shipped.name}: {households} households")
    return ", ".join(found)


def _app() -> None:
    """Without a screen: the self-test also runs where nobody is logged in."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop.shell.app import make_app

    make_app()


def _window(folder: Path) -> str:
    """Qt speaks Chinese: the dialog's Cancel reads 取消."""
    _app()
    from PySide6.QtWidgets import QDialogButtonBox

    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    said = box.button(QDialogButtonBox.StandardButton.Cancel).text()
    if "取消" not in said:
        raise LookupError(said)
    return said


CHECKS: dict[str, Check] = {
    "window": _window,
    "fonts": _fonts,
    "pictures": _pictures,
    "places": _places,
    "codes": _codes,
    "login": _login,
    "main_job": _main_job,
    "preview": _preview,
    "released": _released,
}
