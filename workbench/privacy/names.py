"""Names of persons: what looks like one, which proves nothing."""

from collections.abc import Iterable
from typing import NamedTuple

from workbench.privacy.plain import plain

__all__ = ["NameLike", "looks_like_name", "name_like"]

# the most frequent surnames of China; each is also how many words, products and places begin
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文"
    "牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉"
    "骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏"
    "宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)


class NameLike(NamedTuple):
    """What a column has of a name: the share of cells that look like one, and how many of them differ."""

    share: float
    distinct: float


def looks_like_name(cell: str) -> bool:
    """Say whether a cell is a surname of China and one to three characters.

    Parameters
    ----------
    cell : str

    Returns
    -------
    bool
        True of nearly every Chinese name, and of most products and many places.

    Examples
    --------
    >>> [looks_like_name(cell) for cell in ("张伟", "黄山", "万能充电器", "Anna")]
    [True, True, False, False]
    """
    text = plain(cell).text.strip()
    return 2 <= len(text) <= 4 and text[0] in SURNAMES and all("\u4e00" <= sign <= "\u9fff" for sign in text)


def name_like(cells: Iterable[str]) -> NameLike:
    """Measure what a column has of a name.

    Parameters
    ----------
    cells : iterable of str
        Those that are not empty.

    Returns
    -------
    NameLike
        Of persons nearly all cells differ; of products and places few do, in a table of many rows. It is a hint.

    Examples
    --------
    >>> name_like(["张伟", "李娜", "王芳"]), name_like(["黄山", "黄山", "上海", "黄山"])
    (NameLike(share=1.0, distinct=1.0), NameLike(share=0.75, distinct=0.5))
    """
    told = list(cells)
    n = max(len(told), 1)
    return NameLike(sum(map(looks_like_name, told)) / n, len(set(told)) / n)
