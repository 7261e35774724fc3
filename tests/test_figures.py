import json
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import record_of, workbench, write_notebook
from nbclient import NotebookClient

from workbench import plots
from workbench.publish import figures
from workbench.publish.figures import figure as show


@pytest.fixture
def published(monkeypatch):
    outputs = []
    monkeypatch.setattr(figures, "get_ipython", lambda: object())
    monkeypatch.setattr(figures, "publish_display_data", lambda *output: outputs.append(output))
    return outputs


def bars():
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.bar(["F", "R", "M"], [0.221, 0.341, 0.439])
    return figure, ax


SVG = "image/svg+xml"


def svg(published):
    return published[-1][0][SVG]


def test_show_publishes_the_picture_its_text_and_its_caption(published):
    assert show(bars()[1], alt="Three <bars>.", caption="Weights.") is None
    ((data, metadata),) = published
    root = ElementTree.fromstring(data[SVG])
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("role"), root.get("aria-label")) == ("img", "Three <bars>.")
    assert set(data) == {SVG, "text/plain"}
    assert data["text/plain"] == "Three <bars>."
    assert metadata["workbench"] == {"alt": "Three <bars>.", "caption": "Weights."}
    size = {side: int(root.get(side)) for side in ("width", "height")}
    assert metadata[SVG] == {"alt": "Three <bars>."} | size
    assert 250 < size["width"] < 350  # 3 inches at 100 dots, less or more the margin
    assert plt.get_fignums() == []


def test_the_same_drawing_gives_the_same_bytes_without_date_or_program(published):
    for _ in range(2):
        show(bars()[0], alt="Three bars.", caption="Weights.")
    with plt.rc_context({"svg.hashsalt": None, "svg.fonttype": "path", "figure.dpi": 300, "savefig.dpi": 30}):
        show(bars()[0], alt="Three bars.", caption="Weights.")
    assert len({data[SVG] for data, _ in published}) == 1
    assert not [word for word in ("atplotlib", "metadata", "Date", "<!--", "<?xml") if word in svg(published)]


def test_text_is_text_and_nothing_is_styled_inline(published):
    figure, ax = bars()
    ax.set(title="a < b & 忠诚", xlabel="$x^2$", ylabel="share")
    show(ax, alt="Three bars.", caption="Weights.")
    texts = ["".join(e.itertext()) for e in ElementTree.fromstring(svg(published)).iter() if "text" in e.tag]
    assert {"F", "R", "M", "a < b & 忠诚", "share"} <= set(texts)
    assert not re.search(r" style=|<style|<!--", svg(published))


def test_blacks_and_whites_have_a_class_and_a_colour_and_colours_have_none(published):
    figure, ax = plt.subplots(facecolor="white")
    ax.plot([0, 1], [0, 1], color="#0072B2")
    ax.plot([0, 1], [1, 0], color="#dddddd")
    show(ax, alt="Two lines.", caption="Lines.")
    assert re.search('<path class="fp" fill="#fff" d="M0 ', svg(published)), "the paper"
    assert re.search('class="sl" fill="none" stroke="#ddd"', svg(published))
    assert 'stroke="#0072b2"' in svg(published)
    assert not re.search('class="[^"]*" [^>]*#0072b2', svg(published))


def tones(published, text):
    """The classes around a text, the innermost last."""
    root = ElementTree.fromstring(svg(published))
    parents = {child: parent for parent in root.iter() for child in parent}
    (element,) = [e for e in root.iter() if e.text == text]
    found = []
    while element is not None:
        found.insert(0, (element.get("class"), element.get("fill")))
        element = parents.get(element)
    return found


def test_a_number_on_a_colour_stays_black_and_one_in_a_box_turns_with_it(published):
    figure, ax = plt.subplots()
    ax.bar([0, 1, 2], [1, 1, 1], color=["#E69F00", "#E69F00", "white"])
    ax.text(0, 0.5, "bare")
    ax.text(1, 0.5, "boxed", bbox={"facecolor": "white"})
    ax.text(2, 0.5, "on white")
    show(ax, alt="Three bars.", caption="Weights.")
    assert tones(published, "bare")[-1] == (None, "#000")
    assert tones(published, "boxed") == [("drawing", "#000"), (None, None)]
    assert tones(published, "on white") == [("drawing", "#000"), (None, None)]


def test_the_numbers_of_a_heat_map_stay_as_they_are(published):
    show(plots.plot_profiles(pd.DataFrame([[-2.0, 1.9, 0.5]])), alt="Three cells.", caption="Cells.")
    assert tones(published, "+1.90")[-1] == (None, "#fff")
    assert tones(published, "+0.50")[-1] == (None, "#000")


