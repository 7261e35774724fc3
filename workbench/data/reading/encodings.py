"""The encoding of a text file: by its mark, by its validity as UTF-8, else by evidence, else left open.

Almost any bytes decode as Windows-1252 and as GB18030, so that decoding proves nothing. What tells them apart: in
Chinese text the bytes above 127 come in pairs, nearly all from the two fifths of the table where common
characters stand; in Western text they come alone, as letters of one language among ASCII letters.
"""

import codecs
import itertools
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from workbench.checks import did_you_mean
from workbench.data.catalogue import DataError
from workbench.data.reading.candidates import ALPHABETS, KANJI, candidates, covers

__all__ = [
    "LEFT_OPEN",
    "WIDE",
    "Encoding",
    "Portions",
    "declared",
    "detect",
    "is_cut_at_lines",
    "named",
    "told",
]

LEFT_OPEN = "\ufffd"  # stands for every character that the evidence leaves open
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
COMMON = (
    "utf-8", "utf-16-le", "utf-16-be", "cp1252", "cp1250", "cp1251", "cp1254", "cp1257", "latin-1", "iso-8859-2",
    "iso-8859-15", "gb18030", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr", "cp437", "cp850", "cp852", "mac-roman",
)  # fmt: skip
MIXED = "are UTF-8 in some rows and not in others; save the file again in one encoding"
DAMAGED = "are damaged UTF-8; export the file again, or name another --encoding"
LINES = 5_000  # with bytes above 127, looked at as evidence
# Codecs in which a line can be decoded by itself: no character holds the byte of a line end, and none needs another.
BY_LINES = re.compile(
    r"utf-8|utf-8-sig|ascii|cp\d+|iso8859-\d+|koi8-\w|mac-\w+|gbk|gb2312|gb18030|big5\w*|shift_jis\w*|euc_\w+"
)
Portions = Callable[[], Iterable[bytes]]  # of a file, whole lines, from the beginning each time

RIVALS = ("cp1250", "cp1254", "cp1257")  # of languages whose bytes look like letters of Windows-1252
SYMBOLS = set("£€¥§°±²³µ·«»“”„‘’‚–—…•™©®¢ºª¿¡½¼¾¹×´¨\xa0\xad")
COMMON_ROWS = {0xA1, 0xA2, 0xA3, 0xA6, 0xA7, 0xA8, 0xA9, *range(0xB0, 0xD8)}  # of GB 2312: marks, first level
RAISED = set("¹²³")
STRANGE_BEFORE_LETTERS = set("£¥¯¦")  # Ł, Ą, Ż and Ś of other encodings
INSIDE_WORDS = set("’´·")  # of the symbols, those that stand between letters
# Characters of names, places and tables: what Korean read as Chinese has by chance only.
HANZI = set(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相"
    "全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果"
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范石姚谭廖邹"
    "熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞刚桂英华玉兰红梅建国志文斌婷"
    "客户姓名编号金额日期时间订单支付交易类型城市省区县北京上海广州深圳南京杭州武汉成都重庆天津西安苏东山河湖川男女元万千百存款取转账贷借"
    "商品价格单价数量渠道备注地址手机邮箱会员等级门店销售收入支出余额摘要银行卡账户名称合计总计小计状态完成已未退款消费购买注册登录"
)


class Encoding(NamedTuple):
    """How bytes become text: the codec, and what it leaves open."""

    codec: str
    open: str = ""  # why the characters above 127 are left open, in words for a message
    note: str = ""

    def decode(self, content: bytes, *, first: bool = True) -> str:
        """Decode the first bytes of a file, or later ones; characters that are left open become U+FFFD."""
        codec = self.codec if first else self.codec.removesuffix("-sig")
        text = content.decode(codec, "replace" if self.open else "strict")
        return text.lstrip("\ufeff") if first else text


