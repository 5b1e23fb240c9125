"""The command line: the window, and every step of the main job for scripts and tests.

Exit status: 0 done (doubtful cells included), 1 refused or trouble (one sentence on standard error), 2 wrong usage.
With --json the last line of standard output is one object, also with status 1.
"""

import argparse
import getpass
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from desktop.core import log
from desktop.core.errors import Cancelled, Refused, Trouble

Result = dict[str, Any]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"命令用法不对：{message}\n{self.format_usage()}", file=sys.stderr)
        sys.exit(2)


def parser() -> argparse.ArgumentParser:
    top = _Parser(prog="desktop", description="一牌一册。不带命令时打开窗口。")
    top.add_argument("--selftest", metavar="FILE", type=Path, help="检查本程序各部分，结果写入文件")
    top.add_argument("--data", metavar="DIR", type=Path, help="数据文件夹")
    top.add_argument("--open", metavar="FILE.hhb", type=Path, help="登录后读入这个数据包")
    commands = top.add_subparsers(dest="command", metavar="命令")
    _init(commands)
    _import(commands)
    _print(commands)
    _bundle(commands)
    _backup(commands)
    _household(commands)
    _points(commands)
    made = _command(commands, "rekey", "换一把数据钥匙和恢复码（可能泄露之后）")
    made.add_argument("dir", metavar="DIR", type=Path)
    made.add_argument(
        "--present",
        nargs=2,
        action="append",
        default=[],
        metavar=("LOGIN", "FILE"),
        help="在场的另一位和其密码所在的文件；不在场的要由管理员设新密码",
    )
    made = _command(commands, "rebuild", "按原始记录重新计算全部数据，报告不同之处")
    made.add_argument("dir", metavar="DIR", type=Path)
    made = _command(commands, "demo", "建立样本办公室并走一遍主要工作")
    made.add_argument("dir", metavar="DIR", type=Path)
    return top


def _command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    made.add_argument("--user", default="admin", help="用户名（默认 admin）")
    made.add_argument("--password-file", type=Path, metavar="FILE", help="密码所在的文件（第一行）")
    made.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    return made


def _init(commands: Any) -> None:
    made = _command(commands, "init", "在一个空文件夹里建立办公室")
    made.add_argument("dir", metavar="DIR", type=Path)
    made.add_argument("--office", required=True, metavar="CODE", help="12 位区划代码")
    made.add_argument("--name", required=True, help="名称，如 里则街道")
    made.add_argument("--level", required=True, choices=["city", "county", "township", "village"])


def _import(commands: Any) -> None:
    made = _command(commands, "import", "导入名单工作簿")
    made.add_argument("dir", metavar="DIR", type=Path)
    made.add_argument("file", metavar="FILE", type=Path)
    made.add_argument("--report", metavar="OUT.xlsx", type=Path, help="把存疑的单元格标注后另存")
    made.add_argument("--dry-run", action="store_true", help="只对照，不写入")


def _print(commands: Any) -> None:
    made = _command(commands, "print", "打印手册或牌")
    made.add_argument("document", choices=["handbook", "plaque", "public-plaque"])
    made.add_argument("dir", metavar="DIR", type=Path)
    made.add_argument("out", metavar="OUT.pdf", type=Path)
    made.add_argument("--village", default="", metavar="NAME")
    made.add_argument("--household", default="", metavar="NO")


def _bundle(commands: Any) -> None:
    made = _command(commands, "bundle", "入网、写出和读入数据包，停用下级电脑，更换密钥")
    made.add_argument("step", choices=["enrol", "write", "read", "revoke", "rotate"])
    made.add_argument("dir", metavar="DIR", type=Path)
    made.add_argument("path", metavar="PATH", type=Path, nargs="?", help="U盘上的文件夹或文件")
    made.add_argument("--confirm", default="", metavar="12-DIGITS", help="电话里核对过的对方指纹")
    made.add_argument(
        "--for", dest="whom", default="", metavar="NAME|CODE", help="写给哪个下级单位（默认写给上级）"
    )
    made.add_argument("--second", default="", metavar="LOGIN", help="受理入网时一起办的另一位")
    made.add_argument("--second-password-file", type=Path, metavar="FILE", help="另一位的密码所在的文件")
    made.add_argument("--office", default="", metavar="NAME|CODE", help="停用哪个下级单位的电脑")
    made.add_argument("--node", default="", metavar="ID", help="停用下级的哪一台电脑（编号）")
    made.add_argument("--reason", default="", help="停用的事由")


def _backup(commands: Any) -> None:
    made = _command(commands, "backup", "备份，当场检查")
    made.add_argument("dir", metavar="DIR", type=Path)
    made.add_argument("--to", metavar="FOLDER", type=Path, help="第二份拷到这里（U盘、共享文件夹）")
    made = _command(commands, "restore", "用一份备份恢复")
    made.add_argument("dir", metavar="DIR", type=Path)
    made.add_argument("backup", metavar="BACKUP", type=Path, help="backups 文件夹或U盘上的 .db 文件")
    made.add_argument("--dry-run", action="store_true", help="只看会丢失什么")
    made.add_argument(
        "--recovery-code-file",
        metavar="FILE",
        type=Path,
        help="在一台新电脑上恢复：恢复码所在的文件，密码则是新设的",
    )


