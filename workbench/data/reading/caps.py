"""What a file may be at most: beyond that it is no table of customers, and is refused before it is read whole."""

import zipfile

from workbench.data.catalogue import DataError

__all__ = ["LINE", "refuse_bomb", "refuse_columns", "refuse_lines", "unpacked_size"]

LINE = 1 << 20  # bytes in which there must be an end of a line
COLUMNS = 16_384  # as many as a sheet of Excel has
TIMES = 200  # that a file may grow when it is unpacked; text does so 5 to 30 times
SMALL = 64 << 20  # bytes up to which no file is too large, however it was packed


def refuse_columns(file: str, number: int) -> None:
    """Refuse a table of more columns than a spreadsheet has."""
    if number > COLUMNS:
        raise DataError(
            f"{file}: {number:,} columns; at most {COLUMNS:,} are read, as many as a spreadsheet has."
        )


def refuse_lines(file: str, content: bytes, before: int = 0) -> None:
    """Refuse a text with a line that no table has; `before` are the bytes of the file before it."""
    for start in range(0, len(content) - LINE + 1, LINE):
        if content.find(b"\n", start, start + LINE) < 0 and content.find(b"\r", start, start + LINE) < 0:
            raise DataError(
                f"{file}: a line of more than {LINE:,} bytes (at byte {before + start + 1:,}); no table has such. "
                "Export it with a row on each line."
            )


def refuse_bomb(file: str, packed: int, unpacked: int) -> None:
    """Refuse a packed file that grows beyond measure."""
    if unpacked > max(SMALL, TIMES * packed):
        raise DataError(
            f"{file}: {packed:,} bytes that unpack to more than {TIMES} times as much; unpack it yourself if that is "
            "meant."
        )


def unpacked_size(archive: zipfile.ZipFile) -> int:
    """Return what all that is in an archive would take."""
    return sum(inside.file_size for inside in archive.infolist())
