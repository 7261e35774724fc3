"""README.zh.md says what README.md says, in its order: commands, names, links, pictures and numbers are the same."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENGLISH, CHINESE = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md"))
CJK = re.compile("[\u4e00-\u9fff]")


def commands(text):
    """The lines of code blocks, without what is said of them."""
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.M | re.S)
    return [re.split(r"\s+#", line)[0].strip() for block in blocks for line in block.splitlines()]


def prose(text):
    return re.sub(r"^```\n.*?^```$", "", text, flags=re.M | re.S)


def names(text):
    return sorted(re.findall(r"`([^`\n]+)`", prose(text).replace("\n", " ")))


def links(text):
    """Where the text leads, in its order; the other README stands for itself."""
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    return [re.sub(r"^README(\.zh)?\.md$", "the other", link) for link in found]


def rows(text):
    """Of each row of a table its study, and the numbers in it."""
    lines = [line for line in text.splitlines() if line.startswith("|") and "`" in line]
    return [(re.search(r"`([\w-]+)`", line)[1], sorted(re.findall(r"\d+(?:\.\d+)?", line))) for line in lines]


def test_the_commands_are_the_same():
    assert commands(CHINESE) == commands(ENGLISH)
    assert len(commands(ENGLISH)) > 3


def test_the_names_links_and_pictures_are_the_same():
    assert names(CHINESE) == names(ENGLISH)
    assert links(CHINESE) == links(ENGLISH)
    assert len(links(ENGLISH)) > 20


def test_the_table_has_the_same_studies_with_the_same_numbers_and_the_notebooks_are_these():
    assert rows(CHINESE) == rows(ENGLISH)
    studies = [path.stem.partition("-")[2] for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    assert [study for study, _ in rows(CHINESE)] == studies


def test_the_sections_are_as_many_and_each_is_chinese():
    heads = [re.findall(r"^#+ .*", text, re.M) for text in (ENGLISH, CHINESE)]
    assert [head.split()[0] for head in heads[0]] == [head.split()[0] for head in heads[1]]
    assert all(CJK.search(head) for head in heads[1])
    assert not CJK.search(re.sub(r"\[中文\]", "", ENGLISH))
    for paragraph in re.split(r"\n\s*\n", prose(CHINESE))[2:]:
        assert CJK.search(paragraph), paragraph
