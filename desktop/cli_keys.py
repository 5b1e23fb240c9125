"""The command `rekey`, and the second person of other commands."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from desktop import start
from desktop.cli import from_file
from desktop.cli_text import say
from desktop.features.office import api as office

Result = dict[str, Any]


def second_of(given: Namespace, running: start.Running) -> office.Second | None:
    """Who stands by what one alone may not do, as told on the command line."""
    if not given.second or given.second_password_file is None:
        return None
    return office.Second(given.second, from_file(given.second_password_file), running.db.paths.keys)


def run_rekey(given: Namespace, password: str) -> Result:
    passwords = {login: from_file(Path(file)) for login, file in given.present} | {given.user: password}
    with start.held(given.dir):
        done = start.rekey_office(given.dir, given.user, passwords)
    say("已换好数据钥匙，数据逐项核对过。新的恢复码（只显示这一次，请抄在纸上锁好，旧的作废）：")
    say(done.recovery_code)
    if done.left_out:
        say(f"这些用户要由管理员设新密码才能登录：{'、'.join(done.left_out)}")
    if done.backup is None:
        say(f"新钥匙下的第一份备份没有做成：{done.trouble}。请解决后用 backup 再做一份。")
    else:
        say(f"新钥匙下的第一份备份：{done.backup}。请尽快更新第二个地方的备份。")
    return {
        "recovery_code": done.recovery_code,
        "left_out": list(done.left_out),
        "backup": str(done.backup or ""),
    }
