"""Words in times: months of four languages, the halves of the day, zones."""

_MONTHS = """
1 january jan januar jänner janvier janv enero ene
2 february feb februar février fevrier févr fevr fév febrero
3 march mar märz maerz mär mrz mars marzo
4 april apr avril avr abril abr
5 may mai mayo
6 june jun juni juin junio
7 july jul juli juillet juil julio
8 august aug août aout agosto ago
9 september sept sep septembre septiembre setiembre set
10 october oct oktober okt octobre octubre
11 november nov novembre noviembre
12 december dec dezember dez décembre decembre déc diciembre dic
"""
MONTHS = {word: int(line.split()[0]) for line in _MONTHS.strip().splitlines() for word in line.split()[1:]}
MORNING = ("am", "a.m.", "a.m", "上午", "凌晨", "早上", "오전", "午前")
EVENING = ("pm", "p.m.", "p.m", "noon", "下午", "晚上", "中午", "오후", "午後")
WEEKDAY = "(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}"
ZONE = "(?:z|(?:utc|gmt)?[+-][0-9]{2}(?::?[0-9]{2})?|utc|gmt)"


def either(words) -> str:
    """Give the pattern of any of some words, the longest first.

    Examples
    --------
    >>> either(["a.m", "a"])
    '(?:a\\\\.m|a)'
    """
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(word.replace(".", r"\.") for word in ordered) + ")"


MONTH = either(MONTHS) + r"\.?"
HALF = either([*MORNING, *EVENING])
