"""What must be told of the standing of this PC in the exchange: a sentence, and what to do."""

from datetime import timedelta

# Why this PC must be enrolled anew (`barred` in table local).
TWIN, REVOKED, LOST_KEYS = "twin", "revoked", "lost keys"
BARRED = {
    TWIN: (
        "有两台电脑用同一个身份在工作，上级请本机重新办理入网",
        "两边的内容都已保留；请写出入网申请交给上级",
    ),
    REVOKED: (
        "上级已停用本机，从本机写出的数据包没有单位能读",
        "请打电话问上级是否弄错；还要用这台电脑的，请重新写出入网申请",
    ),
    LOST_KEYS: (
        "本机用的是更换之前的密钥，从本机写出的数据包没有单位能读",
        "多半是恢复了较旧的备份；请重新写出入网申请交给上级",
    ),
}
# How long one may hear nothing of whom the office above believes [K].
FROZEN_MS = timedelta(days=60) // timedelta(milliseconds=1)
_DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


def warning(barred: str, parent: str, heard_at: int, now: int) -> tuple[str, str]:
    """What is wrong and what to do; two empty texts when all is well. Times are milliseconds since 1970; `heard_at` is
    when the office above last said which PCs it believes."""
    if barred in BARRED:
        return BARRED[barred]
    if not is_frozen(parent, heard_at, now):
        return "", ""
    return (
        f"“{parent}”的停用名单已有 {days(heard_at, now)} 天没有更新，已停用的电脑写来的内容，本机可能还会读入",
        f"请打电话问“{parent}”，并请对方写一个数据包来读入；一直收不到的，请当面去取",
    )


def is_frozen(parent: str, heard_at: int, now: int) -> bool:
    """Whether nothing was heard of the trust list for too long; never in an office without one above."""
    return bool(parent) and now - heard_at >= FROZEN_MS


def days(earlier: int, now: int) -> int:
    return max(0, now - earlier) // _DAY_MS
