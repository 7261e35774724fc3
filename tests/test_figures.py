import base64
import json
import struct
import warnings

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


def test_show_publishes_the_picture_its_text_and_its_caption(published):
    assert show(bars()[1], alt="Three bars.", caption="Weights.") is None
    ((data, metadata),) = published
    png = base64.b64decode(data["image/png"])
    assert png.startswith(b"\x89PNG\r\n")
    assert data["text/plain"] == "Three bars."
    assert metadata["image/png"]["alt"] == "Three bars."
    assert metadata["workbench"] == {"alt": "Three bars.", "caption": "Weights."}
    width, height = struct.unpack(">II", png[16:24])
    assert (metadata["image/png"]["width"], metadata["image/png"]["height"]) == (width // 2, height // 2)
    assert 500 < width < 700  # 3 inches at 200 dots, less or more the margin
    assert plt.get_fignums() == []


def test_the_same_drawing_gives_the_same_bytes_without_date_or_program(published):
    for _ in range(2):
        show(bars()[0], alt="Three bars.", caption="Weights.")
    (first, _), (second, _) = published
    assert first["image/png"] == second["image/png"]
    png = base64.b64decode(first["image/png"])
    assert not [word for word in (b"Software", b"atplotlib", b"tIME", b"Creation") if word in png]


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


def test_the_data_behind_a_figure_are_published_rounded(published):
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
        "rows": [["AHP", 1, 0.1235, -1235000, 2.5], ["equal", 2, "", "inf", 1e-7]],
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
    customers = pd.DataFrame({"recency": range(1000), "monetary": 1.0}, index=[f"id{i}" for i in range(1000)])
    ax = plots.plot_segments(customers, [0, 1] * 500, x="recency", y="monetary", names={0: "忠诚"})
    data = published_data(published, ax)
    assert (len(data["rows"]), data["hidden"]) == (200, 800)
    assert data["rows"][:2] == [["忠诚", 0, 1.0], [1, 1, 1.0]]
    assert "id1" not in json.dumps(data)


def test_nothing_is_hidden_from_200_rows(published):
    data = published_data(published, figures.attach(plt.subplots()[1], pd.DataFrame({"x": range(200)})))
    assert (len(data["rows"]), "hidden" in data) == (200, False)


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
    done = workbench("run", write_notebook(tmp_path / "tiny.ipynb", *cells), "--out", tmp_path)
    failed = "" if done.returncode == 0 else ".failed"
    return done, record_of(tmp_path, f"tiny{failed}")


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
