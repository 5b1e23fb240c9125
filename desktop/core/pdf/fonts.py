"""A TrueType font written once into a document: Type0 with Identity-H, only the glyphs used, text can be copied.

reportlab cuts a TrueType font into subsets of 256 glyphs and switches among them within a name; this font
goes in through its protocol for multi-byte fonts instead (`formatForPdf`, `stringWidth`, `addObjects` at the
end). Codes are given out in the order of first use: all state belongs to one document, and two runs write
the same file.
"""

import struct
import zlib

import uharfbuzz as hb
from reportlab.pdfbase import pdfdoc

from desktop.core.pdf.faces import Face

_KEEP = {"glyf", "head", "hhea", "hmtx", "loca", "maxp"}
_CMAP_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
    "/CMapName /Adobe-Identity-UCS def /CMapType 2 def "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def "
    "1 begincodespacerange <0000> <FFFF> endcodespacerange"
)
_CMAP_FOOT = "endcmap CMapName currentdict /CMap defineresource pop end end"


class _Codes(dict[int, str]):
    """What stands in a content stream for each code point: two bytes as Latin-1 characters, escaped."""

    def __init__(self, font: "IdentityFont") -> None:
        super().__init__()
        self._font = font

    def __missing__(self, code: int) -> str:
        pair = divmod(self._font.take(code), 256)
        text = self[code] = "".join(
            "\\r" if b == 13 else ("\\" if b in b"()\\" else "") + chr(b) for b in pair
        )
        return text


class IdentityFont:
    """One face in one document."""

    _multiByte = 1
    _dynamicFont = 0
    shapable = False
    substitutionFonts: tuple[object, ...] = ()
    encName = "Identity-H"

    def __init__(self, face: Face, document: pdfdoc.PDFDocument) -> None:
        self.face = face
        self.fontName = face.name
        self.ascent, self.descent = face.extents
        self.missing: list[str] = []
        self._used: list[tuple[int, int]] = [(0, 0)]  # by character id: glyph, code point; 0 is "no glyph"
        self._codes = _Codes(self)
        self.resource = f"/F{len(document.fontMapping) + 1}"
        document.fontMapping[self.fontName] = self.resource
        document.delayedFonts.append(self)

    def take(self, code: int) -> int:
        """The character id of a code point, a new one at its first use."""
        glyph = self.face.glyph(code)
        if not glyph:
            self.missing.append(chr(code))
        self._used.append((glyph, code))
        return len(self._used) - 1

    def formatForPdf(self, text: str) -> str:
        return text.translate(self._codes)

    def stringWidth(self, text: str, size: float, encoding: str = "utf8") -> float:
        return sum(self._width(self.face.glyph(ord(c))) for c in text) * size / 1000

    def _width(self, glyph: int) -> float:
        # A character that no font has is left blank, an em wide: room to write it in by hand.
        return self.face.advance(glyph) if glyph else 1000

    def addObjects(self, document: pdfdoc.PDFDocument) -> None:
        """Called by reportlab while it saves: by now it is known which glyphs the document uses."""
        data, positions = _subset(self.face, {glyph for glyph, _ in self._used})
        name = f"/{_tag(data)}+{self.fontName}"
        refer = document.Reference
        descendant = _dictionary(
            Type="/Font", Subtype="/CIDFontType2", BaseFont=name, DW=1000, W=self._widths(),
            CIDSystemInfo="<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
            CIDToGIDMap=refer(Packed(b"".join(struct.pack(">H", positions[g]) for g, _ in self._used))),
            FontDescriptor=refer(self._descriptor(name, refer(Packed(data, f"/Length1 {len(data)} ")))),
        )  # fmt: skip
        font = _dictionary(
            Type="/Font", Subtype="/Type0", BaseFont=name, Encoding="/Identity-H",
            DescendantFonts=pdfdoc.PDFArray([refer(descendant)]), ToUnicode=refer(Packed(self._to_unicode())),
        )  # fmt: skip
        document.idToObject["BasicFonts"].dict[self.resource[1:]] = refer(font)

    def _descriptor(self, name: str, file: pdfdoc.PDFObjectReference) -> pdfdoc.PDFDictionary:
        return _dictionary(
            Type="/FontDescriptor", FontName=name, Flags=4, ItalicAngle=0, StemV=80, CapHeight=700,
            FontBBox=f"[-1000 {self.descent} 2000 {self.ascent}]", Ascent=self.ascent, Descent=self.descent,
            FontFile2=file,
        )  # fmt: skip

    def _widths(self) -> str:
        found = ((cid, self._width(glyph)) for cid, (glyph, _) in enumerate(self._used))
        return "[" + " ".join(f"{cid} [{width:g}]" for cid, width in found if width != 1000) + "]"

    def _to_unicode(self) -> bytes:
        lines = [_CMAP_HEAD]
        pairs = [f"<{cid:04X}> <{_utf16(code)}>" for cid, (_, code) in enumerate(self._used) if cid]
        for start in range(0, len(pairs), 100):
            part = pairs[start : start + 100]
            lines += [f"{len(part)} beginbfchar", *part, "endbfchar"]
        return "\n".join([*lines, _CMAP_FOOT]).encode("ascii")


class Packed(pdfdoc.PDFObject):  # type: ignore[misc]
    """A stream that is compressed at once: reportlab would keep the plain text until the file is saved."""

    __RefOnly__ = 1

    def __init__(self, data: bytes, extra: str = "") -> None:
        self.data = zlib.compress(data)
        self._extra = extra

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        head = f"<< {self._extra}/Filter /FlateDecode /Length {len(self.data)} >>\nstream\n"
        return head.encode("ascii") + self.data + b"\nendstream\n"


def _dictionary(**entries: object) -> pdfdoc.PDFDictionary:
    return pdfdoc.PDFDictionary(entries)


def _subset(face: Face, glyphs: set[int]) -> tuple[bytes, dict[int, int]]:
    """The font file with these glyphs alone, and where each of them went."""
    wish = hb.SubsetInput()
    wish.glyph_set.update(glyphs)
    wish.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    drop = set(face.face.table_tags) - _KEEP
    wish.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(
        int.from_bytes(t.encode("ascii"), "big") for t in drop
    )
    plan = hb.SubsetPlan(face.face, wish)
    return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)


def _tag(data: bytes) -> str:
    """Six letters that name this subset, as the PDF standard asks."""
    number = zlib.crc32(data)
    return "".join(chr(65 + number // 26**i % 26) for i in range(6))


def _utf16(code: int) -> str:
    # Half a surrogate pair in a damaged text is not a character: readers get the replacement sign.
    return (chr(0xFFFD) if 0xD800 <= code < 0xE000 else chr(code)).encode("utf-16-be").hex().upper()