def _household(commands: Any) -> None:
    made = _command(commands, "move", "把一户连同成员和走访迁到另一个村")
    made.add_argument("dir", metavar="DIR", type=Path)
    made.add_argument("--household", required=True, metavar="NO", help="户编号")
    made.add_argument("--to", required=True, metavar="CODE|NAME", help="迁到哪个村：区划代码或村名")
    made.add_argument("--group", default="", metavar="NAME", help="那里的组")
    made.add_argument("--reason", default="", help="迁移的事由")
    made = _command(commands, "erase", "依法删除一户或其中一人：各级单位一并抹去，不能恢复（县级及以上）")
    made.add_argument("dir", metavar="DIR", type=Path)
    made.add_argument("--household", required=True, metavar="NO", help="户编号")
    made.add_argument("--person", default="", metavar="NAME", help="只删这一位成员")
    made.add_argument("--reason", required=True, help="依法删除的事由")
    made.add_argument("--second", default="", metavar="USER", help="复核人的用户名")
    made.add_argument("--second-password-file", type=Path, metavar="FILE", help="复核人密码所在的文件")


def _points(commands: Any) -> None:
    made = _command(commands, "points", "一台电脑管理的全部积分改由另一台管理（已停用的，或本机移交）")
    made.add_argument("dir", metavar="DIR", type=Path)
    made.add_argument(
        "--from", dest="before", required=True, metavar="12-DIGITS", help="原来那台电脑的 12 位数字"
    )
    made.add_argument("--to", default="", metavar="12-DIGITS", help="改由哪台电脑（默认本机）")
    made.add_argument("--reason", required=True, help="事由")


def main(arguments: Sequence[str]) -> int:
    """Run one command; gives the exit status. Never raises but for SystemExit of wrong usage."""
    _speak_utf8()
    given = _parsed(_as_opened(arguments))
    try:
        result = _run(given)
    except (Refused, Trouble, Cancelled) as cause:
        return _refused(given, cause)
    except KeyboardInterrupt:
        return _refused(given, Trouble("已停止", code="stopped"))
    except Exception as cause:
        number = log.bug(cause)
        return _refused(given, Trouble(f"程序出错（编号 {number}）", "请把编号告诉技术人员", code="bug"))
    status = int(result.pop("status", 0))
    if getattr(given, "json", False):
        print(json.dumps(result, ensure_ascii=False))
    return status


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """What argparse cannot say: which step of `bundle` wants what."""
    top = parser()
    given = top.parse_args(arguments)
    if given.command == "bundle":
        if given.step == "revoke" and not (given.office or given.node):
            top.error("revoke 要用 --office 或 --node 指明停用谁")
        if given.step in ("enrol", "write", "read") and given.path is None:
            top.error(f"{given.step} 要指明U盘上的文件夹或文件")
    return given


def _as_opened(arguments: Sequence[str]) -> Sequence[str]:
    """A bundle that was double-clicked comes as a bare path."""
    is_bundle = len(arguments) == 1 and arguments[0].lower().endswith(".hhb")
    return ["--open", *arguments] if is_bundle else arguments


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _refused(given: argparse.Namespace, cause: Exception) -> int:
    print(str(cause) or "已停止", file=sys.stderr)
    if getattr(given, "json", False):
        more = getattr(cause, "details", {})
        print(
            json.dumps(
                {"error": getattr(cause, "code", "stopped"), "sentence": str(cause), **more},
                ensure_ascii=False,
            )
        )
    return 1


def _run(given: argparse.Namespace) -> Result:
    if given.selftest:
        from desktop import selftest

        return {"status": selftest.run(given.selftest)}
    if given.command is None:
        return {"status": _window(given.data, given.open)}
    from desktop import cli_commands

    run: Callable[[argparse.Namespace, str], Result] = getattr(cli_commands, f"run_{given.command}")
    return run(given, "" if given.command == "demo" and not given.password_file else _password(given))


def _window(data: Path | None, bundle: Path | None) -> int:
    from desktop import start

    return start.window(data, bundle)


def _password(given: argparse.Namespace) -> str:
    """From the file, else typed, else the first line of standard input. Raises Trouble when there is none."""
    if given.password_file:
        return from_file(given.password_file)
    if sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass("密码：")
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if not line.strip():
        raise Trouble("没有给出密码", "请用 --password-file 指明密码所在的文件", code="password.missing")
    return line.rstrip("\r\n")


def from_file(path: Path) -> str:
    """The password in the first line of a file. Raises Trouble."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as cause:
        raise Trouble("密码文件读不出来", "请检查 --password-file 的路径", code="password.file") from cause
    if not lines or not lines[0]:
        raise Trouble("密码文件是空的", "请把密码写在第一行", code="password.empty")
    return lines[0]
