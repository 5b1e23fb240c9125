"""What a clerk does with papers: attach, call by another name, take away, look at, save a copy."""

from desktop.core import pictures
from desktop.core.blobs import Blobs
from desktop.core.db import blob_store
from desktop.core.db.unit import Reader, Unit
from desktop.core.errors import Refused, refuse_if
from desktop.core.problems import Problem
from desktop.features.attachments import store
from desktop.features.attachments.model import TITLES, Attachment, Draft
from desktop.features.register import api as register

RIGHT = "register.change"


def attach(unit: Unit, blobs: Blobs, draft: Draft) -> bytes:
    """Keep the file and write down whose it is; gives the attachment's id.

    Raises Refused for what is no JPEG, PNG or PDF, a broken picture, or the same file twice; Trouble when the disk is full.
    """
    household = register.household(unit, draft.household_id)
    if household is None:
        raise Refused([Problem("household.gone", "", "这一户已不在册")])
    unit.require(RIGHT, household.region)
    unit.name = f"添加附件 {draft.title} {register.called(household)}"
    refuse_if(_problems(draft))
    prepared = pictures.prepare(draft.content)
    # The file first: one that no row names is only room on the disk, a row without its file would be a loss.
    sha256 = blobs.put(prepared.small)
    if store.has_file(unit, draft.household_id, sha256):
        raise Refused([Problem("file.twice", "file", "这一户已经有这个文件，没有重复添加")])
    if prepared.small != draft.content:
        blob_store.keep_original(unit.connection, sha256, blobs.put(draft.content), prepared.taken.place)
    return store.add(unit, household.region, draft, prepared, sha256)


def _problems(draft: Draft) -> list[Problem]:
    found = []
    if draft.title not in TITLES:
        found.append(Problem("file.title", "title", "请从目录里选一类"))
    if len(draft.note) > 200:
        found.append(Problem("file.note", "note", "说明不能超过 200 个字"))
    return found


def rename(unit: Unit, blobs: Blobs, attachment_id: bytes, title: str, note: str) -> None:
    """Put it under another title, or say something else about it."""
    found = _found(unit, blobs, attachment_id)
    unit.name = f"修改附件 {found.title}"
    refuse_if(_problems(Draft(found.household_id, b"", title, note)))
    store.change(unit, attachment_id, title, note)


def detach(unit: Unit, blobs: Blobs, attachment_id: bytes) -> None:
    """Take it from the list; the file stays until it is erased by order, so that this can be undone."""
    found = _found(unit, blobs, attachment_id)
    unit.name = f"去掉附件 {found.title}"
    store.remove(unit, attachment_id)


def content(reader: Reader, blobs: Blobs, found: Attachment) -> bytes:
    """The file as it came where that is here, else the small one. Raises Refused when it has not arrived yet."""
    if reader.actor.is_masked:
        raise Refused([Problem("right.sensitive", "", "您的角色不能查看附件的内容")])
    own, _place = blob_store.original(reader.connection, found.sha256)
    for sha256 in (own, found.sha256):
        data = blobs.get(sha256)
        if data is not None:
            return data
    raise Refused([Problem("file.away", "", "文件还没有到这台电脑，下次交换时会带来")])


def _found(unit: Unit, blobs: Blobs, attachment_id: bytes) -> Attachment:
    found = store.attachment(unit, blobs, attachment_id)
    if found is None:
        raise Refused([Problem("file.gone", "", "这个附件已经去掉了，请刷新")])
    unit.require(RIGHT, found.region)
    return found
