"""What a cell may put out before its middle is hidden; that nothing is hidden uncounted."""

import json
import re

import nbformat
import pytest
from conftest import record_of, workbench, write_notebook

from workbench.runner.kernel import outputs

pytestmark = pytest.mark.slow


def settled(*pieces, private=""):
    cell = nbformat.v4.new_code_cell("", outputs=list(pieces))
    outputs.settle(cell, private)
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    return cell.outputs


def printed(text, name="stdout"):
    return nbformat.v4.new_output("stream", text=text, name=name)


def shown(text=None, **data):
    data = {k.replace("_", "/"): v for k, v in data.items()} | ({"text/plain": text} if text else {})
    return nbformat.v4.new_output("display_data", data=data)


def texts(found):
    return [o.text if o.output_type == "stream" else o.data.get("text/plain") for o in found]


def test_pieces_are_joined_and_a_rewritten_line_keeps_its_last_state():
    assert texts(settled(printed("10 %\r"), printed("20 %\rdone\n"), printed("e", "stderr"))) == [
        "done\n",
        "e",
    ]


def test_an_ordinary_output_is_left_as_it_is():
    pieces = [printed("a\n" * 2_000), shown("7", text_html="<b>" + "x" * 150_000)]
    assert settled(*pieces) == pieces


def test_the_middle_of_many_lines_is_hidden_and_counted():
    first, note, last = texts(settled(printed("".join(f"line {i}\n" for i in range(200_000)))))
    assert (first.splitlines()[0], first.splitlines()[-1]) == ("line 0", "line 999")
    assert note == "[198,000 lines hidden]"
    assert (last.splitlines()[0], last.splitlines()[-1]) == ("line 199000", "line 199999")


def test_the_middle_of_one_huge_line_is_hidden_and_counted():
    first, note, last = texts(settled(printed("a" * 5_000_000 + "b" * 5_000_000)))
    assert (set(first), set(last), len(first), len(last)) == ({"a"}, {"b"}, 200_000, 200_000)
    assert note == "[9,600,000 characters hidden]"


def test_the_middle_of_many_outputs_is_hidden_and_counted():
    found = texts(settled(*(shown(str(i)) for i in range(6_000))))
    assert found[999:1002] == ["999", "[4,000 lines of 4,000 outputs hidden]", "5000"]
    assert (found[0], found[-1], len(found)) == ("0", "5999", 2_001)


def test_a_table_too_large_for_a_page_gives_way_to_its_text():
    found = settled(shown("0 1 2 …", text_html="<td>" * 200_000))
    assert texts(found) == ["0 1 2 …", "[text/html of 800,000 characters hidden]"]
    assert "text/html" not in found[0].data


def test_a_record_of_ours_is_never_hidden():
    record = shown("table", **{outputs.OURS + "claims+json": {"claims": ["x"] * 200_000}})
    pieces = [*(shown("a") for _ in range(3_000)), record, *(shown("b") for _ in range(3_000))]
    assert record in settled(*pieces)


def test_pictures_are_not_cut():
    picture = shown("alt", image_png="A" * 3_000_000)
    assert settled(picture) == [picture]


def test_an_endless_message_of_an_exception_is_shortened():
    error = nbformat.v4.new_output("error", ename="E", evalue="x" * 10**6, traceback=["y" * 10**6] * 3)
    (found,) = settled(error)
    assert len(found.evalue) < 3_000
    assert len("".join(found.traceback)) < 300_000


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<object object at 0x7f3a5c0b1d00>", "<object object at 0x…>"),
        ("<code object f at 0x7f3a5c0b1d00, file>", "<code object f at 0x…, file>"),
        ("&lt;lambda&gt; at 0x7f3a5c0b1d00&gt;", "&lt;lambda&gt; at 0x…&gt;"),
        ("reads the word at 0x7f3a5c in the dump", "reads the word at 0x7f3a5c in the dump"),
        ("0x7f3a5c0b1d00", "0x7f3a5c0b1d00"),
        ("/tmp/wb-1-x/tmp/ipykernel_4711/1.py", "…/tmp/ipykernel/1.py"),
    ],
)
def test_what_differs_from_run_to_run_is_masked(text, kept):
    assert texts(settled(shown(text), private="/tmp/wb-1-x")) == [kept]


def test_200_000_lines_stay_readable(tmp_path):
    notebook = write_notebook(tmp_path / "tiny.ipynb", "for i in range(200_000):\n    print('line', i)")
    done = workbench("run", notebook, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout
    page = (tmp_path / "out" / "tiny.html").read_text("utf-8")
    assert "[198,000 lines hidden]" in page
    kept = [int(number) for number in re.findall(r"\bline (\d+)\n", page)]
    assert kept == [*range(1_000), *range(199_000, 200_000)]
    assert max((tmp_path / "out" / name).stat().st_size for name in ("tiny.html", "tiny.ipynb")) < 100_000


def test_a_message_of_a_million_characters_stays_readable(tmp_path):
    notebook = write_notebook(tmp_path / "tiny.ipynb", "raise ValueError('x' * 10**6)")
    done = workbench("run", notebook, "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "characters hidden]" in record_of(tmp_path / "out", "tiny.failed")["reason"]
    assert len(done.stdout) < 10_000
    assert (tmp_path / "out" / "tiny.failed.html").stat().st_size < 1_000_000


def test_a_display_that_a_later_cell_renews_shows_its_last_state(tmp_path):
    cells = [
        "print('a', flush=True)\nprint('b', flush=True)\nhandle = display(1, display_id='x')",
        "handle.update(2)",
    ]
    notebook = write_notebook(tmp_path / "tiny.ipynb", *cells)
    assert workbench("run", notebook, "--out", tmp_path / "out").returncode == 0
    cells = json.loads((tmp_path / "out" / "tiny.ipynb").read_text("utf-8"))["cells"]
    assert cells[2]["outputs"][1]["data"]["text/plain"] == ["2"]
