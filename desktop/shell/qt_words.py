"""The words that Qt's own Chinese translation lacks, seen in its file and print dialogs on Linux."""

from PySide6.QtCore import QTranslator

_WORDS = {
    "QFileDialog": {"&Look in:": "查找范围(&L)：", "Files of &type:": "文件类型(&T)："},
    "QAbstractFileIconProvider": {
        "Drive": "驱动器",
        "File": "文件",
        "File Folder": "文件夹",
        "Folder": "文件夹",
        "%1 File": "%1 文件",
        "Alias": "替身",
        "Shortcut": "快捷方式",
        "Unknown": "未知",
    },
    "QPageSetupWidget": {"Page &order:": "页面顺序(&O)：", "Pages &per sheet:": "每张页数(&P)："},
    "QPrintSettingsOutput": {"Page &Set:": "页码集(&S)："},
    "QCupsJobWidget": {
        "&Billing information:": "计费信息(&B)：",
        "&End:": "结束页(&E)：",
        "&Start:": "开始页(&S)：",
        "Job &priority:": "作业优先级(&P)：",
        "Scheduled &printing:": "定时打印(&P)：",
    },
}


class MissingWords(QTranslator):
    """Installed before Qt's own file, so that it is asked after it."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, about: str | None = None, n: int = -1) -> str | None:
        # None, not an empty string: that would blank every word nobody knows.
        return _WORDS.get(context, {}).get(text)
