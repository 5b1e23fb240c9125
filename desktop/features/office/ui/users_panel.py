"""系统 → 用户: who may use this office's program, in which roles, how far; first passwords; stopping."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.core.db.unit import Unit
from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.features.office import rules, store, users
from desktop.features.office.model import ROLE_NAMES, Level, Office, User, UserDraft
from desktop.features.office.places import Places, read_places
from desktop.features.office.second import Second
from desktop.features.office.ui.handover_dialog import HandoverDialog
from desktop.features.office.ui.help_dialog import help_from
from desktop.features.office.ui.region_field import RegionField
from desktop.features.office.users import Safe
from desktop.widgets import say
from desktop.widgets.colours import Tone
from desktop.widgets.columns import Column
from desktop.widgets.desk import Desk
from desktop.widgets.fields import CheckField, TextField
from desktop.widgets.form import Form
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row, side_by_side
from desktop.widgets.password_field import PasswordField

_ROLE = "role."


class UsersPanel(QFrame):
    """A list and a form beside it. Who may not manage users sees the list only."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._user: User | None = None
        self._lines: list[User] = []
        with desk.reader() as reader:
            self._own: Office = store.office(reader)
        self._region = RegionField(self._read_places)
        self.may_manage = "user.manage" in desk.actor.rights
        self.may_grant = "user.grant" in desk.actor.rights
        self.table = PagedTable(self._columns(), name="office.users")
        self.form = Form(self._check)
        self._fill_form()
        self._lay_out()
        self.table.selected.connect(lambda _key: self.show_user(self.table.line))
        self.form.save_wanted.connect(self.save)

    def _read_places(self) -> Places:
        with self._desk.reader() as reader:
            return read_places(reader)

    def _columns(self) -> list[Column]:
        return [
            Column("name", "姓名", lambda u: u.name, 90),
            Column("login", "用户名", lambda u: u.login, 110),
            Column("roles", "角色", lambda u: rules.role_words(u.roles), 170, stretch=True),
            Column("prefix", "管辖范围", lambda u: self._region.title(u.prefix), 130),
            Column(
                "state", "状态", _state, 120,
                tone=lambda u: Tone.DONE if u.alive and u.is_here else Tone.QUIET,
            ),
        ]  # fmt: skip

    def _fill_form(self) -> None:
        form = self.form
        form.section("用户")
        form.add("login", "用户名", TextField("登录时输入，以后不能改", 40), required=True)
        form.add("name", "姓名", TextField(most=40), required=True)
        form.add("prefix", "管辖范围", self._region, required=True)
        form.add("password", "密码", PasswordField("至少 8 个字符"))
        form.section("角色")
        for role in rules.roles_at(self._own.level):
            form.add(_ROLE + role, "", CheckField(ROLE_NAMES[role]))
        if rules.is_separated(self._own.level) and self.may_manage:
            form.section("停用三员之一或为其设新密码时，由另一员复核")
            form.add("second", "复核人用户名", TextField(most=40))
            form.add("second_password", "复核人密码", PasswordField())

    def _lay_out(self) -> None:
        self.add_button = button("新增用户", self.start_new, name="add", keys="Ctrl+N")
        self.password_button = button("设新密码", self.set_password)
        self.stop_button = button("停用", self.stop)
        self.handover_button = button("移交工作…", self.hand_over)
        self.save_button = button("保存用户", self.save, name="save", keys="Ctrl+S")
        self.hint = label("", "secondary", wrap=True)
        self.help_button = button("下级忘记密码…", lambda: help_from(self._desk, self))
        self.tools = QWidget()
        self.tools.setLayout(
            row(self.save_button, self.password_button, self.handover_button, self.stop_button, None)
        )
        beside = QWidget()
        split = side_by_side(self.table, beside)
        head = row(label(self._words(), "quiet-text"), None, self.help_button, self.add_button)
        box = column(head, split, edge=GRID)
        box.setStretch(1, 1)
        self.setLayout(box)
        beside.setLayout(column(self.form, self.hint, self.tools))
        split.setSizes([640, 480])
        self.add_button.setVisible(self.may_manage)
        is_above = self._own.level in (Level.COUNTY, Level.CITY)
        self.help_button.setVisible(self.may_manage and is_above)
        self.tools.setVisible(self.may_manage or self.may_grant)
        self.form.setEnabled(self.may_manage or self.may_grant)

    def _words(self) -> str:
        if self.may_manage or self.may_grant:
            return "每人一个用户，不要共用密码：谁做了什么都记在操作日志里。"
        return "用户由管理员来设。"

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read()

    def read(self) -> None:
        """The list as it is now; the form follows the chosen line."""
        with self._desk.reader() as reader:
            self._lines = users.users(reader)
        self.table.set_lines(self._lines)
        self.table.say_totals(f"在用 {sum(u.alive for u in self._lines)} 人，共 {len(self._lines)} 人")
        if self._user is None and self._lines and not self.form.is_changed:
            self.table.select_row(0)

    def show_user(self, user: User | None) -> None:
        if user is None:
            return
        self._user = user
        roles = {_ROLE + role: role in user.roles for role in rules.roles_at(self._own.level)}
        self.form.set_values({"login": user.login, "name": user.name, "prefix": user.prefix, **roles})
        self._set_state()

    def start_new(self) -> None:
        self._user = None
        self.form.set_values({"prefix": self._own.prefix})
        self._set_state()
        self.form.focus_on("login")

    def _set_state(self) -> None:
        user, is_new = self._user, self._user is None
        self.form.field("login").setReadOnly(not is_new)
        self.form.field("name").setEnabled(self.may_manage)
        for name in ("prefix", *(_ROLE + r for r in rules.roles_at(self._own.level))):
            self.form.field(name).setEnabled(self.may_grant)
        self.form.field("password").setEnabled(self.may_manage)
        self.save_button.setText("新增" if is_new else "保存用户")
        self.password_button.setVisible(self.may_manage and not is_new)
        self.password_button.setText("设新密码" if user is None or user.alive else "恢复使用并设新密码")
        self.stop_button.setVisible(self.may_manage and user is not None and user.alive)
        self.handover_button.setVisible(self.may_manage and self.may_grant and not is_new)
        new_words = "请把第一个密码当面告诉本人；本人第一次登录时要换掉。"
        self.hint.setText(new_words if is_new else "要设新密码，先在上面写好密码，再按“设新密码”。")
        self.hint.setVisible(self.may_manage)
        is_elsewhere = user is not None and not user.is_here
        self.tools.setEnabled(not is_elsewhere)
        if is_elsewhere:
            self.hint.setText("这是本单位其他电脑上的用户，请在那台电脑上修改。")
            self.hint.show()

    def _draft(self, values: Mapping[str, Any]) -> UserDraft:
        roles = tuple(r for r in rules.roles_at(self._own.level) if values[_ROLE + r])
        return UserDraft(values["login"], values["name"], roles, str(values["prefix"]))

    def _check(self, values: Mapping[str, Any]) -> list[Problem]:
        taken = [u.login for u in self._lines if self._user is None or u.id != self._user.id]
        draft = self._draft(values)
        problems = rules.check_user(draft, self._own.level, self._own.prefix, taken)
        if self._user is None or values["password"]:
            problems += rules.check_password(values["password"], draft.login)
        return problems

    def save(self) -> None:
        if not (self.may_manage or self.may_grant):
            return
        values = self.form.values()
        if problems := [*self.form.typing_problems(), *self._check(values)]:
            self.form.show_problems(problems)
            return
        draft, user = self._draft(values), self._user
        if user is None:
            safe = Safe.of(self._desk.db)
            rest = "" if draft.roles else "，还没有角色：请勾选角色后保存，此人才能办事"
            self._act(partial(_add, safe, draft, values["password"]), f"已新增用户 {draft.login}{rest}")
        else:
            self._act(partial(_change, user.id, draft), f"用户 {draft.login} 已保存")

    def set_password(self) -> None:
        """The user must change it at the next login."""
        user, password = self._user, self.form.values()["password"]
        if user is None:
            return
        if problems := rules.check_password(password, user.login):
            self.form.show_problems(problems)
            return
        safe = Safe.of(self._desk.db)
        self._act(
            partial(_set_password, safe, user.id, password, self._second()),
            f"已给 {user.login} 设新密码，请当面告诉本人",
        )

    def stop(self) -> None:
        user = self._user
        if user is None or not say.asked(
            self,
            f"停用用户 {user.login}（{user.name}）？",
            "此人的密码立刻失效；做过的事仍在记录里。",
            "停用",
        ):
            return
        stop = partial(_stop, Safe.of(self._desk.db), user.id, self._second())
        self._act(stop, f"用户 {user.login} 已停用")

    def _second(self) -> Second | None:
        values = self.form.values()
        if not values.get("second"):
            return None
        return Second(values["second"], values["second_password"], self._desk.db.paths.keys)

    def hand_over(self) -> None:
        """A guided step: what goes along is shown before anything is done."""
        user = self._user
        if user is not None:
            others = [u for u in self._lines if u.alive and u.is_here and u.id != user.id]
            HandoverDialog(self._desk, user, others, self._region.title, self._done, self).open()

    def _act(self, action: Callable[[Unit], Any], said: str) -> None:
        """Not with 撤销: a password cannot be taken back."""
        self.tools.setEnabled(False)
        self._desk.runner.act(
            self, action, done=lambda _result: self._done(said), refused=self._refused,
            trouble=self._refused, stopped=lambda: self.tools.setEnabled(True),
        )  # fmt: skip

    def _done(self, said: str) -> None:
        self.tools.setEnabled(True)
        self._desk.navigator.say(said)
        login = self.form.values()["login"]
        self.form.mark_saved()
        self._user = None
        self.read()
        for place, user in enumerate(self._lines):
            if user.login == login and user.is_here:
                self.table.select_row(place)
                self.show_user(user)

    def _refused(self, error: Any) -> None:
        self.tools.setEnabled(True)
        if isinstance(error, Refused):
            self.form.show_problems([_placed(p) for p in error.problems])
        else:
            say.tell(self, error)


def _placed(problem: Problem) -> Problem:
    """Problems of the roles have no one field: they stand above the form."""
    if problem.field != "roles":
        return problem
    return Problem(problem.code, "", problem.sentence, problem.weight)


def _add(safe: Safe, draft: UserDraft, password: str, unit: Unit) -> None:
    users.add_user(unit, safe, draft, password)


def _change(user_id: bytes, draft: UserDraft, unit: Unit) -> None:
    users.change_user(unit, user_id, draft)


def _set_password(safe: Safe, user_id: bytes, password: str, given: Second | None, unit: Unit) -> None:
    users.set_password(unit, safe, user_id, password, given)


def _stop(safe: Safe, user_id: bytes, given: Second | None, unit: Unit) -> None:
    users.stop_user(unit, safe, user_id, given)


def _state(user: User) -> str:
    if not user.is_here:
        return "其他电脑的用户"
    return "在用" if user.alive else "已停用"
