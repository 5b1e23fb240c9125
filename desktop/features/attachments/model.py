"""An attachment as the program speaks of it."""

from dataclasses import dataclass

# The file list of domain.md 2.14; what it does not name goes under 其他.
TITLES = (
    "入户普查表", "信息采集表", "收入核算表", "申请书", "评议记录", "公示照片", "帮扶计划书", "手册", "明白卡",
    "脱贫认可", "走访记录", "房屋鉴定报告", "残疾证或病历", "低保与补贴凭证", "其他",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attachment:
    """`sha256` names the form that travels, `size` its bytes; `thumb` is a small JPEG, empty for a PDF. `is_here` tells
    whether the file itself is on this PC."""

    id: bytes
    household_id: bytes
    region: str
    title: str
    note: str
    kind: str
    sha256: bytes
    size: int
    taken_at: str
    added_on: str
    thumb: bytes
    is_here: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody attaches: the file's content as it is, one of TITLES, and a line about it."""

    household_id: bytes
    content: bytes
    title: str
    note: str = ""
