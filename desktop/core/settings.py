"""Every option, declared once: key, type, default, title. What the clerk chose lies in one JSON file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar, cast

from desktop.core.errors import Trouble
from desktop.core.remember import read_json, write_json

T = TypeVar("T", str, int, bool)


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """One thing that can be chosen. `choices` empty means any value of that type."""

    key: str
    default: T
    title: str
    choices: tuple[T, ...] = ()
    least: int = 0
    most: int = 1_000_000

    def allows(self, value: object) -> bool:
        if type(value) is not type(self.default):
            return False
        if self.choices:
            return value in self.choices
        return not isinstance(value, int) or self.least <= value <= self.most


TEXT_SIZE = Option("text_size", 100, "界面文字大小（%）", (90, 100, 115, 130))
# 0 is not among the choices: a PC that four people share is never left open for ever.
AUTO_LOCK = Option("auto_lock", 10, "几分钟没有操作就锁定", (3, 5, 10, 15, 30))
PRINT_TWO_SIDED = Option("print_two_sided", False, "手册默认双面打印")
PRINT_DPI = Option("print_dpi", 300, "打印精度（点/英寸）", (200, 300, 600))

OPTIONS: tuple[Option[str] | Option[int] | Option[bool], ...] = (
    TEXT_SIZE,
    AUTO_LOCK,
    PRINT_TWO_SIDED,
    PRINT_DPI,
)


class Settings:
    """The choices made on this PC. A value that is not allowed (edited by hand) reads as the default."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values = read_json(path)

    def get(self, option: Option[T]) -> T:
        value = self._values.get(option.key, option.default)
        return cast(T, value) if option.allows(value) else option.default

    def put(self, option: Option[T], value: T) -> None:
        """Raises ValueError for a value that is not allowed: the page must not offer it."""
        if not option.allows(value):
            raise ValueError(option.key)
        self._values[option.key] = value
        try:
            write_json(self._path, self._values)
        except OSError as cause:
            raise Trouble("设置没有存下来", "请检查磁盘空间，再试一次", code="settings.write") from cause

    def chosen(self) -> Iterator[tuple[Option[str] | Option[int] | Option[bool], str | int | bool]]:
        """Every option with its present value, for the settings page."""
        for option in OPTIONS:
            value = self._values.get(option.key, option.default)
            yield option, value if option.allows(value) else option.default