@pytest.mark.parametrize(("marks", "pixels"), [(figures.MARKS, 0), (figures.MARKS + 1, 1)])
def test_many_marks_are_drawn_as_pixels_and_the_rest_stays_text(published, marks, pixels):
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.scatter(np.arange(marks), np.arange(marks), s=1)
    ax.set_xlabel("recency")
    show(ax, alt="Many marks.", caption="Marks.")
    assert svg(published).count("<image ") == pixels
    assert svg(published).count("<use ") < 100 if pixels else svg(published).count("<use ") >= marks
    assert "recency</text>" in svg(published)
    assert len(svg(published)) < (100_000 if pixels else 300_000)


def test_a_line_without_markers_is_one_mark_however_long(published):
    figure, ax = plt.subplots()
    ax.plot(np.arange(20_000), np.zeros(20_000))
    show(ax, alt="A line.", caption="Line.")
    assert "<image" not in svg(published)


def test_running_a_notebook_again_and_in_another_kernel_leaves_the_same_bytes(tmp_path):
    sources = [
        "from workbench import plots\nimport pandas as pd",
        "ax = plots.plot_weights(pd.DataFrame({'F': [0.2, 0.3], 'R': [0.8, 0.7]}, index=['a', 'b']))\n"
        "plots.show(ax, alt='Bars of weights.', caption='Weights.')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    stored = []
    for _ in range(2):
        client = NotebookClient(notebook, timeout=120, kernel_name="python3")
        with client.setup_kernel():
            for _ in range(2):  # Run All, and again in the same kernel
                for index, cell in enumerate(notebook.cells):
                    client.execute_cell(cell, index)
                stored.append(notebook.cells[1].outputs)
    assert SVG in stored[0][0].data
    assert all(outputs == stored[0] for outputs in stored)


@pytest.mark.parametrize(
    "part", [lambda f, a: f, lambda f, a: a, lambda f, a: np.array([a]), lambda f, a: [a]]
)
def test_show_takes_a_figure_an_axes_or_several(published, part):
    show(part(*bars()), alt="Three bars.", caption="Weights.")
    assert len(published) == 1
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("alt", "caption", "name"), [("", "c", "alt"), ("a", " ", "caption"), (None, "c", "alt")]
)
def test_show_refuses_an_empty_text(alt, caption, name):
    figure, _ = bars()
    with pytest.raises(ValueError, match=f"{name} is .*; allowed is a sentence"):
        show(figure, alt=alt, caption=caption)
    plt.close(figure)


def test_outside_ipython_nothing_is_published_and_the_figure_is_closed(monkeypatch):
    monkeypatch.setattr(figures, "publish_display_data", lambda *output: pytest.fail("published"))
    show(bars()[0], alt="Three bars.", caption="Weights.")
    assert plt.get_fignums() == []


