"""Generator of the stand-in tables of persons who can be nobody, beside what only looks like them.

The source publishes no data. **By construction** here: ten of 25 columns hold personal data, three names, products and
cities, twelve what a pattern takes for personal data or nearly; 137 of 20,000 outgoing lines hold the number of a
subscriber. Nobody's are: births from 1880 to 1899, and of numbers of 15 digits the counties 9999, which there are not;
mobile numbers from 154, area code 026 and cards from 620000, none of them allocated; bank code 0; example.com; the
addresses of RFC 5737. ``python -m workbench.data.standin.data_protection FOLDER`` writes the files again.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from workbench import privacy

SEED = 0
ROWS, NOTES, LINES, LEAKED = 2_000, 5_000, 20_000, 137
PREFIX, CARD, AREA = "154", "620000", "026"
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华建文玲红玉梅春燕晓冬雪晨宇轩浩然子涵欣怡佳琪思远天"
_PRODUCTS = (
    "金卡套餐 白金会员 万能副卡 安心宝 万家宽带 黄金会员 高清影视 马上付 龙腾套餐 康乐卡 安全卫士 金融卡 "
    "祝福彩铃 路路通 车载卡 古诗包 方便贷 石油卡 江河套餐 林海套餐 时代卡 应急卡 江南卡 梅花卡 童年卡 "
    "谷雨卡 成长卡 顾家宝 任我行 向前卡 畅享卡 云盘"
)
_CITIES = (
    "黄山 安阳 马鞍山 金华 石家庄 白山 温州 常州 成都 武汉 江门 柳州 梅州 上海 北京 广州 深圳 南京 昆明 乐山"
)
PRODUCTS, CITIES = _PRODUCTS.split(), _CITIES.split()
UNALLOCATED = ("140", "141", "142", "143", "160", "161", "163", "164", "168", "169", "179", PREFIX)
# column: heading in Chinese, in English, kind; the third way to head it says nothing
COLUMNS = {
    "id_number": ("身份证号", "identity number", "resident id"),
    "id_number_old": ("旧身份证号", "id number before 1999", "resident id"),
    "mobile": ("手机号码", "mobile", "mobile number"),
    "contact": ("联系电话", "contact phone", "mobile number"),
    "landline": ("固定电话", "telephone", "phone number"),
    "card": ("银行卡号", "bank card", "bank card"),
    "employer": ("统一社会信用代码", "social credit code", "credit code"),
    "mail": ("邮箱", "e-mail", "e-mail address"),
    "address": ("登录IP地址", "client ip", "IP address"),
    "iban": ("国际账号", "iban", "IBAN"),
    "name": ("姓名", "name", "unknown"),
    "product": ("产品", "product", "unknown"),
    "city": ("城市", "city", "unknown"),
    "order": ("订单", "order", "unknown"),
    "transaction": ("流水", "transaction", "unknown"),
    "device": ("设备序列", "device serial", "unknown"),
    "sum": ("金额（分）", "sum in fen", "unknown"),
    "version": ("软件版本", "software version", "unknown"),
    "hash": ("校验值", "hash", "unknown"),
    "meter": ("表计", "meter", "unknown"),
    "mobile_masked": ("脱敏手机", "mobile, masked", "unknown"),
    "id_masked": ("脱敏证件", "identity, masked", "unknown"),
    "article": ("货品", "article", "unknown"),
    "balance": ("余额（元）", "balance in yuan", "unknown"),
    "joined": ("入网时间", "joined", "unknown"),
}


def table(n: int = ROWS, *, random_state: int | np.random.Generator = SEED) -> pd.DataFrame:
    """Draw the table of 25 columns.

    Parameters
    ----------
    n : int
        Rows, at least 10.
    random_state : int or numpy.random.Generator

    Returns
    -------
    pandas.DataFrame of str, shape (n, 25)
        The columns of `COLUMNS`; persons are nobody, and one row is no person: columns are drawn by themselves.

    Examples
    --------
    >>> table(10)["mobile"].str[:3].unique().tolist()
    ['154']
    """
    rng = np.random.default_rng(random_state)
    return pd.DataFrame({name: CELLS[name](rng, n) for name in COLUMNS}, dtype="str")


def headings() -> pd.DataFrame:
    """Return how each column is headed, and what it holds.

    Returns
    -------
    pandas.DataFrame of str, one row per column
        ``column``; its headings ``telling`` (Chinese), ``english`` and ``blind``; ``kind``, or unknown.
    """
    rows = [(n, *told[:2], f"col_{chr(97 + i)}", told[2]) for i, (n, told) in enumerate(COLUMNS.items())]
    return pd.DataFrame(rows, columns=["column", "telling", "english", "blind", "kind"], dtype="str")


def strangers(n: int = 500, *, random_state: int | np.random.Generator = 1) -> tuple[pd.DataFrame, list[str]]:
    """Draw seven columns of kinds that a learner of `table` has not seen.

    Parameters
    ----------
    n : int
    random_state : int or numpy.random.Generator

    Returns
    -------
    columns : pandas.DataFrame of str, shape (n, 7)
    kinds : list of str
        What they hold.
    """
    rng = np.random.default_rng(random_state)
    wrong = [number[:17] + "0123456789"[(int(number[16]) + 3) % 10] for number in _ids(rng, n)]
    wrong = [one for one in wrong if not privacy.is_resident_id(one)]
    drawn = {
        "cards of 17 digits": (_cards(rng, n, [17]), "bank card"),
        "numbers with +86": ([f"+86{one}" for one in _mobiles(rng, n)], "mobile number"),
        "another operator's prefix": (["1747" + _digits(rng, 7) for _ in range(n)], "mobile number"),
        "identity numbers, wrong check digit": ([*rng.choice(wrong, n)], "unknown"),
        "addresses of another network": ([f"198.51.100.{i}" for i in rng.integers(1, 255, n)], "IP address"),
        "mail at another host": ([f"{_word(rng)}@example.org" for _ in range(n)], "e-mail address"),
        "orders of another year": ([f"2031{one[4:]}" for one in _orders(rng, n)], "unknown"),
    }
    columns = pd.DataFrame({name: cells for name, (cells, _) in drawn.items()}, dtype="str")
    return columns, [kind for _, kind in drawn.values()]


def notes(n: int = NOTES, *, random_state: int | np.random.Generator = SEED) -> pd.DataFrame:
    """Draw what clerks wrote down, a third of it about nobody.

    Parameters
    ----------
    n : int
    random_state : int or numpy.random.Generator

    Returns
    -------
    pandas.DataFrame of str, one row per note
        ``text``; ``start``, ``end`` and ``kind`` of the personal data in it, empty where there are none.

    Examples
    --------
    >>> notes(3).columns.tolist()
    ['text', 'start', 'end', 'kind']
    """
    rng = np.random.default_rng(random_state)
    shares = np.array([share for share, *_ in SENTENCES])
    rows = []
    for which in rng.choice(len(SENTENCES), n, p=shares / shares.sum()):
        _, sentence, column, kind = SENTENCES[which]
        value = CELLS[column](rng, 1)[0] if column else ""
        start = sentence.find("{}")
        span = (str(start), str(start + len(value)), kind) if kind else ("", "", "")
        rows.append((sentence.replace("{}", value), *span))
    return pd.DataFrame(rows, columns=["text", "start", "end", "kind"], dtype="str")


def subscribers(n: int = 100_000, *, random_state: int | np.random.Generator = SEED) -> list[str]:
    """Draw the mobile numbers of an operator's subscribers, all different.

    Examples
    --------
    >>> len(set(subscribers(1000)))
    1000
    """
    rng = np.random.default_rng(random_state)
    return [f"{PREFIX}{tail:08}" for tail in rng.choice(50_000_000, n, replace=False)]


def leak(random_state: int | np.random.Generator = SEED) -> pd.DataFrame:
    """Draw outgoing lines, a few of which hold a subscriber's number, dressed in four ways.

    Parameters
    ----------
    random_state : int or numpy.random.Generator

    Returns
    -------
    pandas.DataFrame of str, 20,000 rows
        ``line``; ``leaked``, yes or no. Other numbers of the lines are those of nobody's subscriber.
    """
    rng = np.random.default_rng(random_state)
    known = subscribers()
    held = rng.choice(LINES, LEAKED, replace=False)
    lines = [f"{PREFIX}{tail:08}" for tail in rng.integers(50_000_000, 100_000_000, LINES)]
    dresses = rng.permutation([0] * 25 + [1, 2, 3] * 37 + [1])
    for place, dress in zip(held, dresses, strict=True):
        lines[place] = DRESSES[dress](known[rng.integers(len(known))])
    leaked = np.isin(np.arange(LINES), held)
    return pd.DataFrame({"line": lines, "leaked": np.where(leaked, "yes", "no")}, dtype="str")


def documents(random_state: int | np.random.Generator = SEED) -> tuple[str, str]:
    """Draw a long text, and a short one that copies 120 characters of it.

    Returns
    -------
    report, source : str
    """
    rng = np.random.default_rng(random_state)
    source = " ".join(" ".join(_word(rng) for _ in range(12)).capitalize() + "." for _ in range(420))
    begin = len(source) // 2
    own = " ".join(_word(rng) for _ in range(4))
    return f"{own.capitalize()}: {source[begin : begin + 120].upper()}", source


def _digits(rng: np.random.Generator, n: int) -> str:
    return "".join(map(str, rng.integers(0, 10, n)))


def _word(rng: np.random.Generator) -> str:
    consonants, vowels = [*"bcdfgklmnprstvz"], [*"aeiou"]
    return "".join(rng.choice(consonants) + rng.choice(vowels) for _ in range(rng.integers(2, 5)))


def _checked(first: str, passes: Callable[[str], bool], signs: str = "0123456789X") -> str:
    """The number with the check digit that passes."""
    return next(first + sign for sign in signs if passes(first + sign))


def _born(rng: np.random.Generator) -> str:
    return str(np.datetime64("1880-01-01") + rng.integers(0, 20 * 365)).replace("-", "")


def _ids(rng: np.random.Generator, n: int) -> list[str]:
    regions = rng.choice(["110105", "310104", "440305", "510107", "420106"], n)
    return [_checked(f"{r}{_born(rng)}{_digits(rng, 3)}", privacy.is_resident_id) for r in regions]


def _old_ids(rng: np.random.Generator, n: int) -> list[str]:
    provinces = rng.choice(["11", "31", "44", "51", "42"], n)
    return [f"{province}9999{_born(rng)[2:]}{_digits(rng, 3)}" for province in provinces]


def _mobiles(rng: np.random.Generator, n: int) -> list[str]:
    return [PREFIX + _digits(rng, 8) for _ in range(n)]


def _contacts(rng: np.random.Generator, n: int) -> list[str]:
    ways = ("{0}-{1}-{2}", "{0} {1} {2}", "+86 {0}{1}{2}", "0086{0}{1}{2}")
    parts = [(one[:3], one[3:7], one[7:]) for one in _mobiles(rng, n)]
    return [ways[way].format(*part) for way, part in zip(rng.integers(0, 4, n), parts, strict=True)]


def _cards(rng: np.random.Generator, n: int, lengths: list[int]) -> list[str]:
    sizes = rng.choice(lengths, n)
    return [_checked(CARD + _digits(rng, size - 7), privacy.luhn, "0123456789") for size in sizes]


def _codes(rng: np.random.Generator, n: int) -> list[str]:
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    first = [f"91119999MA{''.join(rng.choice([*signs], 7))}" for _ in range(n)]
    return [_checked(one, privacy.is_uscc, signs) for one in first]


def _ibans(rng: np.random.Generator, n: int) -> list[str]:
    accounts = [f"00000000{_digits(rng, 10)}" for _ in range(n)]
    return [f"DE{98 - int(f'{account}131400') % 97:02}{account}" for account in accounts]


def _people(rng: np.random.Generator, n: int) -> list[str]:
    given = ["".join(rng.choice([*GIVEN], rng.choice([1, 2], p=[0.1, 0.9]))) for _ in range(n)]
    return [str(surname) + name for surname, name in zip(rng.choice([*SURNAMES], n), given, strict=True)]


def _orders(rng: np.random.Generator, n: int) -> list[str]:
    at = np.datetime64("2024-01-01T00:00:00") + rng.integers(0, 366 * 86_400, n)
    return [f"{''.join(filter(str.isdigit, str(one)))}{_digits(rng, 4)}" for one in at]


def _versions(rng: np.random.Generator, n: int) -> list[str]:
    return [".".join(map(str, rng.integers(0, [12, 20, 40, 200]))) for _ in range(n)]


def _serials(rng: np.random.Generator, n: int) -> list[str]:
    first = int(rng.integers(0, 9_000))
    return [f"{PREFIX}0001{first + i // 2:04}" for i in range(n)]


def _joined(rng: np.random.Generator, n: int) -> list[str]:
    at = np.datetime64("2015-01-01T00:00") + rng.integers(0, 9 * 365 * 1440, n)
    return [str(one).replace("T", " ") for one in at]


def _hashes(rng: np.random.Generator, n: int) -> list[str]:
    return ["".join(rng.choice([*"0123456789ABCDEF"], 18)) for _ in range(n)]


CELLS: dict[str, Callable[[np.random.Generator, int], list[str]]] = {
    "id_number": _ids,
    "id_number_old": _old_ids,
    "mobile": _mobiles,
    "contact": _contacts,
    "landline": lambda rng, n: [f"{AREA}-{rng.integers(2, 10)}{_digits(rng, 7)}" for _ in range(n)],
    "card": lambda rng, n: _cards(rng, n, [16, 19]),
    "employer": _codes,
    "mail": lambda rng, n: [f"{_word(rng)}.{_word(rng)}@example.com" for _ in range(n)],
    "address": lambda rng, n: [f"192.0.2.{i}" for i in rng.integers(1, 255, n)],
    "iban": _ibans,
    "name": _people,
    "product": lambda rng, n: [*map(str, rng.choice(PRODUCTS, n))],
    "city": lambda rng, n: [*map(str, rng.choice(CITIES, n))],
    "order": _orders,
    "transaction": lambda rng, n: [CARD + _digits(rng, 10) for _ in range(n)],
    "device": _serials,
    "sum": lambda rng, n: [f"{rng.choice(UNALLOCATED)}{_digits(rng, 8)}" for _ in range(n)],
    "version": _versions,
    "hash": _hashes,
    "meter": lambda rng, n: ["99" + _digits(rng, 13) for _ in range(n)],
    "mobile_masked": lambda rng, n: [f"{one[:3]}****{one[7:]}" for one in _mobiles(rng, n)],
    "id_masked": lambda rng, n: [f"{one[:6]}********{one[14:]}" for one in _ids(rng, n)],
    "article": lambda rng, n: [f"SKU-{i}" for i in rng.integers(10_000, 99_999, n)],
    "balance": lambda rng, n: [f"{one:.2f}" for one in rng.lognormal(4, 1, n)],
    "joined": _joined,
}
DRESSES: tuple[Callable[[str], str], ...] = (
    str,
    lambda one: f"{one[:3]}-{one[3:7]}-{one[7:]}",
    lambda one: "".join(chr(ord(sign) + 0xFEE0) for sign in one),
    lambda one: f"+86 {one[:3]} {one[3:7]} {one[7:]}",
)
# share, sentence, column that the value is drawn as, kind where it is personal
SENTENCES = (
    (12, "Please call {} after six.", "mobile", "mobile number"),
    (8, "Customer's phone is {}, asks for a call.", "contact", "mobile number"),
    (7, "Card no. {} was refused at the counter.", "card", "bank card"),
    (7, "Write to {} about the contract.", "mail", "e-mail address"),
    (7, "Identity checked, {}, copy filed.", "id_number", "resident id"),
    (4, "Logged in from client ip {} at night.", "address", "IP address"),
    (4, "Refund to {} as agreed.", "iban", "IBAN"),
    (4, "{} does not answer, try again.", "mobile", "mobile number"),
    (2, "Charged twice on {}, clerk informed.", "card", "bank card"),
    (2, "Old file under {} was found.", "id_number_old", "resident id"),
    (8, "Order {} has not arrived.", "order", ""),
    (6, "Booking {} is missing.", "transaction", ""),
    (6, "Device {} was exchanged.", "device", ""),
    (6, "Update to version {} failed.", "version", ""),
    (4, "Meter {} was read.", "meter", ""),
    (13, "Asked about roaming, nothing to do.", "", ""),
)


def shipped() -> dict[str, str]:
    """Return the text of every generated file under ``data/data_protection/``, by file name.

    Returns
    -------
    dict of str to str
        CSV text, ``\\n`` line ends.

    Examples
    --------
    >>> sorted(shipped())
    ['columns.csv', 'headings.csv', 'leak.csv', 'notes.csv']
    """
    tables = {"columns": table(), "headings": headings(), "notes": notes(), "leak": leak()}
    return {f"{name}.csv": one.to_csv(index=False, lineterminator="\n") for name, one in tables.items()}


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, text in shipped().items():
        Path(sys.argv[1], name).write_bytes(text.encode())
