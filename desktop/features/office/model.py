"""The office, its places and its users, as the rest of the program sees them."""

from dataclasses import dataclass
from enum import StrEnum

# The roles of sync.md 4. ADMIN and CLERK keep the short names: `init` gives both to the first user.
ADMIN, SECURITY, AUDIT = "admin", "security", "audit"
VILLAGE, CLERK, REVIEWER, MANAGER = "village", "clerk", "reviewer", "manager"
ROLE_NAMES = {
    ADMIN: "系统管理员",
    SECURITY: "安全管理员",
    AUDIT: "审计管理员",
    VILLAGE: "村级经办",
    CLERK: "乡镇经办",
    REVIEWER: "审核",
    MANAGER: "县级管理",
}


class Level(StrEnum):
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


# How many digits of the twelve say which place an office of that level is (domain.md 2.13).
DIGITS = {Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}
LEVEL_NAMES = {Level.CITY: "市级", Level.COUNTY: "县级", Level.TOWNSHIP: "乡镇级", Level.VILLAGE: "村级"}


@dataclass(frozen=True, slots=True)
class Office:
    """`key` is the permanent region key of the place that the office looks after."""

    key: str
    name: str
    level: Level

    @property
    def prefix(self) -> str:
        """What the keys of all places of this office begin with."""
        return self.key[: DIGITS[self.level]]


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its permanent key. `code` is the published code, empty while there is none."""

    key: str
    name: str
    level: str
    parent: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """`prefix` is the region that the user's rights reach; a user who was stopped is not `alive`.

    `is_here`: made on this PC, and logs in here. The users of the office's other PCs come in bundles, perhaps under
    the same login.
    """

    id: bytes
    login: str
    name: str
    roles: tuple[str, ...]
    prefix: str
    alive: bool = True
    is_here: bool = True


@dataclass(frozen=True, slots=True)
class UserDraft:
    """What an administrator writes of a user."""

    login: str
    name: str
    roles: tuple[str, ...]
    prefix: str


class Event(StrEnum):
    """What the audit log holds."""

    LOGIN = "login"
    FAILED = "failed"
    LEFT = "left"
    PASSWORD = "password"
    USER = "user"
    IMPORT = "import"
    EXPORT = "export"
    PRINT = "print"
    RESTORE = "restore"
    UNMASK = "unmask"
    SECOND = "second"
    HANDOVER = "handover"
    KEY = "key"
    TRUST = "trust"


EVENT_NAMES = {
    Event.LOGIN: "登录",
    Event.FAILED: "密码输错",
    Event.LEFT: "退出登录",
    Event.PASSWORD: "修改密码",
    Event.USER: "用户变更",
    Event.IMPORT: "导入",
    Event.EXPORT: "导出",
    Event.PRINT: "打印",
    Event.RESTORE: "恢复备份",
    Event.UNMASK: "查看号码",
    Event.SECOND: "双人复核",
    Event.HANDOVER: "工作移交",
    Event.KEY: "更换钥匙",
    Event.TRUST: "证书",
}


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of the audit log. `at` is Beijing time; `login` is empty for a name that is no user's."""

    id: bytes
    at: str
    login: str
    name: str
    event: str
    about: str
    reason: str
