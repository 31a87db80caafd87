"""
Which characters the bytes mean: find a text file's encoding and give its text as UTF-8.

A byte order mark decides; else UTF-8 if every byte fits; else UTF-8 with damaged records, if most of the rest fits;
else what the letters suggest; else Windows-1252, in which every byte has a meaning.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.code_pages import latin_page, other_page

CHUNK = 1 << 22
_SAMPLE = 1 << 19
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# A run of foreign bytes with what follows; it begins with one, so that long stretches of ASCII cost nothing.
_FOREIGN_TEXT = re.compile(rb"[\x80-\xff]++(?:[\x00-\x7f]{1,8}[\x80-\xff]++){0,200}+[\x00-\x7f]{0,20}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_MOST_RUN = 1.8  # accented letters of the Latin script stand alone; those of others come as words
_ACCENTED = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")
_SOME = 0.05
_SEVERAL_BYTES = ["cp932", "shift_jis", "euc_jp", "gb18030", "gbk", "big5", "euc_kr", "cp949"]
_LIKE_WORDS = -2.75  # the log-likelihood of a letter, from which on bytes are words of a script with one byte a letter
_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# As the WHATWG decoder has it: the five bytes that Windows-1252 leaves undefined keep their number.
_CP1252 = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(256))

CONTROLS = {n: bytes([n]).decode("cp1252") for n in range(0x80, 0xA0) if bytes([n]).decode("cp1252", "ignore")}
_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")
_NO_SIGN = re.compile(rb"\xc2[\x81\x8d\x8f\x90\x9d]")
_CONTROLS_READ = (
    "Control characters that a mistaken encoding had left were read as the signs of Windows-1252 that they were."
)


@dataclass(frozen=True)
class Encoding:
    """
    An encoding, the length of the byte order mark before the text, and whether some bytes do not fit it.

    `controls`: control characters stand in it (U+0080 to U+009F), which a program left that took Windows-1252 for Latin-1.
    """

    name: str
    mark: int = 0
    damaged: bool = False
    controls: bool = False
    notes: tuple[str, ...] = ()

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes can be read as they stand."""
        return self.name == "utf-8"


def find_encoding(kept: Path) -> Encoding:
    """Find the encoding of a text file; every byte of it is looked at."""
    found = _find(kept)
    if not found.is_utf8 or not _has_controls(kept):
        return found
    return replace(found, controls=True, notes=(*found.notes, _CONTROLS_READ))


def _find(kept: Path) -> Encoding:
    with kept.open("rb") as file:
        head = file.read(_SAMPLE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            note = f"The file begins with a byte order mark: {name.upper()}."
            damaged = name == "utf-8" and not _fits(kept, name)
            return Encoding(name, len(mark), damaged, notes=(note,))
    if wide := _wide(head):
        return Encoding(wide, notes=(f"Read as {wide.upper()}, which the file does not say itself.",))
    if _fits(kept, "utf-8"):
        return _escaped(head)
    suspicious = _beyond_ascii(kept)
    if _mostly_utf8(suspicious):
        return Encoding("utf-8", damaged=True)
    name = _guess(kept, suspicious)
    return Encoding(name, notes=(f"The file is not UTF-8; it was read as {name}. Check its accented letters.",))


def as_utf8(kept: Path, encoding: Encoding, target: Path, name: str) -> None:
    """Write the text of `kept` as UTF-8 to `target`. Raises ImportRefused if the bytes do not fit the encoding."""
    with target.open("wb") as out:
        try:
            for text in _decoded(kept, encoding):
                out.write(text.encode("utf-8"))
        except UnicodeError:
            raise ImportRefused(
                f"{name} seems to be {encoding.name.upper()}, but some bytes of it do not fit."
                " Nothing was imported. Save it again as UTF-8."
            ) from None


def original(raw: bytes, encoding: Encoding) -> bytes:
    """The bytes that a stretch of the UTF-8 text has in the file itself."""
    if encoding.is_utf8:
        return raw
    text = raw.decode("utf-8", "replace")
    if encoding.name == "cp1252":
        return bytes(_CP1252.index(char) for char in text)
    return text.encode(encoding.name, "replace")


def original_positions(utf8: Path, positions: list[int], encoding: Encoding) -> list[int]:
    """The byte positions in the file itself of ascending positions in its UTF-8 text."""
    if encoding.is_utf8:
        return positions
    found, at, there = [], 0, encoding.mark
    with utf8.open("rb") as file:
        for position in positions:
            while at < position:
                piece = file.read(min(CHUNK, position - at))
                at += len(piece)
                # A piece may end within a character; its rest then belongs to the next one.
                there += _length(piece, encoding)
            found.append(there)
    return found


def latin(raw: bytes) -> bytes:
    """UTF-8 text of bytes that are Windows-1252."""
    return codecs.charmap_decode(raw, "strict", _CP1252)[0].encode("utf-8")


def _length(piece: bytes, encoding: Encoding) -> int:
    characters = sum(1 for byte in piece if byte & 0xC0 != 0x80) if len(piece) < 64 else _starts(piece)
    if encoding.name.startswith("utf-32"):
        return 4 * characters
    if encoding.name.startswith("utf-16"):
        return 2 * (characters + sum(1 for byte in piece if byte >= 0xF0))
    if encoding.name in _SINGLE:
        return characters
    return len(piece.decode("utf-8", "ignore").encode(encoding.name, "replace"))


def _starts(piece: bytes) -> int:
    return len(piece) - len(_CONTINUATION.findall(piece))


_CONTINUATION = re.compile(rb"[\x80-\xbf]")
_SINGLE = {
    "cp1252",
    "latin-1",
    *(f"cp125{n}" for n in range(9)),
    *(f"iso8859_{n}" for n in range(1, 17)),
    "koi8_r",
    "cp874",
    "mac_cyrillic",
    "cp437",
    "cp850",
    "cp866",
    "mac_roman",
}


def _decoded(kept: Path, encoding: Encoding) -> Iterator[str]:
    with kept.open("rb") as file:
        file.seek(encoding.mark)
        if encoding.name == "cp1252":
            while chunk := file.read(CHUNK):
                yield codecs.charmap_decode(chunk, "strict", _CP1252)[0]
            return
        decoder = codecs.getincrementaldecoder(encoding.name)("strict")
        while chunk := file.read(CHUNK):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)


