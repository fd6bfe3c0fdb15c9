"""The zip around an .xlsx, looked at before any spreadsheet parser sees it.

Sizes in a zip directory can lie, so every member is unpacked here by zlib itself and counted; what is counted is what the parser will get.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from xml.parsers import expat

from registry.exchange.reader.limits import Limits, Stop

CHUNK = 256 * 1024
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
ENCRYPTED = 0x1 | 0x40 | 0x2000
NOT_A_WORKBOOK = (
    ("xl/workbook.bin", "xlsb"),
    ("word/", "docx"),
    ("ppt/", "pptx"),
    ("index/document.iwa", "numbers"),
)


class Container:
    """An inspected archive: `find(name)` for a member and `unpack(name)`, the bytes of one in chunks. Close it, or use it in a `with`."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._file: BinaryIO = path.open("rb")
        try:
            self._members = directory(self._file, limits)
            self._look_at_everything()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Container:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def find(self, name: str) -> str | None:
        """The member of that name; part names are compared without case (ECMA-376 part 2)."""
        return next((member for member in self._members if member.casefold() == name.casefold()), None)

    def unpack(self, name: str) -> Iterator[bytes]:
        return unpack(self._file, self._members[name])

    def _look_at_everything(self) -> None:
        """Unpack all, the XML through expat. No more is unpacked than the directory says, and that was within the limits."""
        for name in self._members:
            parser = plain_parser() if name.casefold().endswith((".xml", ".rels")) else None
            for chunk in self.unpack(name):
                if parser:
                    feed(parser, chunk)
            if parser:
                feed(parser, b"", last=True)


def directory(file: BinaryIO, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """Name -> entry, after every check that needs no unpacking. Raises Stop."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries, end = archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, EOFError) as problem:
        raise Stop("damaged") from problem
    if len(entries) > limits.members:
        raise Stop("too_many_members", limit=limits.members)
    refuse_other_kinds(file, entries)
    check_names(entries)
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise Stop("unpacked_too_big", limit=limits.unpacked_bytes)
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise Stop("password")
    check_places(file, entries, end)
    return {entry.filename: entry for entry in entries}


def check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        # orig_filename still has what follows a NUL; another reader may see another name there.
        name, folded = entry.orig_filename, entry.filename.casefold()
        if (
            folded in seen
            or name != entry.filename
            or name.startswith("/")
            or "\\" in name
            or ":" in name
            or ".." in PurePosixPath(name).parts
        ):
            raise Stop("damaged")
        seen.add(folded)
        if "vbaproject" in folded or folded.startswith(("xl/macrosheets/", "xl/vba")):
            raise Stop("macro")
        if folded.startswith("xl/externallinks/"):
            raise Stop("external_links")


def check_places(file: BinaryIO, entries: list[zipfile.ZipInfo], end: int) -> None:
    """Members may not lie over each other (one stream read many times), and the archive begins where the file begins."""
    free = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < free or (free == 0 and entry.header_offset != 0):
            raise Stop("damaged")
        free = data_offset(file, entry) + entry.compress_size
    if free > end:
        raise Stop("damaged")


def data_offset(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    file.seek(entry.header_offset)
    head = file.read(LOCAL_HEADER.size)
    if len(head) < LOCAL_HEADER.size or head[:4] != b"PK\x03\x04":
        raise Stop("damaged")
    _, _, flags, method, *_, name_length, extra_length = LOCAL_HEADER.unpack(head)
    written = file.read(name_length).decode("utf-8" if flags & 0x800 else "cp437", "replace")
    if written != entry.orig_filename or method != entry.compress_type or method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Stop("damaged")
    if flags & ENCRYPTED:
        raise Stop("password")
    return entry.header_offset + LOCAL_HEADER.size + name_length + extra_length


def unpack(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes as they really are; a length or checksum that differs from the directory's raises Stop."""
    position, end = data_offset(file, entry), 0
    end = position + entry.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    size, checksum = 0, 0
    while position < end:
        file.seek(position)
        packed = file.read(min(CHUNK, end - position))
        if not packed:
            raise Stop("damaged")
        position += len(packed)
        for chunk in inflated(inflate, packed) if inflate else (packed,):
            size += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            if size > entry.file_size:
                raise Stop("damaged")
            yield chunk
    if size != entry.file_size or checksum != entry.CRC or (inflate and (not inflate.eof or inflate.unused_data)):
        raise Stop("damaged")


def inflated(inflate: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    try:
        while packed or inflate.unconsumed_tail:
            chunk = inflate.decompress(packed, CHUNK)
            packed = inflate.unconsumed_tail
            if not chunk:
                return
            yield chunk
    except zlib.error as problem:
        raise Stop("damaged") from problem


def refuse_other_kinds(file: BinaryIO, entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename.casefold() for entry in entries}
    if "xl/workbook.xml" in names:
        return
    for start, kind in NOT_A_WORKBOOK:
        if any(name.startswith(start) for name in names):
            raise Stop("other_office", looks_like=kind)
    file.seek(0)
    if b"opendocument" in file.read(200):
        raise Stop("other_office", looks_like="ods")
    raise Stop("archive")


def plain_parser() -> expat.XMLParserType:
    """An expat parser that refuses a document type, and with it every entity of one's own."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


def refuse_doctype(*_: object) -> None:
    raise Stop("doctype")


def feed(parser: expat.XMLParserType, chunk: bytes, *, last: bool = False) -> None:
    try:
        parser.Parse(chunk, last)
    except expat.ExpatError as problem:
        raise Stop("damaged") from problem
