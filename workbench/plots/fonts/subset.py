"""How the font was made: ``python -m workbench.plots.fonts.subset NotoSansCJK-Regular.ttc`` (fontTools 4.68).

The source is Noto Sans CJK 2.004, in Debian the package fonts-noto-cjk. The result depends on the source only,
byte for byte. It has a name of its own, so that an installed Noto never takes its place: the same pictures
everywhere.
"""

import sys

from workbench.plots.fonts import FAMILIES, FILE

SOURCE = "Noto Sans CJK SC"
FEWER = ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]


def characters():
    """Return all characters of GB 2312 (6,763 hanzi, 682 others), ASCII, and the zero 〇.

    Examples
    --------
    >>> sum("\u4e00" <= character <= "\u9fff" for character in characters())
    6763
    """
    found = [chr(code) for code in range(0x20, 0x7F)] + ["〇"]
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            found += bytes([high, low]).decode("gb2312", "ignore")
    return "".join(found)


def make(source, target=FILE):
    """Write the subset of a font collection."""
    from fontTools import subset
    from fontTools.ttLib import TTCollection

    font = next(f for f in TTCollection(source).fonts if f["name"].getDebugName(4) == SOURCE)
    font.recalcTimestamp = False
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 5, 13, 14])
    options.drop_tables += FEWER
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters())
    subsetter.subset(font)
    _rename(font, FAMILIES[1])
    font.save(target)


def _rename(font, name):
    joined = name.replace(" ", "") + "-Regular"
    for number, text in {1: name, 2: "Regular", 3: joined, 4: name, 6: joined}.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    outlines = font["CFF "].cff
    outlines.fontNames = [joined]
    outlines.topDictIndex[0].FamilyName = outlines.topDictIndex[0].FullName = name


if __name__ == "__main__":
    make(sys.argv[1])
