"""用户 and 操作日志, as the administrator and a clerk see them."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.core import keys
from desktop.core.db import database
from desktop.core.db.database import Database
from desktop.core.db.drafts import SealedDrafts
from desktop.core.db.unit import Actor
from desktop.core.drafts import Draft
from desktop.core.lockout import Failed
from desktop.features.office import audit
from desktop.features.office.ui.audit_panel import AuditPanel
from desktop.features.office.ui.handover_dialog import HandoverDialog
from desktop.features.office.ui.users_panel import UsersPanel
from desktop.widgets import say
from tests.desk_maker import make_desk
from tests.features.office.test_users import OWN, VILLAGE, acting, add, draft, known, settle
from tests.office_maker import make_office

Office = tuple[Database, Actor]


def users_panel(qtbot: QtBot, db: Database, actor: Actor, folder: Path) -> UsersPanel:
    panel = UsersPanel(make_desk(db, actor, folder))
    qtbot.addWidget(panel)
    panel.show()
    return panel


def audit_panel(qtbot: QtBot, db: Database, actor: Actor, folder: Path) -> AuditPanel:
    panel = AuditPanel(make_desk(db, actor, folder))
    qtbot.addWidget(panel)
    panel.show()
    return panel


def fill(panel: UsersPanel, **values: object) -> None:
    for name, value in values.items():
        panel.form.field(name.replace("role_", "role.")).set_value(value)


def problems(panel: UsersPanel) -> str:
    return " ".join(cell.note.text() for cell in panel.form._cells.values()) + panel.form._band_text.text()


def test_the_administrator_makes_a_village_clerk(qtbot: QtBot, township: Office, tmp_path: Path) -> None:
    db, admin = township
    panel = users_panel(qtbot, db, admin, tmp_path)
    panel.add_button.click()
    fill(panel, login="lili", name="李丽", prefix=VILLAGE, role_village=True, password="short")
    panel.save()
    assert "至少 8 个字符" in problems(panel)
    fill(panel, password="long enough")
    panel.save_button.click()
    made = known(db, admin)["lili"]
    assert (made.roles, made.prefix) == (("village",), VILLAGE)
    assert keys.is_first(db.paths.keys, "lili")
    assert panel.table.line.login == "lili"
    assert panel.form.values()["password"] == ""
    assert panel._desk.navigator.said == ["已新增用户 lili"]  # type: ignore[attr-defined]
    panel.add_button.click()
    fill(panel, login="lili", name="x", password="long enough")
    panel.save()
    assert "已有这个用户名" in problems(panel)


def test_a_user_without_a_role_is_told_of(qtbot: QtBot, township: Office, tmp_path: Path) -> None:
    panel = users_panel(qtbot, *township, tmp_path)
    panel.add_button.click()
    fill(panel, login="lili", name="李丽", prefix=VILLAGE, password="long enough")
    panel.save_button.click()
    assert "还没有角色" in panel._desk.navigator.said[-1]  # type: ignore[attr-defined]


def test_roles_and_region_are_changed_and_the_login_is_not(
    qtbot: QtBot, township: Office, tmp_path: Path
) -> None:
    db, admin = township
    add(db, admin)
    panel = users_panel(qtbot, db, admin, tmp_path)
    choose(panel, "lili")
    assert panel.form.field("login").isReadOnly()
    fill(panel, role_clerk=False, role_reviewer=True, name="李丽丽")
    panel.save()
    made = known(db, admin)["lili"]
    assert (made.roles, made.name) == (("reviewer",), "李丽丽")


def choose(panel: UsersPanel, login: str) -> None:
    place = next(n for n, u in enumerate(panel._lines) if u.login == login)
    panel.table.select_row(place)


def test_stopping_asks_first_and_a_new_password_brings_back(
    qtbot: QtBot, township: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, admin = township
    add(db, admin)
    panel = users_panel(qtbot, db, admin, tmp_path)
    choose(panel, "lili")
    monkeypatch.setattr(QMessageBox, "exec", lambda box: 0)  # closed without an answer
    panel.stop()
    assert known(db, admin)["lili"].alive
    monkeypatch.setattr(say, "asked", lambda *_: True)
    panel.stop()
    assert not known(db, admin)["lili"].alive
    choose(panel, "lili")
    assert panel.password_button.text() == "恢复使用并设新密码"
    panel.set_password()
    assert "至少 8 个字符" in problems(panel)
    fill(panel, password="long enough")
    panel.set_password()
    assert known(db, admin)["lili"].alive
    assert keys.is_first(db.paths.keys, "lili")


def test_handing_over_shows_what_goes_along_and_takes_the_drafts(
    qtbot: QtBot, township: Office, tmp_path: Path
) -> None:
    db, admin = township
    before = add(db, admin, draft("jiu", ("village",), VILLAGE))
    after = add(db, admin, draft("xin", ("reviewer",), VILLAGE))
    panel = users_panel(qtbot, db, admin, tmp_path)
    old = SealedDrafts(db.paths.drafts, db.key, before.id)
    old.put(Draft("visits.form", "h1", {"findings": "屋顶"}))
    panel._desk.drafts = SealedDrafts(db.paths.drafts, db.key, admin.id)
    choose(panel, "jiu")
    panel.handover_button.click()
    (dialog,) = panel.findChildren(HandoverDialog)
    dialog.accept()
    assert dialog.isVisible()
    dialog.form.set_values({"after": "xin", "stop": True})
    dialog.tell()
    assert "草稿：1 份" in dialog.what.text()
    assert "蔡园董村" in dialog.what.text()
    dialog.accept()
    assert not known(db, admin)["jiu"].alive
    assert known(db, admin)["xin"].roles == ("reviewer", "village")
    new = SealedDrafts(db.paths.drafts, db.key, after.id)
    assert [d.about for d in new.list()] == ["h1"]
    assert panel._desk.navigator.said[-1].endswith("草稿 1 份")  # type: ignore[attr-defined]
    for store in (old, new, panel._desk.drafts):
        store.close()  # type: ignore[attr-defined]


def test_what_the_rules_refuse_is_said_above_the_form(qtbot: QtBot, township: Office, tmp_path: Path) -> None:
    panel = users_panel(qtbot, *township, tmp_path)
    choose(panel, "admin")
    fill(panel, role_admin=False)
    panel.save()
    assert "至少要留一位系统管理员" in problems(panel)


def test_a_clerk_sees_who_there_is_and_changes_nothing(
    qtbot: QtBot, township: Office, tmp_path: Path
) -> None:
    db, admin = township
    add(db, admin)
    panel = users_panel(qtbot, db, acting(db, "lili"), tmp_path)
    assert len(panel._lines) == 2
    assert not panel.add_button.isVisible()
    assert not panel.tools.isVisible()
    assert not panel.form.isEnabled()


def test_a_region_is_found_by_its_name_and_initials(qtbot: QtBot, township: Office, tmp_path: Path) -> None:
    region = users_panel(qtbot, *township, tmp_path).form.field("prefix")
    assert [c.code for c in region._matching("cyd")][:1] == [VILLAGE]
    assert region._matching("")[0].code == "371602012"
    assert region.title(VILLAGE) == "蔡园董村"


def test_the_log_is_read_filtered_exported_and_proved(qtbot: QtBot, township: Office, tmp_path: Path) -> None:
    db, admin = township
    add(db, admin)
    panel = audit_panel(qtbot, db, admin, tmp_path)
    assert len(panel.table.model.keys) == 2
    panel.filter.set_text("lili")
    qtbot.waitUntil(lambda: len(panel.table.model.keys) == 1)
    panel.kind.set_value("login")
    assert len(panel.table.model.keys) == 0
    panel.kind.set_value("")
    panel.check()
    assert "日志完整" in panel.said.text()
    panel.write(tmp_path / "log.xlsx")
    assert (tmp_path / "log.xlsx").exists()
    assert panel._desk.navigator.said == ["已导出 1 条到“log.xlsx”"]  # type: ignore[attr-defined]
    panel.filter.set_text("导出")
    qtbot.waitUntil(lambda: len(panel.table.model.keys) == 1)


def test_a_line_names_the_place_and_who_typed_a_wrong_password(
    qtbot: QtBot, township: Office, tmp_path: Path
) -> None:
    db, admin = township
    add(db, admin, draft("lili", ("village",), VILLAGE))
    with db.unit(admin, "登录") as unit:
        audit.note_failed(unit, [Failed("lili", "2027-03-14T04:00:00+00:00"), Failed("", "")])
    panel = audit_panel(qtbot, db, admin, tmp_path)
    shown = [[c.value(panel.table.model.line(n)) for c in panel.table.model.columns] for n in range(4)]
    assert "新增用户 lili：村级经办，范围 蔡园董村" in [line[3] for line in shown]
    assert {line[1] for line in shown if line[2] == "密码输错"} == {"lili", "不是用户的名字"}


def test_a_forged_line_is_told_in_plain_words(qtbot: QtBot, township: Office, tmp_path: Path) -> None:
    db, admin = township
    with database.writing(db.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER ledger_update_audit")
        connection.exec_driver_sql("UPDATE audit SET about = 'nothing'")
    panel = audit_panel(qtbot, db, admin, tmp_path)
    panel.check()
    assert "有 1 条记录对不上" in panel.said.text()


def test_who_may_not_read_the_log_is_told_who_may(qtbot: QtBot, township: Office, tmp_path: Path) -> None:
    db, admin = township
    add(db, admin)
    panel = audit_panel(qtbot, db, acting(db, "lili"), tmp_path)
    assert len(panel.table.model.keys) == 0
    assert not panel.export_button.isEnabled()


def test_at_the_county_another_of_the_three_confirms_in_the_form(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, admin = make_office(tmp_path, "county")
    for login in ("anquan", "anquan2"):
        add(db, admin, draft(login, ("security",), "371602"))
        settle(db, login)
    monkeypatch.setattr(say, "asked", lambda *_: True)
    panel = users_panel(qtbot, db, acting(db, "admin"), tmp_path)
    choose(panel, "anquan")
    panel.stop()
    assert "两个人一起办" in problems(panel)
    assert known(db, admin)["anquan"].alive
    fill(panel, second="anquan2", second_password=OWN)
    panel.stop()
    assert not known(db, admin)["anquan"].alive
    assert panel.form.values()["second_password"] == ""
    db.close()