def test_a_notebook_cell_has_one_output_though_the_inline_backend_shows_open_figures():
    source = (
        "import matplotlib.pyplot as plt\nfrom workbench.publish.figures import figure as show\n"
        "%matplotlib inline\nfigure, ax = plt.subplots()\nshow(ax, alt='Empty.', caption='Axes.')"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "display_data"
    assert output.metadata["workbench"] == {"alt": "Empty.", "caption": "Axes."}
    assert output.data["text/plain"] == "Empty."


def published_data(published, draw):
    show(draw, alt="Data.", caption="Data.")
    return published[-1][1]["workbench"].get("data")


def test_the_data_behind_a_figure_are_published_unrounded(published):
    table = pd.DataFrame(
        {
            "estimate": [0.123456, np.nan],
            "low": [-1234567.8, np.inf],
            "high": [np.float32(2.5), 1e-7],
        },
        index=pd.MultiIndex.from_tuples([("AHP", 1), ("equal", 2)], names=["weights", None]),
    )
    ax = figures.attach(plt.subplots()[1], table)
    data = published_data(published, ax)
    assert data == {
        "columns": ["weights", "", "estimate", "low", "high"],
        "rows": [["AHP", 1, 0.123456, -1234567.8, 2.5], ["equal", 2, "", "inf", 1e-7]],
    }
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_dates_flags_and_long_texts_are_plain(published):
    table = pd.DataFrame(
        {"when": [pd.Timestamp("2024-01-01"), pd.NaT], "late": [True, False], "x": ["y" * 99, None]}
    )
    data = published_data(published, figures.attach(plt.subplots()[1], table))
    assert data["columns"] == ["when", "late", "x"]  # without a plain numbering
    assert data["rows"] == [["2024-01-01 00:00:00", "True", "y" * 79 + "…"], ["", "False", ""]]


def test_customers_are_capped_counted_and_nameless(published):
    customers = pd.DataFrame({"recency": range(6000), "monetary": 1.0}, index=[f"id{i}" for i in range(6000)])
    ax = plots.plot_segments(customers, [0, 1] * 3000, x="recency", y="monetary", names={0: "忠诚"})
    data = published_data(published, ax)
    assert (len(data["rows"]), data["hidden"]) == (5000, 1000)
    assert data["rows"][:2] == [["忠诚", 0, 1.0], [1, 1, 1.0]]
    assert "id1" not in json.dumps(data)


def test_nothing_is_hidden_of_5000_rows(published):
    data = published_data(published, figures.attach(plt.subplots()[1], pd.DataFrame({"x": range(5000)})))
    assert (len(data["rows"]), "hidden" in data) == (5000, False)


def test_the_tables_of_several_axes_are_joined(published):
    axes = plots.plot_distributions(pd.DataFrame({"actions": [0, 1, 1], "share": [0.0, 1.0, 1.0]}), bins=2)
    assert published_data(published, axes) == {
        "columns": ["indicator", "from", "to", "customers"],
        "rows": [
            ["actions", 0.0, 0.5, 1],
            ["actions", 0.5, 1.0, 2],
            ["share", 0.0, 0.5, 1],
            ["share", 0.5, 1.0, 2],
        ],
    }


def test_a_figure_of_ones_own_needs_no_table(published):
    assert published_data(published, bars()[1]) is None


def test_other_warnings_of_a_drawing_are_passed_on(published, monkeypatch):
    figure, ax = bars()
    monkeypatch.setattr(figure, "draw", lambda renderer: warnings.warn("odd layout", stacklevel=1))
    with pytest.raises(UserWarning, match="odd layout"):  # warnings are errors here
        show(ax, alt="Three bars.", caption="Weights.")


PLAIN = "import matplotlib.pyplot as plt\nplt.title({!r})"
SHOWN = "from workbench import plots\n" + PLAIN + "\nplots.show(plt.gcf(), alt='A word.', caption='A word.')"


def run(tmp_path, *cells):
    """A run of some cells: the end of the process, and the record."""
    done = workbench("run", write_notebook(tmp_path / "tiny.ipynb", *cells), "--out", tmp_path / "out")
    failed = "" if done.returncode == 0 else ".failed"
    return done, record_of(tmp_path / "out", f"tiny{failed}")


def test_a_run_says_which_figures_have_no_alt_text(tmp_path):
    done, record = run(tmp_path, SHOWN.format("忠诚客户"), PLAIN.format("word") + "\nplt.show()")
    assert done.returncode == 0
    assert record["cells"]["without_alt"] == ["code cell 3 of 3"]
    assert "no alt text on a figure of code cell 3 of 3; use plots.show(" in done.stdout


def test_a_run_with_alt_texts_says_nothing_of_them(tmp_path):
    done, record = run(tmp_path, SHOWN.format("忠诚客户"))
    assert record["cells"]["without_alt"] == []
    assert "alt text" not in done.stdout


@pytest.mark.parametrize("cell", [SHOWN, PLAIN, PLAIN + "\nplt.show()"])
def test_a_run_fails_where_a_character_has_no_glyph(tmp_path, cell):
    done, record = run(tmp_path, cell.format("𠮷"), "1 + 1")
    assert done.returncode == 3
    assert record["verdict"] == "failed"
    assert "20BB7" in record["reason"]


@pytest.mark.parametrize(("changed", "failed"), [("#0072b2", 0), ("Bars of weights.", 1)])
def test_nbval_compares_what_a_figure_says_and_no_picture(changed, failed, tmp_path):
    source = (
        "from workbench import plots\nimport pandas as pd\n"
        "ax = plots.plot_weights(pd.DataFrame({'F': [0.2], 'R': [0.8]}, index=['a']))\n"
        "plots.show(ax, alt='Bars of weights.', caption='Weights.')"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    output.data = {mime: text.replace(changed, "another") for mime, text in output.data.items()}
    assert "another" in output.data[SVG]
    nbformat.write(notebook, tmp_path / "tiny.ipynb")
    shutil.copy(Path(__file__).parents[1] / "notebooks" / "conftest.py", tmp_path)
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "-p", "no:cacheprovider", "-o", "addopts="]
    done = subprocess.run([*command, "tiny.ipynb"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == failed, done.stdout
