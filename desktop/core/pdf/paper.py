"""Paper: one PDF document. Pages are packed as soon as they are done: a long print stays small in memory."""

from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from reportlab import rl_config
from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase import pdfdoc

from desktop.core.pdf.faces import Face
from desktop.core.pdf.fonts import IdentityFont, Packed
from desktop.core.pdf.page import A4, MM, Page, Size

rl_config.useA85 = 0


class Paper:
    """Title and date are all the metadata there is: no names, no program paths."""

    def __init__(self, title: str, made_at: datetime | None = None) -> None:
        self._pdf = pdfdoc.PDFDocument(compression=1, invariant=1, pdfVersion=(1, 5), lang="zh-CN")
        self._pdf._timeStamp = _Stamp(made_at)
        self._pdf.setTitle(title)
        for setter in (self._pdf.setAuthor, self._pdf.setSubject):
            setter("")
        self._pdf.setCreator("一牌一册")
        self._fonts: dict[str, IdentityFont] = {}
        self._forms: dict[tuple[str, Size], str] = {}
        self._xobjects = pdfdoc.PDFDictionary({})
        self._form_resources = self._resources(pdfdoc.PDFDictionary({}))
        self._page_resources = self._resources(self._xobjects)
        self._open: Page | None = None
        self.pages = 0

    def page(self, size: Size = A4) -> Page:
        """A fresh page; the one before is finished by it."""
        self._finish()
        self.pages += 1
        self._open = Page(self, size, self.pages)
        return self._open

    @property
    def missing(self) -> list[str]:
        """Characters that were asked for and that no font has: they stay blank on the paper."""
        return list(dict.fromkeys(c for font in self._fonts.values() for c in font.missing))

    def font(self, face: Face) -> IdentityFont:
        found = self._fonts.get(face.name)
        if found is None:
            found = self._fonts[face.name] = IdentityFont(face, self._pdf)
        return found

    def form(self, name: str, size: Size, draw: Callable[[Page], None]) -> str:
        """The resource name of a form, drawn at its first use."""
        if (name, size) not in self._forms:
            page = Page(self, size)
            draw(page)
            resource = f"X{len(self._forms) + 1}"
            box = f"/Type /XObject /Subtype /Form /BBox [0 0 {size[0] * MM:.2f} {size[1] * MM:.2f}] "
            form = Packed(page.content(), f"{box}/Resources {self._number(self._form_resources)} ")
            self._xobjects[resource] = self._pdf.Reference(form, resource)
            self._forms[name, size] = f"/{resource}"
        return self._forms[name, size]

    def save(self, file: BinaryIO) -> None:
        """Write the whole document; once only."""
        self._finish()
        if not self.pages:
            raise ValueError("a document without pages")
        file.write(self._pdf.GetPDFData(None))

    def _finish(self) -> None:
        if self._open is not None:
            packed = Packed(self._open.content())
            self._pdf.updateSignature(packed.data)
            self._pdf.addPage(_Leaf(self._open, packed, self._page_resources))
            self._open = None

    def _resources(self, forms: pdfdoc.PDFDictionary) -> pdfdoc.PDFObjectReference:
        # A document's pages share one dictionary of all its fonts and forms.
        fonts = pdfdoc.PDFObjectReference(pdfdoc.BasicFonts)
        return self._pdf.Reference(pdfdoc.PDFDictionary({"Font": fonts, "XObject": forms}))

    def _number(self, reference: pdfdoc.PDFObjectReference) -> str:
        return str(reference.format(self._pdf).decode("ascii"))


class _Leaf(pdfdoc.PDFObject):  # type: ignore[misc]
    """A page as it stands in the file; reportlab's own carries thirty fields that ours never use."""

    __RefOnly__ = 1

    def __init__(self, page: Page, packed: Packed, resources: pdfdoc.PDFObjectReference) -> None:
        self._box = f"[0 0 {page.width * MM:.2f} {page.height * MM:.2f}]"
        self._packed, self._resources = packed, resources

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        refs = [
            document.Reference(o).format(document) for o in (document.Pages, self._packed, self._resources)
        ]
        parent, contents, resources = (r.decode("ascii") for r in refs)
        where = f"/Parent {parent} /Contents {contents} /Resources {resources}"
        return f"<< /Type /Page {where} /MediaBox {self._box} >>".encode("ascii")


class _Stamp(TimeStamp):  # type: ignore[misc]
    """When the file says it was made; always the same moment when none is given: files can be compared."""

    def __init__(self, moment: datetime | None) -> None:
        super().__init__(invariant=1)
        if moment is not None:
            self.t, self.lt = moment.timestamp(), moment.timetuple()
            minutes = int((moment.utcoffset() or moment - moment).total_seconds() // 60)
            self.dhh, self.dmm = divmod(minutes, 60)
            self.YMDhms = tuple(self.lt)[:6]