def without_controls(text: str) -> str:
    """The text with the signs that Windows-1252 has in the place of control characters."""
    return text.translate(CONTROLS)


def _has_controls(kept: Path) -> bool:
    """Whether control characters stand in the file, all of which are signs in Windows-1252; else they are what was meant."""
    found = False
    with kept.open("rb") as file:
        before = b""
        while chunk := file.read(CHUNK):
            if not chunk.isascii():
                if _NO_SIGN.search(before + chunk):
                    return False
                found = found or _CONTROL.search(before + chunk) is not None
            before = chunk[-1:]
    return found


def _fits(kept: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    with kept.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                if not (chunk.isascii() and not decoder.getstate()[0]):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: the NUL bytes stand in step."""
    head = head[: len(head) // 4 * 4]
    if len(head) < 8 or head.count(0) < len(head) * 0.2:
        return None
    share = [head[i::4].count(0) / (len(head) / 4) for i in range(4)]
    if min(share[1:]) > 0.7 and share[0] < 0.3:
        return "utf-32-le"
    if min(share[:3]) > 0.7 and share[3] < 0.3:
        return "utf-32-be"
    if min(share[1], share[3]) > 0.5 and max(share[0], share[2]) < 0.3:
        return "utf-16-le"
    if min(share[0], share[2]) > 0.5 and max(share[1], share[3]) < 0.3:
        return "utf-16-be"
    return None


def _escaped(head: bytes) -> Encoding:
    if b"\x1b$B" in head or b"\x1b(J" in head or b"\x1b$@" in head:
        return Encoding("iso2022_jp", notes=("The file was read as ISO-2022-JP.",))
    return Encoding("utf-8")


def _beyond_ascii(kept: Path) -> bytes:
    """Up to 64 kB of the text around bytes beyond ASCII, from anywhere in the file."""
    pieces, size = [], 0
    with kept.open("rb") as file:
        while size < 1 << 16 and (chunk := file.read(CHUNK)):
            for match in _FOREIGN_TEXT.finditer(chunk):
                pieces.append(match.group())
                size += len(pieces[-1])
                if size >= 1 << 16:
                    break
    return b"\n".join(pieces)


def _mostly_utf8(lines: bytes) -> bool:
    """Whether the text is UTF-8 but for some records: bytes of another page make no sequences of UTF-8, whole lines of them least."""
    sequences = len(_MULTIBYTE.findall(lines))
    strays = len(re.findall(rb"[\x80-\xff]", _MULTIBYTE.sub(b"", lines)))
    if sequences > 3 * strays:
        return True
    # Letters with accents as UTF-8 has them make no sense in Windows-1252, so even a few mean that some records are UTF-8.
    return len(_ACCENTED.findall(lines)) >= max(2, strays * _SOME) and _western(lines)


def _western(lines: bytes) -> bool:
    """Whether what is not UTF-8 are single letters among ASCII, and not words of another script."""
    runs = _BEYOND_ASCII.findall(_MULTIBYTE.sub(b" ", lines))
    return sum(map(len, runs)) < _MOST_RUN * len(runs)


def _guess(kept: Path, lines: bytes) -> str:
    runs = _BEYOND_ASCII.findall(lines)
    if sum(map(len, runs)) < _MOST_RUN * len(runs):
        page = latin_page(lines)
        return page if page == "cp1252" or _fits(kept, page) else "cp1252"
    page, likelihood = other_page(lines)
    if likelihood > _LIKE_WORDS and _fits(kept, page):
        return page
    page = latin_page(lines)
    if page != "cp1252" and _fits(kept, page):
        return page
    from charset_normalizer import from_bytes

    best = from_bytes(lines, threshold=0.3, cp_isolation=_SEVERAL_BYTES).best()
    # Believed only if the letters really are of another script: in Windows-1252 every byte has a meaning.
    if best is None or not _foreign(str(best)) or not _fits(kept, best.encoding):
        return "cp1252"
    return best.encoding


def _foreign(text: str) -> bool:
    letters = [char for char in text if ord(char) > 127 and char.isalpha()]
    return bool(letters) and sum(ord(char) >= 0x370 for char in letters) > 0.5 * len(letters)
