"""Puts window, screens and desk together for one login. Read from top to bottom it is the list of all screens."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.core.db.database import Database
from desktop.core.db.drafts import SealedDrafts
from desktop.core.db.unit import Actor, Reader, Unit
from desktop.core.errors import Trouble
from desktop.core.found import Found
from desktop.core.remember import Remember
from desktop.features.attachments.ui.tab import AttachmentsTab
from desktop.features.handbook import api as handbook
from desktop.features.handbook.ui.screen import HandbookScreen
from desktop.features.office import api as office
from desktop.features.office.ui.audit_panel import AuditPanel
from desktop.features.office.ui.users_panel import UsersPanel
from desktop.features.register import api as register
from desktop.features.register.ui.form_screen import HouseholdForm
from desktop.features.register.ui.household_page import HouseholdPage
from desktop.features.register.ui.import_screen import ImportScreen
from desktop.features.register.ui.list_screen import RegisterScreen
from desktop.features.register.ui.numbering_panel import NumberingPanel
from desktop.features.standards.ui.panel import StandardsPanel
from desktop.features.sync.ui.screen import SyncScreen
from desktop.features.visits import api as visits
from desktop.features.visits.ui.form import VisitForm
from desktop.features.visits.ui.missing import MissingScreen
from desktop.features.visits.ui.screen import VisitsScreen
from desktop.features.visits.ui.tab import VisitsTab
from desktop.features.volunteers import api as volunteers
from desktop.features.volunteers.ui.form import VolunteerForm
from desktop.features.volunteers.ui.screen import VolunteersScreen
from desktop.shell.backup_care import BackupCare
from desktop.shell.backup_panel import BackupPanel
from desktop.shell.foot_facts import FootFacts
from desktop.shell.keys_panel import KeysPanel
from desktop.shell.menu import Place
from desktop.shell.screens import Screens
from desktop.shell.settings_panel import SettingsPanel
from desktop.shell.system import SystemScreen
from desktop.shell.today import Today
from desktop.shell.waiting import waiting
from desktop.shell.window import Window
from desktop.widgets.desk import Desk
from desktop.widgets.keep import Keep
from desktop.widgets.runner import Runner

# What a title bar and the borders may take.
_FRAME = 48
PLACES = (
    Place("today", "今日", "today"),
    Place("register", "户籍册", "household"),
    Place("visits", "帮扶走访", "visit"),
    Place("handbook", "一牌一册", "handbook"),
    Place("volunteers", "志愿积分", "points"),
    Place("sync", "U盘交换", "exchange"),
    Place("system", "系统", "system", 1),
)
ACTIONS = (
    Found("功能", "新增户", screen="register.form"),
    Found("功能", "导入名单", screen="register.import"),
    Found("功能", "记走访", screen="visits.form"),
    Found("功能", "本季未走访的户", screen="visits.missing"),
    Found("功能", "打印手册和牌", screen="handbook"),
    Found("功能", "登记志愿者", screen="volunteers.form"),
    Found("功能", "U盘交换", screen="sync"),
    Found("功能", "撤销与操作历史", screen="system"),
    Found("功能", "代码、标准和工作日", screen="system", given={"tab": "代码与标准"}),
)
# How the clerk calls what a bundle brings; the exchange itself knows no feature.
TABLE_NAMES = {
    "household": "户",
    "person": "人",
    "village_group": "村民小组",
    "visit": "走访",
    "attachment": "附件",
    "volunteer": "志愿者",
    "points": "积分流水",
    "place": "新村",
    "user": "用户",
    "audit": "操作日志",
    "number_prefix": "编号字母",
    "code_edit": "代码表的改动",
    "standard": "标准",
    "special_day": "工作日规定",
}


@dataclass
class Opened:
    """What belongs together from login to leaving."""

    window: Window
    desk: Desk
    drafts: SealedDrafts
    care: BackupCare

    def leave(self) -> None:
        """Write down that the user leaves, behind what is still being saved; then close."""
        self.desk.runner.close()
        with suppress(Trouble), self.desk.db.unit(self.desk.actor, "退出登录") as unit:
            office.note_leaving(unit)
        self.close()

    def close(self) -> None:
        """Finish what is being saved, then let go of the files."""
        self.care.close()
        self.desk.runner.close()
        self.desk.keep.save()
        self.drafts.close()
        self.desk.db.close()


def open_window(db: Database, actor: Actor, runner_class: type[Runner] = Runner) -> Opened:
    """The window of an office, on its first page. `runner_class` is AtOnce in tests and pictures."""

    def unit() -> AbstractContextManager[Unit]:
        return db.unit(actor, "操作")

    def reader() -> AbstractContextManager[Reader]:
        return db.reader(actor)

    with reader() as found:
        own, who = office.office(found), office.title_of(found, actor)
    handbook.sweep_previews(db.paths.prints)  # what a power cut left of an earlier preview
    screens = Screens()
    title = f"{own.name} · {office.LEVEL_NAMES[own.level]}"
    window = Window(title, who, PLACES, screens, lambda text: find(db, actor, text), ACTIONS)
    runner, drafts = runner_class(unit, reader), SealedDrafts(db.paths.drafts, db.key, actor.id)
    desk = Desk(db, actor, runner, window, drafts, Keep(Remember(db.paths.remembered)))
    today = Today(runner, window, waiting(desk))
    FootFacts(desk, window.foot, window.menu, today)  # belongs to the foot
    care = BackupCare(db, runner_class, runner, window)
    _register(screens, desk, today, care)
    window.connect_runner(runner)
    desk.keep.geometry(window, "window")
    window.go_to_place("today")
    return Opened(window, desk, drafts, care)


def show_whole(window: QWidget) -> None:
    """On a small screen the window and its frame would hang over the edge, and the status bar with it."""
    room = window.screen().availableGeometry()
    if room.width() > window.width() and room.height() > window.height() + _FRAME:
        window.show()
    else:
        window.showMaximized()


def _register(screens: Screens, desk: Desk, today: Today, care: BackupCare) -> None:
    screens.add("today", lambda: today)
    screens.add("register", lambda: RegisterScreen(desk, last_visits=lambda ids: _last_visits(desk, ids)))
    screens.add("register.household", lambda: _household_page(desk))
    screens.add("register.form", lambda: HouseholdForm(desk))
    screens.add("register.import", lambda: ImportScreen(desk))
    screens.add("visits", lambda: VisitsScreen(desk))
    screens.add("visits.form", lambda: VisitForm(desk))
    screens.add("visits.missing", lambda: MissingScreen(desk))
    screens.add("handbook", lambda: HandbookScreen(desk))
    screens.add("volunteers", lambda: VolunteersScreen(desk))
    screens.add("volunteers.form", lambda: VolunteerForm(desk))
    screens.add(
        "sync", lambda: SyncScreen(desk, table_names=TABLE_NAMES, describe=(register.disagreement_told,))
    )
    screens.add("system", lambda: SystemScreen(desk, _panels(desk, care)))


def _panels(desk: Desk, care: BackupCare) -> list[tuple[str, Callable[[], QWidget]]]:
    """The pages of 系统 behind its own; what somebody has no right to is not there."""
    found: list[tuple[str, str, Callable[[], QWidget]]] = [
        ("备份", "", lambda: BackupPanel(desk, care)),
        ("用户", "", lambda: UsersPanel(desk)),
        ("数据钥匙", "user.manage", lambda: KeysPanel(desk, care)),
        ("操作日志", "audit.read", lambda: AuditPanel(desk)),
        ("户编号", "", lambda: NumberingPanel(desk)),
        ("代码与标准", "", lambda: StandardsPanel(desk)),
        ("设置", "", lambda: SettingsPanel(desk)),
    ]
    return [(title, make) for title, right, make in found if not right or right in desk.actor.rights]


def _household_page(desk: Desk) -> HouseholdPage:
    return HouseholdPage(
        desk, tabs=[("走访", VisitsTab), ("附件", AttachmentsTab)], deeds=[("记走访", "visits.form")]
    )


def _last_visits(desk: Desk, ids: Sequence[bytes]) -> Mapping[bytes, str]:
    with desk.reader() as reader:
        return visits.last_days(reader, ids)


def find(db: Database, actor: Actor, text: str) -> Sequence[Found]:
    """What Ctrl+K finds in the data: households by their number, people (both open the page), volunteers."""
    with db.reader(actor) as reader:
        numbered = register.household_lines(reader, register.numbered(reader, text, 4))
        hits = register.search_people(reader, text, 8 - len(numbered))
        helping = volunteers.volunteer_lines(reader, volunteers.volunteer_ids(reader, text)[:4])
    households = [_found("户", h.head, f"{h.number}　{h.village}{h.group}", h.id) for h in numbered]
    people = [_found("人", h.name, h.address, h.household) for h in hits]
    return (
        households
        + people
        + [Found("志愿者", v.name, v.place, "volunteers", {"volunteer": v.id}) for v in helping]
    )


def _found(kind: str, title: str, detail: str, household: bytes) -> Found:
    return Found(kind, title, detail, "register.household", {"household": household})
