"""冲正 on the screen: where the office has a second person, that one's name and password stand beside the reason."""

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.core.db.database import Database
from desktop.core.db.drafts import SealedDrafts
from desktop.core.db.unit import Actor
from desktop.features.volunteers import actions, ledger, store
from desktop.features.volunteers.model import TransferKind, VolunteerDraft
from desktop.features.volunteers.ui.booking import BookingForms
from tests.desk_maker import make_desk
from tests.features.office.test_users import acting, add, draft
from tests.office_maker import VILLAGE

Office = tuple[Database, Actor]


def opened(qtbot: QtBot, db: Database, actor: Actor, folder: Path) -> tuple[BookingForms, bytes]:
    """The form of a reversal, of a booking of five points."""
    with db.unit(actor, "积分") as unit:
        helper = actions.add_volunteer(unit, VolunteerDraft(region=VILLAGE, name="岳兰"))
    with db.unit(actor, "积分") as unit:
        actions.award(unit, helper.id, 5, "扫路")
    desk = make_desk(db, actor, folder)
    desk.drafts = SealedDrafts(db.paths.drafts, db.key, actor.id)
    forms = BookingForms(desk, QWidget())
    qtbot.addWidget(forms)
    forms.show()
    with desk.reader() as reader:
        (who,) = store.volunteer_lines(reader, [helper.id])
        (line,) = ledger.lines(reader, helper.id)
    forms.open_form(TransferKind.REVERSAL, who, line)
    return forms, helper.id


def balance(db: Database, actor: Actor, helper: bytes) -> int:
    with db.reader(actor) as reader:
        return ledger.balances(reader, [helper])[helper]


def test_alone_nobody_is_asked_for(qtbot: QtBot, township: Office, tmp_path: Path) -> None:
    db, admin = township
    forms, helper = opened(qtbot, db, admin, tmp_path)
    form = forms.forms[TransferKind.REVERSAL]
    assert "second" not in form.values()
    form.field("reason").set_text("记错了人")
    form.save_button.click()
    assert balance(db, admin, helper) == 0


def test_the_second_person_types_name_and_password(qtbot: QtBot, township: Office, tmp_path: Path) -> None:
    db, admin = township
    add(db, admin, draft("jingban", ("clerk",)))
    forms, helper = opened(qtbot, db, acting(db, "jingban"), tmp_path)
    form = forms.forms[TransferKind.REVERSAL]
    for login, password, left in (
        ("", "", 5),
        ("jingban", "first password", 5),
        ("admin", "no", 5),
        ("admin", "pw", 0),
    ):
        form.field("reason").set_text("记错了人")
        form.field("second").set_text(login)
        form.field("second_password").set_text(password)
        form.save_button.click()
        assert balance(db, admin, helper) == left, login


def test_a_draft_never_keeps_the_password(qtbot: QtBot, township: Office, tmp_path: Path) -> None:
    db, admin = township
    add(db, admin, draft("jingban", ("clerk",)))
    forms, _ = opened(qtbot, db, acting(db, "jingban"), tmp_path)
    form = forms.forms[TransferKind.REVERSAL]
    for name, text in (("reason", "记错"), ("second", "admin"), ("second_password", "secret words")):
        qtbot.keyClicks(form.field(name), text) if text.isascii() else form.field(name).set_text(text)
    assert form.values()["second_password"] == "secret words"
    forms.close_form()
    kept = forms._desk.drafts.list()
    assert [d.values["second"] for d in kept] == ["admin"]
    assert "secret words" not in repr(kept)
