"""Which encodings a user might name for bytes that leave it open: those that give plausible words, the best first."""

import re

__all__ = ["ALPHABETS", "COMMON_ENOUGH", "KANJI", "candidates", "covers"]

# Letters of a language beyond ASCII, by the encoding of Windows that is its own.
ALPHABETS = {
    "cp1252": (
        "äöüßé", "àâæçéèêëîïôœùûü", "áéíóúüñ", "áâãàçéêíóôõúü", "àèéìíîòóùú", "åæøéöü", "åäöéüõšž", "éëïóöüèêíáúà",
        "áéíóúýþæöð", "àçéèíïòóúü",
    ),
    "cp1250": ("áčďéěíňóřšťúůýžäľĺôŕ", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţ", "čćđšž"),
    "cp1254": ("çğıöşüâîû",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž"),
}  # fmt: skip
ALPHABETS |= dict.fromkeys(("cp850", "mac-roman"), ALPHABETS["cp1252"])
SCRIPTS = {
    "cp1251": "[А-яЁёЄєІіЇї]+", "koi8-r": "[А-яЁё]+", "cp866": "[А-яЁё]+", "cp1253": "[Ά-ώ]+",
    "euc-kr": "[가-힣]+", "shift_jis": "[ぁ-ヿ一-龥々]+", "euc-jp": "[ぁ-ヿ一-龥々]+",
    "big5": "[一-龥]+", "gb18030": "[一-龥]+",
}  # fmt: skip
# Lead bytes of the common characters of a table, which rare ones have not.
LEVEL_ONE = {
    "gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7), "euc-kr": range(0xB0, 0xC9),
    "euc-jp": (0xA4, 0xA5, *range(0xB0, 0xD0)), "shift_jis": (0x82, 0x83, *range(0x88, 0x98)),
}  # fmt: skip
# Characters of Japanese names, places and words of trade.
KANJI = set(
    "田中山本佐藤鈴木高橋伊渡辺村小林加吉松井斎清水池野原川石上前岡長谷近坂遠青西福太三浦金子竹内和島宮崎酒工横大森安部河阿柴菅久保新平"
    "市東京都府県区町名古屋神戸横浜千葉埼玉北海道京都奈良熊仙台株式会社有限商店株顧客番号氏名日付金額数量単価合計男女様年月"
)
COMMON_ENOUGH = 0.8


def covers(codec: str, text: str) -> bool:
    """Whether one language of an encoding has all letters of a word beyond ASCII.

    Examples
    --------
    >>> covers("cp1252", "Müller"), covers("cp1252", "Kalniòð"), covers("cp1257", "Kalniņš")
    (True, False, True)
    """
    letters = {c for c in text.lower() if c > "\x7f" and c.isalpha()}
    return any(letters <= set(alphabet) for alphabet in ALPHABETS[codec])


def candidates(lines: bytes) -> list[str]:
    """Return the encodings in which bytes give plausible words, the best first, at most four.

    Parameters
    ----------
    lines : bytes
        Lines that hold bytes above 127.

    Examples
    --------
    >>> candidates("陳先生\\n王小明".encode("big5"))[0], candidates("Иванов\\nПетров".encode("koi8-r"))[0]
    ('big5', 'koi8-r')
    """
    scores = {name: _plausible(name, lines) for name in [*SCRIPTS, *ALPHABETS]}
    able = [name for name, score in scores.items() if score >= COMMON_ENOUGH] or [
        n for n, s in scores.items() if s
    ]
    return sorted(able, key=lambda name: -scores[name])[:4]


def _plausible(codec: str, lines: bytes) -> float:
    """The share of the words beyond ASCII that are words of the encoding's languages; 0 where it cannot be."""
    try:
        text = lines.decode(codec)
    except UnicodeDecodeError:
        return 0.0
    if codec in ALPHABETS:
        words = re.findall(r"[^\W\d_]*[^\x00-\x7f\W\d_][^\W\d_]*", text)
        strange = re.findall(r"[^\x00-\x7f\w\s“”„‘’–…€£]", text)
        good = sum(_is_cased(word) and covers(codec, word) for word in words)
        return good / (len(words) + len(strange)) if words else 0.0
    words = re.findall(r"[A-Za-z]*[^\x00-\x7f]+[A-Za-z]*", text)
    good = sum(_is_of(codec, word) for word in words)
    return good / len(words) if words else 0.0


def _is_of(codec: str, word: str) -> bool:
    if not re.fullmatch(SCRIPTS[codec], word) or not _is_cased(word):
        return False
    leads = LEVEL_ONE.get(codec)
    if leads is None:
        return True
    common = sum(len(c.encode(codec)) == 2 and c.encode(codec)[0] in leads for c in word)
    return common >= COMMON_ENOUGH * len(word)


def _is_cased(word: str) -> bool:
    """Whether a word is in lower case, in capitals, or begins with one."""
    return word[1:] == word[1:].lower() or word == word.upper()
