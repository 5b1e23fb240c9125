"""Which copy is to be restored: asked in three places, with the same words."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.widgets.files import ask_open

NOT_OURS = "这不是本程序做的备份，请选文件名以日期开头的 .db 文件。"


def ask_backup(over: QWidget) -> Path | None:
    return ask_open(over, "选一份备份", "备份 (*.db)")
