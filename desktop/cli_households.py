"""The commands `move` and `erase`, of one household named by its number; and `points`, of the volunteers of a PC."""

from argparse import Namespace
from typing import Any

from desktop import start
from desktop.cli_keys import second_of
from desktop.cli_text import say
from desktop.core.db import shelf
from desktop.core.db.unit import Reader
from desktop.core.errors import Trouble
from desktop.features.register import api as register
from desktop.features.sync import api as sync
from desktop.features.volunteers import api as volunteers

Result = dict[str, Any]


def run_move(given: Namespace, password: str) -> Result:
    with start.opened(given.dir, given.user, password) as running:
        with running.db.reader(running.actor) as reader:
            household = _one(reader, given.household)
            villages = register.village_keys(reader, given.to)
        if len(villages) != 1:
            words = "叫这个名字的村不止一个，请写区划代码" if villages else "请核对村名或区划代码"
            raise Trouble(f"不能确定迁到哪个村（{given.to}）", words, code="move.village")
        with running.db.unit(running.actor, "迁移户") as unit:
            moved = register.move_household(unit, household, villages[0], given.group, given.reason)
    say(f"已迁到{moved.village}{moved.group}，户编号 {moved.number} 不变。")
    return {"household": moved.number, "region": moved.region, "village": moved.village}


def run_erase(given: Namespace, password: str) -> Result:
    with start.opened(given.dir, given.user, password) as running:
        with running.db.reader(running.actor) as reader:
            household = _one(reader, given.household)
            person = _member(reader, household, given.person) if given.person else b""
        db, actor, second = running.db, running.actor, second_of(given, running)
        if person:
            count = register.erase_person(db, actor, household, person, given.reason, second)
        else:
            count = register.erase_household(db, actor, household, given.reason, second)
        backups = len(shelf.all_in(running.db.paths.backups))
    say(f"已依法删除（{count} 条记录）。下次交换时，下级和上级一并抹去并送回执。")
    if backups:
        say(f"本机 {backups} 份备份里还有，随备份轮换消失；用它们恢复时会再次抹去。")
    return {"rows": count, "backups": backups}


def run_points(given: Namespace, password: str) -> Result:
    with start.opened(given.dir, given.user, password) as running:
        with running.db.reader(running.actor) as reader:
            before = _pc(reader, given.before)
            to = _pc(reader, given.to) if given.to else running.db.node.node_id
        with running.db.unit(running.actor, "移交积分") as unit:
            done = volunteers.hand_over_all(unit, before, to, given.reason)
    say(f"{done.count} 位志愿者的积分已改由“{done.office}”的电脑管理，请随下一个数据包送到各单位。")
    return {"count": done.count, "office": done.office}


def _member(reader: Reader, household: bytes, name: str) -> bytes:
    found = register.household(reader, household)
    members = [m.id for m in found.members if m.name == name] if found else []
    if len(members) != 1:
        words = "同名的不止一位，请在窗口里办理" if members else "请核对姓名"
        raise Trouble("在这一户里找不到要办理的那一位", words, code="household.person")
    return members[0]


def _pc(reader: Reader, digits: str) -> bytes:
    found = [pc.node_id for pc in sync.pcs(reader) if pc.digits == "".join(digits.split())]
    if len(found) != 1:
        raise Trouble(
            f"没有 12 位数字是 {digits} 的电脑", "请对照“下级单位”里列出的数字", code="points.digits"
        )
    return found[0]


def _one(reader: Reader, number: str) -> bytes:
    found = register.by_number(reader, number)
    if len(found) != 1:
        words = "这个编号对应不止一户，请用本单位的户编号" if found else "请核对户编号"
        raise Trouble(f"找不到要办理的那一户（{number}）", words, code="household.number")
    return found[0]
