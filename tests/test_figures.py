import base64
import struct

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from workbench import figures
from workbench.figures import show


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
        "import matplotlib.pyplot as plt\nfrom workbench.figures import show\n"
        "%matplotlib inline\nfigure, ax = plt.subplots()\nshow(ax, alt='Empty.', caption='Axes.')"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "display_data"
    assert output.metadata["workbench"] == {"alt": "Empty.", "caption": "Axes."}
    assert output.data["text/plain"] == "Empty."
