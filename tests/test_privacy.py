"""What a check digit and the words beside it prove; in what dress a number is known; what is no alarm."""

import base64
import random

import pytest

from workbench import privacy
from workbench.privacy import fingerprints

ID = "110105188001010017"
PHONE = "15400000001"
TRACE = "\x1b[31mtel\x1b[0m 15400000001"
CARD = "6200000000000005"
FOUND = [
    (ID, "", "resident id"),
    ("110105 18800101 0017", "", "resident id"),
    ("110,105,188,001,010,017", "", "resident id"),
    ("100105880101001", "id number", None),  # no such province
    ("110105880101001", "身份证", "resident id"),
    ("154-0000-0001", "", "mobile number"),
    ("154\u00a00000\u00a00001", "", "mobile number"),
    ("+86 15400000001", "", "mobile number"),
    ("008615400000001", "", "mobile number"),
    ("１５４００００００01", "手机", "mobile number"),
    ("154\u200b0000\u00ad0001", "phone", "mobile number"),
    ("15,400,000,001", "phone", "mobile number"),
    ("15400000001.0", "phone", "mobile number"),
    ("1.5400000001e+10", "phone", "mobile number"),
    ("call 15400000001 today", "", "mobile number"),
    (
        "\n".join(f"{prefix}00000001" for prefix in ("154", "154", "130", "139", "186", "151")),
        "",
        "mobile number",
    ),
    (CARD, "card no.", "bank card"),
    ("6200 0000 0000 0005", "卡号", "bank card"),
    ("DE36 0000 0000 0000 0000 00", "", "IBAN"),
    ("91350100M000100Y43", "", "credit code"),
    ("078-05-1120", "SSN", "US social security number"),
    ("+49 30 0000 0001", "tel", "phone number"),
    ("ann@example.com", "", "e-mail address"),
    ("<mailto:ann.lee+x@mail.example.com>", "", "e-mail address"),
    ("192.0.2.7", "client ip", "IP address"),
    ("E00000001", "passport", "passport"),
]
QUIET = [
    PHONE,  # may be a sum of money
    CARD,
    "0.15400000001",
    "1.2.3.4, 10.16.0.1",
    "telecom 15400000001, hotel 15400000002",
    "discarded 6200000000000005",
    "order 2024010112345678 of 2024-01-01 12:34:56",
    "0f3a15400000001b9c",
    "postgresql://ann:secret@db.example.com/cases",
    "git@github.com:ann/study.git",
    "X@beta.mean() + W@h.at[0]",
    "the 10 000 000 000 000 000 rows 154 000 00001",
    "110105188001010018",
    "12:34:56 and 2001:10",
]


@pytest.mark.parametrize(("text", "header", "kind"), FOUND)
def test_personal_data_are_found_in_every_dress(text, header, kind):
    found = privacy.find(text, header=header)
    assert {each.kind for each in found} == ({kind} if kind else set())
    assert not any(text in repr(each) for each in found)
    assert not kind or not [sign for sign in privacy.mask(text, header=header) if sign.isdigit()]


@pytest.mark.parametrize("text", QUIET)
def test_what_only_looks_like_it_is_no_alarm(text):
    assert privacy.find(text) == []


def test_places_of_a_find_are_those_of_the_text_as_it_was():
    text = "电话：\u200b154\u00ad0000\u200b0001。"
    (found,) = privacy.find(text)
    assert text[found.start : found.end] == "154\u00ad0000\u200b0001"


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="Unknown kind 'bank cards'; did you mean 'bank card'"):
        privacy.find("x", kinds=["bank cards"])


def test_random_numbers_pass_their_checks_as_rarely_as_the_standards_say():
    draw = random.Random(0)
    numbers = ["".join(draw.choices("0123456789", k=18)) for _ in range(20_000)]
    assert sum(map(privacy.luhn, numbers)) == pytest.approx(2_000, abs=200)
    assert sum(map(privacy.is_resident_id, numbers)) <= 3
    assert privacy.resident_id_18("100000000101001")[:8] == "10000019"
    with pytest.raises(ValueError, match="15 digits"):
        privacy.resident_id_18("1")


HTML = {
    "tags": "<p>call 154<b>0000</b>0001",
    "entities": "<p>call 154&#48;0000001",
    "alt": "<img alt='call 15400000001'>",
    "title": "<i title='call 15400000001'>x</i>",
    "link": "<a href='tel:+8615400000001'>x</a>",
    "column": "<table><tr><th>who<th>phone<tr><td>1<td>15400000001</table>",
    "row": "<table><tr><th>what<th>value<tr><th>phone<td>15400000001</table>",
    "csv": "<template class=csv>who,phone\n1,15400000001\n</template>",
    "comment": "<svg><!-- call 15400000001 --></svg>",
    "data": f"<a href='data:text/csv;base64,{base64.b64encode(b'call 15400000001').decode()}'>x</a>",
}


@pytest.mark.parametrize("where", HTML)
def test_a_page_is_read_as_its_reader_reads_it(where):
    assert [each.kind for each in privacy.find_in_html(HTML[where])] == ["mobile number"]


def test_a_notebook_is_read_output_by_output():
    data = {
        "text/html": HTML["column"],
        "application/json": {"phone": 15400000001},
        "image/png": "15400000001",
    }
    outputs = [
        {"output_type": "display_data", "data": data, "metadata": {}},
        {
            "output_type": "error",
            "ename": "E",
            "evalue": "phone 15400000001",
            "traceback": ["\x1b[31mtel\x1b[0m 15400000001"],
        },
    ]
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": outputs}
    found = privacy.find_in_notebook({"cells": [cell], "metadata": {}})
    assert {each.place: each.count for each in found} == {
        "code cell 1, output 1, a table": 1,
        "code cell 1, output 1": 1,
        "code cell 1, output 2": 2,
    }


def test_fingerprints_are_of_whole_values_in_any_dress_and_need_a_key():
    key = bytes(16)
    index = privacy.index(["Anna Smith", "Ann", "张伟", PHONE, "c7", "12345", "2024-01", "x"], key)
    text = "ANNA\nSmith; Annals; Ann; ann; 客户张伟的; 154-0000-0001; C7; 12345; 2024-01-05; x"
    assert dict(index.matches(text)) == {"anna smith": 1, "Ann": 1, "张 伟": 1, PHONE: 1, "c7": 1}
    assert index.matches(["Anna", "Smith", "other"]) == [("anna smith", 1)]
    again = fingerprints.Index.from_bytes(index.to_bytes(), key)
    assert again.matches(text) == index.matches(text)
    assert index.without(privacy.index(["Ann"], key)).matches("Ann") == []
    assert privacy.index(["Ann"], bytes(range(16))).prints[0] != privacy.index(["Ann"], key).prints[0]
    with pytest.raises(ValueError, match="key must have at least 16 bytes; it has 15"):
        privacy.index(["Ann"], bytes(15))
