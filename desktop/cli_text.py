"""What the commands say on standard output, for people."""

from desktop.features.handbook import api as handbook
from desktop.features.register import api as register
from desktop.features.sync import api as sync


def say(text: str) -> None:
    print(text)


def counts(title: str, found: register.Counts, unit: str) -> str:
    return (
        f"{title}：新增 {found.new} {unit}，有变化 {found.changed} {unit}，"
        f"没有变化 {found.unchanged} {unit}，在册而本表没有 {found.absent} {unit}"
    )


def about_import(read: register.ReadWorkbook, applied: bool) -> None:
    plan, recognised = read.plan, read.recognised
    say(
        f"认出：{recognised.layout.value}，标题在第 {recognised.heading_row} 行，认得 {len(recognised.columns)} 列"
    )
    if recognised.unknown:
        say("没有用到的列：" + "、".join(heading for _, heading in recognised.unknown))
    say(counts("户", plan.households, "户"))
    say(counts("人", plan.people, "人"))
    if plan.absent_elsewhere:
        say(f"  其中 {plan.absent_elsewhere} 人住在本表没有提到的村")
    if plan.new_villages:
        say("册里还没有、按本单位新村处理的：" + "、".join(p.name for p in plan.new_villages))
    if plan.left_out:
        say(f"不属于本单位、没有导入的行：{len(plan.left_out)}")
    for d in plan.doubts:
        say(f"第 {d.row} 行 {d.column} “{d.value}”：{d.problem}")
    say("已写入。" if applied else "没有写入任何内容。")


def about_print(printed: handbook.Printed) -> None:
    for m in printed.missing:
        say(
            f"字库里没有“{m.character}”（{m.code}），涉及 {len(m.households)} 户：{'、'.join(m.households[:5])}"
        )
    for number, reason in printed.failed:
        say(f"{number} 没有排成：{reason}")
    say(f"{printed.households} 户，{printed.pages} 页，已存为 {printed.path}")


def about_enrolment(done: sync.Enrolled) -> None:
    steps = {
        "requested": "入网申请已写好，请把U盘交给上级，并在电话里念出下面的指纹",
        "answered": f"已受理“{done.office}”的申请，请把U盘交回，并在电话里念出下面的指纹",
        "enrolled": f"已入网，上级是“{done.office}”",
    }
    say(steps[done.step])
    say(f"本机指纹：{spaced(done.fingerprint)}")


def spaced(digits: str) -> str:
    return " ".join(digits[i : i + 4] for i in range(0, 12, 4))


OUTCOMES = {
    sync.Outcome.APPLIED: "已读入",
    sync.Outcome.NOTHING_NEW: "没有新内容",
    sync.Outcome.DAMAGED: "文件已损坏，没有读入",
    sync.Outcome.NOT_FOR_US: "不是给本单位的",
    sync.Outcome.NOT_TRUSTED: "不可信，没有读入",
    sync.Outcome.NEWER_VERSION: "需要更新版本的程序",
}
