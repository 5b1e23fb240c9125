"""The tab 附件 of the household page: papers by title, the chosen one looked at; added by dialog, drag, or paste."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core import pictures
from desktop.core.blobs import MOST_BYTES, Blobs
from desktop.core.changes import Changes
from desktop.core.db import blob_store
from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Refused
from desktop.core.problems import Problem
from desktop.features.attachments import actions, store
from desktop.features.attachments.model import Attachment, Draft
from desktop.features.attachments.ui.attach_dialog import AttachDialog
from desktop.features.attachments.ui.picture_view import PictureView, drawn
from desktop.widgets import files
from desktop.widgets.columns import Align, Column
from desktop.widgets.desk import Desk
from desktop.widgets.paged_table import PagedTable
from desktop.widgets.parts import GRID, button, column, label, row, shortcut, side_by_side
from desktop.widgets.saving import save
from desktop.widgets.say import sentence_of

SUFFIXES = (".jpg", ".jpeg", ".png", ".pdf")
_KINDS = "图片和 PDF (*.jpg *.jpeg *.png *.pdf)"
_AWAY = "文件还没有到这台电脑，下次交换时会带来"
_COLUMNS = (
    Column("title", "类别", lambda x: x.title, 130, raw=lambda x: x.title),
    Column("note", "说明", lambda x: x.note, 160, raw=lambda x: x.note, stretch=True),
    Column("taken", "拍摄或添加", lambda x: x.taken_at or x.added_on, 140, raw=lambda x: x.taken_at or x.added_on),
    Column("size", "大小", lambda x: _size(x.size), 90, align=Align.RIGHT, raw=lambda x: x.size),
)  # fmt: skip


class AttachmentsTab(QWidget):
    """`show_household` fills it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._household = desk, b""
        self._blobs = blob_store.blobs_of(desk.db)
        self.said = label("", "quiet-text")
        self.add_button = button("添加文件…", self.choose, name="add")
        self.paste_button = button("粘贴图片", self.paste, name="copy", keys="Ctrl+V")
        self.change_button = button("修改…", self._change, name="edit")
        self.save_button = button("另存…", self._save_as, name="export")
        self.remove_button = button("去掉", self._remove)
        self.table, self.view = PagedTable(_COLUMNS, name="attachments"), PictureView()
        self._lay_out()
        self.table.selected.connect(lambda _key: self._show())
        self.table.opened.connect(lambda _key: self._change())
        shortcut(self, "Delete", self._remove)
        self.setAcceptDrops(True)

    def _lay_out(self) -> None:
        split = side_by_side(self.table, self.view)
        split.setSizes([620, 480])
        bar = row(
            self.said,
            None,
            self.remove_button,
            self.save_button,
            self.change_button,
            self.paste_button,
            self.add_button,
        )
        self.setLayout(column(GRID, bar, split, gap=GRID))
        self.table.say_empty(
            "这一户还没有附件",
            "把照片、扫描件拖到这里，或粘贴截图；表格、证件、评议记录都可以存",
            "添加文件…",
            self.choose,
        )
        self._desk.keep.columns(self.table)
        self._desk.keep.splitter(split, "attachments")

    # --- looking -----------------------------------------------------------------------------------------

    def show_household(self, household_id: bytes | None) -> None:
        self._household = household_id or b""
        self._load()

    def on_changed(self, changes: Changes, sender: object) -> None:
        if changes.touch("attachment") and self._household:
            self._load()

    def _load(self) -> None:
        found: list[Attachment] = []
        if self._household:
            with self._desk.reader() as reader:
                found = store.of_household(reader, self._blobs, self._household)
        self.said.setText(f"{len(found)} 个文件" if found else "")
        self.table.set_lines(found)
        if found and self.table.key is None:
            self.table.select_row(0)
        self._show()

    @property
    def chosen(self) -> Attachment | None:
        found: Attachment | None = self.table.line
        return found

    def _show(self) -> None:
        found = self.chosen
        for part in (self.change_button, self.remove_button):
            part.setEnabled(found is not None and self._may_change)
        self.save_button.setEnabled(found is not None and found.is_here and not self._desk.actor.is_masked)
        for part in (self.add_button, self.paste_button):
            part.setEnabled(bool(self._household) and self._may_change)
        if found is None:
            self.view.clear()
        elif self._desk.actor.is_masked:
            self.view.clear("您的角色不能查看附件的内容")
        elif not found.is_here:
            self.view.show_small(found.thumb, _AWAY)
        else:
            self.view.show_small(found.thumb, "")
            done = partial(self._on_content, found)
            self._desk.runner.read(self, _look, self._blobs, found, done=done)

    @property
    def _may_change(self) -> bool:
        return actions.RIGHT in self._desk.actor.rights and not self._desk.actor.is_masked

    def _on_content(self, found: Attachment, looked: tuple[QImage, str]) -> None:
        image, place = looked
        if self.chosen is not None and self.chosen.id == found.id:
            said = " · ".join(part for part in (found.taken_at, place) if part)
            self.view.show_image(image, f"拍摄：{said}" if said else "")

    # --- adding ------------------------------------------------------------------------------------------

    def choose(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileNames(self, "添加附件", str(files.documents()), _KINDS)
        self.offer([Path(path) for path in chosen])

    def offer(self, paths: Iterable[Path]) -> None:
        """Ask for the title of these files, then keep them."""
        contents = [(path.name, _read(path)) for path in paths]
        unreadable = [name for name, content in contents if content is None]
        if unreadable:
            self._say(f"读不出来：{'、'.join(unreadable)}")
        self._ask([content for _, content in contents if content is not None])

    def paste(self) -> None:
        """What lies on the clipboard: a picture, or files that were copied."""
        given = QGuiApplication.clipboard().mimeData()
        if given is not None and given.hasImage():
            self._ask([_png(QGuiApplication.clipboard().image())])
        elif given is not None and (paths := _paths(given)):
            self.offer(paths)
        else:
            self._say("剪贴板里没有图片，请先截图或复制图片")

    def _ask(self, contents: list[bytes]) -> None:
        if not contents or not self._household or not self._may_change:
            return
        dialog = AttachDialog("添加", f"把 {len(contents)} 个文件存到这一户", self)
        dialog.given.connect(partial(self._add, self._household, contents))
        dialog.open()

    def _add(self, household: bytes, contents: list[bytes], title: str, note: str) -> None:
        drafts = [Draft(household, content, title, note) for content in contents]
        said = f"已添加 {len(drafts)} 个文件"
        save(
            self._desk,
            self,
            _attach_all,
            self._blobs,
            drafts,
            said=said,
            done=self._on_done,
            refused=self._refuse,
        )

    # --- changing ----------------------------------------------------------------------------------------

    def _change(self) -> None:
        found = self.chosen
        if found is None or not self._may_change:
            return
        dialog = AttachDialog("保存", "这个文件放在哪一类", self, found.title, found.note)
        dialog.given.connect(partial(self._rename, found.id))
        dialog.open()

    def _rename(self, key: bytes, title: str, note: str) -> None:
        save(
            self._desk, self, actions.rename, self._blobs, key, title, note,
            done=self._on_done, refused=self._refuse,
        )  # fmt: skip

    def _remove(self) -> None:
        found = self.chosen
        if found is not None and self._may_change:
            save(
                self._desk, self, actions.detach, self._blobs, found.id,
                said=f"已去掉“{found.title}”", done=self._on_done, refused=self._refuse,
            )  # fmt: skip

    def _on_done(self, _result: object) -> None:
        self._load()

    def _save_as(self) -> None:
        found = self.chosen
        if found is None:
            return
        name = Path(f"{found.title}{pictures.SUFFIXES.get(found.kind, '')}")
        target = files.ask_save(self, "另存附件", name, _KINDS)
        if target is not None:
            self._desk.runner.read(
                self, _save_copy, self._blobs, found, target,
                done=lambda _: self._say("已另存。文件没有加密，用完请妥善保管或删除"), refused=self._refuse,
            )  # fmt: skip

    def _refuse(self, refused: Refused) -> None:
        self._say("".join(sentence_of(refused)))

    def _say(self, sentence: str) -> None:
        self._desk.navigator.say(sentence)

    # --- files dropped on the tab ------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._may_change and (_paths(event.mimeData()) or event.mimeData().hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := _paths(event.mimeData()):
            self.offer(paths)
        elif event.mimeData().hasImage():
            self._ask([_png(QImage(event.mimeData().imageData()))])


def _attach_all(unit: Unit, blobs: Blobs, drafts: list[Draft]) -> None:
    """All of them, or none: what cannot be taken is named by its place."""
    for place, draft in enumerate(drafts, 1):
        try:
            actions.attach(unit, blobs, draft)
        except Refused as refused:
            if len(drafts) == 1:
                raise
            first = refused.problems[0]
            said = f"第 {place} 个文件：{first.sentence}；{len(drafts)} 个文件都没有存"
            raise Refused([Problem(first.code, first.field, said)]) from refused


def _look(reader: Reader, blobs: Blobs, found: Attachment) -> tuple[QImage, str]:
    """The small form, which is all that a screen shows, and where it was taken."""
    return drawn(blobs.get(found.sha256) or b""), blob_store.original(reader.connection, found.sha256)[1]


def _save_copy(reader: Reader, blobs: Blobs, found: Attachment, target: Path) -> None:
    content = actions.content(reader, blobs, found)
    try:
        target.write_bytes(content)
    except OSError as cause:
        raise Refused([Problem("file.save", "", "没有存下，请确认文件夹可以写入后再试")]) from cause


def _read(path: Path) -> bytes | None:
    """None when it cannot be read; one that is too large is left to the blob store, which says so."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError:
        return None


def _paths(given: QMimeData) -> list[Path]:
    found = [Path(url.toLocalFile()) for url in given.urls() if url.isLocalFile()]
    return [p for p in found if p.suffix.lower() in SUFFIXES]


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


def _size(count: int) -> str:
    return f"{count / (1 << 20):.1f} MB" if count >= 1 << 20 else f"{max(1, count >> 10)} KB"
