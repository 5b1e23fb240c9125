"""登记志愿者: add a volunteer, or change what is written of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core import masking, pinyin
from desktop.core.errors import Refused
from desktop.core.problems import Problem, Weight
from desktop.features.office import api as office
from desktop.features.volunteers import actions, rules, store
from desktop.features.volunteers.model import Volunteer, VolunteerDraft
from desktop.widgets.code_field import Choice, CodeField
from desktop.widgets.covered_field import CoveredField
from desktop.widgets.desk import Desk
from desktop.widgets.draft_band import DraftBand
from desktop.widgets.fields import TextField
from desktop.widgets.form import Form
from desktop.widgets.parts import button, shortcut
from desktop.widgets.saving import off_until_over, save
from desktop.widgets.screen import Screen
from desktop.widgets.unmask import Unmask, eye_button

NAME = "volunteers.form"
_KEPT = "region_key"


class VolunteerForm(Screen):
    """ "volunteers.form". `arrive` takes volunteer= (bytes) to change one; nothing to add one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("登记志愿者", NAME)
        self._desk = desk
        self._before: Volunteer | None = None
        self.form = VolunteerFields(desk)
        self.draft = DraftBand(self.form, desk.drafts, NAME, desk.db.clock.now)
        self.save_button = button("保存（Ctrl+Enter）", self.save, name="save", role="primary")
        self.save_button.setToolTip("保存（Ctrl+Enter）；保存并登记下一位（Ctrl+Shift+Enter）")
        self.eye = eye_button()
        self._unmask = Unmask(desk, self.eye, self._whose_numbers, self._cover, self, office.unmask)
        self.add_action(self.eye)
        self.add_action(button("返回", desk.navigator.back, name="back"))
        self.add_action(self.save_button)
        self.body.addWidget(self.draft)
        self.body.addWidget(self.form, 1)
        self.form.save_wanted.connect(self.save)
        self.form.save_next_wanted.connect(self.save_next)
        self.draft.dropped.connect(self._start)
        for field in self.form.numbers:
            field.wanted.connect(self._unmask.ask)
        shortcut(self, "Ctrl+D", lambda: None if self.eye.isHidden() else self.eye.toggle())

    def arrive(self, **given: Any) -> None:
        self.draft.close_draft()
        volunteer_id = given.get("volunteer")
        with self._desk.reader() as reader:
            self.form.load_places(reader)
            self._before = store.volunteer(reader, volunteer_id) if volunteer_id else None
        if volunteer_id and self._before is None:
            self._desk.navigator.say("这位志愿者已不在册，请刷新列表")
        self.eye.setChecked(False)
        self._start()
        self.draft.open(self._before.id.hex() if self._before else "")
        self._cover()
        has_numbers = self._before is not None and any(field.text() for field in self.form.numbers)
        self.eye.setVisible(self._unmask.is_allowed and has_numbers)

    def _whose_numbers(self) -> str:
        return f"志愿者 {self._before.name} 的证件号码和电话" if self._before else ""

    def _cover(self) -> None:
        """What is written down is shown for a reason only; of a new one the clerk has just typed it."""
        for field in self.form.numbers:
            field.cover(is_on=self._before is not None and not self.eye.isChecked())

    def _start(self) -> None:
        before = self._before
        self.title.setText("修改志愿者资料" if before else "登记志愿者")
        self.say("所在的村不能改，换了村请在新的村另行登记" if before else "")
        self.form.fill(before)
        self.form.focus_on("name")

    def save(self) -> None:
        self._save(go_on=False)

    def save_next(self) -> None:
        self._save(go_on=self._before is None)

    def _save(self, *, go_on: bool) -> None:
        problems = self.form.refusals()
        if problems:
            self.form.show_problems(problems)
            return
        draft, before = self.form.draft(), self._before
        order: tuple[Any, ...] = (actions.add_volunteer, draft)
        if before is not None:
            order = (actions.change_volunteer, before.id, draft)
        task = save(
            self._desk, self, *order,
            said=f"已保存志愿者 {draft.name}", done=lambda _v: self._saved(go_on), refused=self._refused,
        )  # fmt: skip
        off_until_over(task, self.save_button)

    def _saved(self, go_on: bool) -> None:
        self.draft.forget()
        if go_on:
            self.form.set_values({"region": self.form.field("region").value()})
            self.form.focus_on("name")
        else:
            self._desk.navigator.back()

    def _refused(self, error: Refused) -> None:
        self.form.show_problems(error.problems)

    def leave(self) -> bool:
        if self.form.is_changed:
            self._desk.navigator.say("没写完的已留作草稿，下次打开接着写")
        self.draft.close_draft()
        self.eye.setChecked(False)
        return True


class VolunteerFields(Form):
    def __init__(self, desk: Desk) -> None:
        super().__init__(self._problems)
        self._desk = desk
        self._places: dict[str, office.Place] = {}
        self._names: dict[str, str] = {}
        self.section()
        self.add("name", "姓名", TextField(most=60), required=True)
        self.place = CodeField(self._find_place, self._place_title, "村名、首字母或代码")
        self.add("region", "所在村", self.place, required=True)
        self.numbers = [CoveredField(masking.telephone), CoveredField(masking.id_number)]
        for name, title, field in zip(
            ("phone", "id_number"), ("电话", "身份证号"), self.numbers, strict=True
        ):
            self.add(name, title, field)
        self.add("skills", "特长", TextField("如：理发、修水电、陪老人说话"), wide=True)

    def load_places(self, reader: Any) -> None:
        """The villages of this office and its townships; read once for each opening of the form."""
        found = office.read_places(reader)
        self._places = {p.key: p for p in [*found.villages(), *found.townships()]}
        self._names = {p.key: p.name for p in found.townships()}

    def fill(self, volunteer: Volunteer | None) -> None:
        self.place.setEnabled(volunteer is None)
        names = ("region", "name", "phone", "id_number", "skills")
        self.set_values({n: getattr(volunteer, n) for n in names} if volunteer else {})

    def draft(self, values: Mapping[str, Any] | None = None) -> VolunteerDraft:
        v = values or self.values()
        return VolunteerDraft(v["region"] or "", v["name"], v["phone"], v["id_number"], v["skills"])

    def refusals(self) -> list[Problem]:
        found = self.typing_problems()
        typed_wrong = {p.field for p in found}
        found += [p for p in self._problems(self.values()) if p.field not in typed_wrong]
        return [p for p in found if p.weight is Weight.REFUSAL]

    def _problems(self, values: Mapping[str, Any]) -> list[Problem]:
        return rules.check_volunteer(self.draft(values), self._desk.today)

    def texts(self) -> dict[str, str]:
        # Two villages may read alike: the draft keeps which one was chosen.
        return super().texts() | {_KEPT: self.place.value()}

    def set_texts(self, texts: Mapping[str, str]) -> None:
        super().set_texts(texts)
        if texts.get(_KEPT):
            self.place.set_value(texts[_KEPT])

    def _find_place(self, text: str) -> Sequence[Choice]:
        found = [p for p in self._places.values() if _means(text.lower(), p)]
        return [Choice(p.key, p.name, self._names.get(p.parent, "")) for p in found]

    def _place_title(self, key: str) -> str:
        return self._places[key].name if key in self._places else key


def _means(text: str, place: office.Place) -> bool:
    if not text.isascii() or text in place.name or text.isdigit():
        return text in place.name or place.key.startswith(text)
    spelt = (*pinyin.initials(place.name).split(), *pinyin.full(place.name).split())
    return any(s.startswith(text) for s in spelt)
