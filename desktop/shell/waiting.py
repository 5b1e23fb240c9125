"""What 今日 shows: what every feature says is due, or the first steps of a new office."""

from collections.abc import Callable

from desktop.core.db import second_place
from desktop.core.db.unit import Reader
from desktop.features.office import api as office
from desktop.features.register import api as register
from desktop.features.sync import api as sync
from desktop.features.visits import api as visits
from desktop.features.volunteers import api as volunteers
from desktop.shell.steps import Step
from desktop.shell.today import Waiting
from desktop.widgets.desk import Desk


def waiting(desk: Desk) -> Callable[[Reader], Waiting]:
    """A look that runs on the reading thread."""

    def look(reader: Reader) -> Waiting:
        outlook = sync.outlook(reader, desk.db)
        if not register.villages(reader):
            return Waiting(reader.today, steps=_steps(reader, outlook), outlook=outlook)
        dues = [
            *second_place.due(desk.db.paths, reader.today),
            *sync.warned(outlook, reader.now),
            *sync.due(reader, reader.today),
            *visits.due(reader, reader.today),
            *volunteers.due(reader, reader.today),
        ]
        return Waiting(reader.today, dues, outlook=outlook)

    return look


def _steps(reader: Reader, outlook: sync.Outlook) -> list[Step]:
    own = office.office(reader)
    return [
        Step("找到本单位", f"{own.name}（{own.key}）", is_done=True),
        Step(
            "导入名单",
            "已脱贫人口名单或监测对象信息，先对照、再写入，可以撤销",
            False,
            "导入",
            "register.import",
        ),
        Step(
            "与上级办理入网", "写一份入网申请，打电话核对 12 位指纹", bool(outlook.parent), "去办理", "sync"
        ),
        Step("打印一牌一册", "名单导入之后就可以打印手册和牌", False, "去打印", "handbook"),
    ]
