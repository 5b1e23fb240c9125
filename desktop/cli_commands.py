"""The commands, one function each: arguments in, a result for --json out."""

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop import cli_text, start
from desktop.cli_backup import run_backup as run_backup
from desktop.cli_backup import run_restore as run_restore
from desktop.cli_households import run_erase as run_erase
from desktop.cli_households import run_move as run_move
from desktop.cli_households import run_points as run_points
from desktop.cli_keys import run_rekey as run_rekey
from desktop.cli_keys import second_of
from desktop.cli_text import say
from desktop.core import keys
from desktop.core.errors import Trouble
from desktop.features.handbook import api as handbook
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.sync import api as sync

Result = dict[str, Any]
_GOOD = (sync.Outcome.APPLIED, sync.Outcome.NOTHING_NEW)


def run_init(given: Namespace, password: str) -> Result:
    own = office.Office(given.office, given.name, office.Level(given.level))
    running, code = start.create_office(given.dir, own, given.user, password)
    running.db.close()
    say(f"已建立“{own.name}”（{own.key}）")
    say("恢复码（只显示这一次，请抄在纸上锁好，忘记密码时要用）：")
    say(code)
    if not keys.is_bound(running.db.paths.keys, given.user):
        say(keys.UNBOUND)
    return {
        "office": own.key,
        "name": own.name,
        "level": own.level.value,
        "fingerprint": running.db.node.fingerprint,
        "recovery_code": code,
    }


def run_import(given: Namespace, password: str) -> Result:
    with start.opened(given.dir, given.user, password) as running:
        read = start.read_workbook(running, given.file)
        if given.report:
            register.write_report(read.recognised, read.plan.doubts, given.report)
        if not given.dry_run:
            start.apply_import(running, read.plan)
        cli_text.about_import(read, applied=not given.dry_run)
    return import_result(read)


def import_result(read: register.ReadWorkbook) -> Result:
    plan = read.plan
    return {
        "layout": read.recognised.layout.value,
        "households": asdict(plan.households),
        "people": asdict(plan.people),
        "doubtful": [
            {"row": d.row, "column": d.column, "value": d.value, "problem": d.problem, "code": d.code}
            for d in plan.doubts
        ],
        "left_out": len(plan.left_out),
        "new_villages": [p.name for p in plan.new_villages],
        "unknown_columns": [heading for _, heading in read.recognised.unknown],
    }


def run_print(given: Namespace, password: str) -> Result:
    with start.opened(given.dir, given.user, password) as running:
        printed = start.print_document(
            running,
            given.out,
            handbook.Document(given.document),
            village=given.village,
            number=given.household,
        )
    cli_text.about_print(printed)
    return {
        "households": printed.households,
        "pages": printed.pages,
        "missing_characters": [
            {"character": m.character, "code": m.code, "households": list(m.households)}
            for m in printed.missing
        ],
        "failed": [{"household": n, "reason": r} for n, r in printed.failed],
    }


def run_bundle(given: Namespace, password: str) -> Result:
    with start.opened(given.dir, given.user, password) as running:
        if given.step in ("revoke", "rotate"):
            return _revoke(running, given) if given.step == "revoke" else _rotate(running)
        if given.step == "enrol":
            return _enrol(running, given)
        step = _write if given.step == "write" else _read
        return step(running, given.path, given.whom)


def _enrol(running: start.Running, given: Namespace) -> Result:
    try:
        second = second_of(given, running)
        done = sync.enrol_next(running.db, running.actor, given.path, given.confirm, second)
    except Trouble as cause:
        cause.details = {"fingerprint": running.db.node.fingerprint}
        raise
    cli_text.about_enrolment(done)
    return {
        "step": done.step,
        "fingerprint": done.fingerprint,
        "office": done.office,
        "path": str(done.path) if done.path else "",
    }


def _write(running: start.Running, path: Path, whom: str) -> Result:
    sync.note_digests(running.db)
    written = sync.write_bundle(running.db, running.actor, path, whom=whom)
    for w in written:
        say(f"已写给“{w.recipient}”：{w.path.name}，{w.size // 1024 + 1} KB，共 {w.entries} 条记录")
    say("可以拔出U盘。")
    return {
        "bundles": [{"path": str(w.path), "bundle_id": w.bundle_id, "size": w.size} for w in written],
        "path": str(written[0].path),
        "entries": written[0].entries,
        "segments": written[0].segments,
    }


def _read(running: start.Running, path: Path, _whom: str) -> Result:
    taken = sync.read_bundles(running.db, running.actor, path)
    for t in taken:
        say(f"{t.path.name}：{cli_text.OUTCOMES[t.outcome]}{'。' + t.sentence if t.sentence else ''}")
    outcome = sync.overall(taken)
    result: Result = {
        "outcome": outcome.value,
        "entries": sum(t.entries for t in taken),
        "rows": _summed(taken),
        "waiting": max(t.waiting for t in taken),
        "conflicts": max(t.conflicts for t in taken),
        "quarantined": sum(t.quarantined for t in taken),
        "files": [{"path": str(t.path), "outcome": t.outcome.value, "sentence": t.sentence} for t in taken],
    }
    if outcome in _GOOD:
        return result
    worst = next(t for t in taken if t.outcome is outcome)
    trouble = Trouble(worst.sentence, code=f"bundle.{outcome.value}")
    trouble.details = result
    raise trouble


def _revoke(running: start.Running, given: Namespace) -> Result:
    offices = sync.revoke(running.db, running.actor, given.office or given.node, given.reason)
    say(f"已停用“{'、'.join(offices)}”的电脑；停用名单随以后写出的每个数据包送达各单位。")
    return {"offices": offices}


def _rotate(running: start.Running) -> Result:
    done = sync.rotate(running.db, running.actor)
    say(
        "已换用新的密钥。"
        if done
        else "新的密钥已备好；请写一个数据包给上级，再读入上级写回的数据包，之后自动换用。"
    )
    return {"done": done}


def _summed(taken: list[sync.Taken]) -> dict[str, int]:
    names = sorted({name for t in taken for name in t.rows})
    return {name: sum(t.rows.get(name, 0) for t in taken) for name in names}


def run_rebuild(given: Namespace, password: str) -> Result:
    with start.opened(given.dir, given.user, password) as running:
        found = sync.rebuild_rows(running.db, running.actor)
    different = sum(found.differences.values())
    say(
        f"重新计算了 {found.rows} 行，"
        + (f"其中 {different} 行不同，已改正。" if different else "没有不同。")
    )
    return {"rows": found.rows, "differences": found.differences}


def run_demo(given: Namespace, password: str) -> Result:
    from desktop import demo

    return demo.run(given.dir, given.user, password)