def named(file: str, name: str, content: bytes) -> Encoding:
    """Check an encoding that the user named against the bytes.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    name : str
        Any text encoding that Python knows.
    content : bytes

    Returns
    -------
    Encoding

    Raises
    ------
    workbench.data.DataError
        If the name is unknown, or the bytes are not in that encoding.

    Examples
    --------
    >>> named("f.csv", "cp1252", b"M\\xfcller").decode(b"M\\xfcller")
    'Müller'
    """
    return declared(file, name, lambda: [content])


def declared(file: str, name: str, portions: Portions) -> Encoding:
    """Do what `named` does, of bytes in portions."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        codec = None
    if codec is None or not codec._is_text_encoding:
        listed = ", ".join(COMMON)
        raise DataError(f"Unknown encoding {name!r}{did_you_mean(name, COMMON)} Common ones: {listed}.")
    first = next(iter(portions()), b"")
    mark = next((mark for mark in MARKS if first.startswith(mark)), None)
    if mark and not codec.name.startswith("utf"):
        raise DataError(
            f"{file}: begins with the byte order mark of {MARKS[mark].removesuffix('-sig').upper()}, "
            f"so it is not {codec.name.upper()}; leave --encoding out."
        )
    at = 1
    for portion in portions():
        try:
            portion.decode(codec.name)
        except UnicodeError as error:
            at += portion[: getattr(error, "start", 0)].count(b"\n")
            raise DataError(
                f"{file}: not {codec.name.upper()}, by a byte in line {at}; try another --encoding."
            ) from None
        at += portion.count(b"\n")
    certain = codec.name.startswith("utf") or _is_ascii(portions) or not _all_decode(portions, "utf-8")
    doubt = "" if certain else ", as declared; its bytes are valid UTF-8, too"
    return Encoding(codec.name, note=f"read as {codec.name.upper()}{doubt}" if codec.name != "utf-8" else "")


def detect(file: str, content: bytes) -> Encoding:
    """Tell the encoding of a text file from its bytes.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    content : bytes
        The file, or whole lines of it.

    Returns
    -------
    Encoding
        UTF-8 and UTF-16 are certain. Else Windows-1252 or GB18030 where the evidence is clear, and where it is not,
        ASCII, with every other character left open.

    Raises
    ------
    workbench.data.DataError
        If the bytes are no text.

    Examples
    --------
    >>> detect("f.csv", b"M\\xfcller;K\\xf6ln").codec, detect("f.csv", "张三,客户".encode("gbk")).codec
    ('cp1252', 'gb18030')
    """
    return told(file, lambda: [content])


def told(file: str, portions: Portions) -> Encoding:
    """Do what `detect` does, of bytes in portions."""
    first = next(iter(portions()), b"")
    for mark, codec in MARKS.items():
        if first.startswith(mark):
            return _marked(file, portions, codec)
    if any(b"\0" in portion for portion in portions()):
        raise DataError(_nul(file, portions))
    if _is_ascii(portions):
        return Encoding("utf-8")
    beyond = (found[0] for part in portions() for found in re.finditer(rb"[^\r\n]*[\x80-\xff][^\r\n]*", part))
    lines = b"\n".join(itertools.islice(beyond, LINES))
    is_utf8 = _all_decode(portions, "utf-8")
    if is_utf8 and not _is_chance_utf8(lines):
        return Encoding("utf-8")
    if _is_damaged_utf8(lines) and not _decodes(lines, "utf-8"):
        return Encoding("utf-8", open=DAMAGED, note="read as UTF-8, damaged in places")
    if is_utf8:
        why = "could be UTF-8 or GB18030; name it: --encoding utf-8 or gb18030"
        return Encoding("ascii", open=why, note="encoding left open")
    if _is_mixed(lines):
        return Encoding("ascii", open=MIXED, note="encodings are mixed")
    codec = _by_evidence(lines)
    if codec and _all_decode(portions, codec):
        return Encoding(codec, note=f"read as {codec.upper()}")
    named = " or ".join(candidates(lines)) or "NAME"
    why = f"could be in several encodings (UTF-8 they are not); name it: --encoding {named}"
    return Encoding("ascii", open=why, note="encoding left open")


def is_cut_at_lines(name: str) -> bool:
    """Whether bytes in an encoding can be decoded in portions of whole lines.

    Examples
    --------
    >>> [is_cut_at_lines(name) for name in ("UTF-8", "latin-1", "Shift_JIS", "utf-16-le", "iso2022_jp")]
    [True, True, True, False, False]
    """
    try:
        return BY_LINES.fullmatch(codecs.lookup(name).name) is not None
    except (LookupError, ValueError):
        return False


def _is_mixed(lines: bytes) -> bool:
    """Whether some lines are Western words in UTF-8 where others are not UTF-8, as in files put together."""
    if _is_chinese(lines):
        return False
    texts = [
        line.decode("utf-8") for line in lines.splitlines() if _decodes(line, "utf-8") and not line.isascii()
    ]
    return any(re.search("[À-ÿŒœŠšŽž]", text) and covers("cp1252", text) for text in texts)


def _decodes(content: bytes, codec: str) -> bool:
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _all_decode(portions: Portions, codec: str) -> bool:
    return all(_decodes(portion, codec) for portion in portions())


def _is_ascii(portions: Portions) -> bool:
    return all(portion.isascii() for portion in portions())


def _is_chance_utf8(lines: bytes) -> bool:
    """Whether a few Chinese characters happen to be valid UTF-8, as \u5973 in GB18030 is \u016e."""
    if len(lines) > 100_000 or not _is_chinese(lines):
        return False
    letters = set(re.findall(r"[^\x00-\x7f]", lines.decode("utf-8")))
    hanzi = set(re.findall(r"[^\x00-\x7f]", lines.decode("gb18030")))
    if re.search("[A-Za-z0-9][^\\x00-\\x7f]|[^\\x00-\\x7f][A-Za-z0-9]", lines.decode("gb18030")):
        return False  # as ½ stands beside digits and letters, and a Chinese character does not
    return (
        len(hanzi) <= 4
        and hanzi <= HANZI
        and not any(letters <= set(a + a.upper()) for a in ALPHABETS["cp1252"])
    )


def _by_evidence(lines: bytes) -> str:
    chinese, western = _is_chinese(lines), _is_western(lines)
    if chinese and western:
        runs = [len(run) % 2 for run in re.findall(rb"[\x80-\xff]+", lines)]
        chinese, western = not any(runs), sum(runs) > len(runs) / 2
    if chinese == western or (chinese and _is_rather_japanese(lines)):
        return ""
    return "gb18030" if chinese else "cp1252"


def _is_rather_japanese(lines: bytes) -> bool:
    """Whether the characters are more usual in Japanese than in Chinese, since both tables hold nearly all."""
    if not _decodes(lines, "euc-jp"):
        return False
    chinese = [c in HANZI for c in lines.decode("gb18030") if c > "\x7f"]
    japanese = [c in KANJI or "ぁ" <= c <= "ヿ" for c in lines.decode("euc-jp") if c > "\x7f"]
    return sum(japanese) > sum(chinese)


def _marked(file: str, portions: Portions, codec: str) -> Encoding:
    if not _all_decode(portions, codec):
        if codec == "utf-8-sig":
            return Encoding("utf-8", open=DAMAGED, note="read as UTF-8, damaged in places")
        name = codec.upper()
        raise DataError(
            f"{file}: has the byte order mark of {name} and is not {name}; save it again as UTF-8."
        )
    if any("\0" in portion.decode(codec) for portion in portions()):
        raise DataError(_nul(file, portions))
    return Encoding(codec, note="" if codec == "utf-8-sig" else f"read as {codec.upper()}")


def _nul(file: str, portions: Portions) -> str:
    head = next(iter(portions()))[:4000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > 500 * len(head) // 4000 and min(even, odd) == 0:
        name = "utf-16-le" if odd else "utf-16-be"
        return f"{file}: looks like UTF-16 without a byte order mark; if it is, say --encoding {name}."
    line = 1
    for portion in portions():
        line += portion.partition(b"\0")[0].count(b"\n")
        if b"\0" in portion:
            break
    return f"{file}: line {line} holds NUL bytes, which no text has; export the file again."


def _is_damaged_utf8(lines: bytes) -> bool:
    """Whether nearly all characters beyond ASCII are valid UTF-8, which chance does not bring about."""
    text = lines.decode("utf-8", "replace")
    bad = text.count(LEFT_OPEN)
    return len(re.findall(r"[^\x00-\x7f\ufffd]", text)) >= 5 * bad


def _is_chinese(lines: bytes) -> bool:
    try:
        text = lines.decode("gb18030")
    except UnicodeDecodeError:
        return False
    drawn = [char for char in text if char > "\x7f"]
    pairs = [char.encode("gb18030") for char in drawn]
    common = [p for p in pairs if len(p) == 2 and p[1] > 0xA0 and p[0] in COMMON_ROWS]
    if len(pairs) - len(common) > max(0.15 * len(pairs), len(pairs) > 2):
        return False
    # Korean in EUC-KR fills the first half of the same rows, evenly.
    distinct = {char for char, pair in zip(drawn, pairs, strict=True) if pair[0] >= 0xB0}
    late = sum(char.encode("gb18030")[0] > 0xC8 for char in distinct)
    return not distinct or late >= 0.1 * len(distinct) or len(distinct & HANZI) >= 0.5 * len(distinct)


def _is_western(lines: bytes) -> bool:
    """Whether the bytes above 127 are letters of one Western language rather than of any other, or plain symbols."""
    try:
        text = lines.decode("cp1252")
    except UnicodeDecodeError:
        return False
    runs = [len(run) for run in re.findall(r"[^\x00-\x7f]+", text)]
    if sum(n > 3 for n in runs) > 0.02 * len(runs):
        return False
    letters: dict[str, int] = {}
    for before, char, after in re.findall(r"(?<=(.))([^\x00-\x7f])(?=(.))", f"\n{text}\n", flags=re.DOTALL):
        in_word = before.isalpha() and (after.isalpha() or (char in RAISED and before not in "mM"))
        strange = char in STRANGE_BEFORE_LETTERS and after.isalpha() and not before.isalnum()
        if char in SYMBOLS and (char in INSIDE_WORDS or not in_word) and not strange:
            continue
        letter = char if char.isupper() and before.islower() else char.lower()  # as no language writes it
        letters[letter] = letters.get(letter, 0) + 1
    return _fits_a_western_language(letters) and _are_western_words(text)


def _are_western_words(text: str) -> bool:
    """Whether each word is one of a Western language by itself, and not better one of another encoding's."""
    text = "".join(" " if char in SYMBOLS else char for char in text)
    words = re.findall(r"[^\W\d_]*[^\x00-\x7f\W\d_][^\W\d_]*", text)
    known = [word for word in words if covers("cp1252", word)]
    usual = "".join(a for a in ALPHABETS["cp1252"] if "þ" not in a)
    rare = [word for word in known if not all(c in usual for c in word.lower() if c > "\x7f")]
    weak = [word for word in rare if any(covers(codec, _as(codec, word)) for codec in RIVALS)]
    return len(words) - len(known) + len(weak) * (len(weak) == len(rare)) <= 0.02 * len(words)


def _as(codec: str, word: str) -> str:
    """A word of Windows-1252 as another encoding has it; a mark that no language has where it cannot be."""
    return word.encode("cp1252", "replace").decode(codec, "replace")


def _fits_a_western_language(letters: dict[str, int]) -> bool:
    def covered(alphabet):
        return sum(n for letter, n in letters.items() if letter in alphabet)

    total = sum(letters.values())
    west = max(covered(alphabet) for alphabet in ALPHABETS["cp1252"])
    if west == total:
        return True
    known = covered("".join(ALPHABETS["cp1252"]))
    rival = max(
        covered(alphabet.encode(codec, "ignore").decode("cp1252", "ignore"))
        for codec in RIVALS
        for alphabet in ALPHABETS[codec]
    )
    return (west > rival or rival < total) and known >= 0.98 * total
