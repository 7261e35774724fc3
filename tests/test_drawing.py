import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from workbench import plots
from workbench.plots import drawing

# Machado, Oliveira and Fernandes (2009), severity 1: what is left of linear red, green and blue.
SEEN_AS = {
    "all colours": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def linear(colour):
    channels = np.array(to_rgb(colour))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(colour, seen_as):
    """CIE L*a*b* (D65) of a colour as it is seen."""
    x = TO_XYZ @ np.clip(np.array(seen_as) @ linear(colour), 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(x > (6 / 29) ** 3, np.cbrt(x), x / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one, other):
    light, dark = sorted((linear(c) @ TO_XYZ[1] for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def nearest(colours, seen_as):
    seen = [lab(colour, seen_as) for colour in colours]
    return min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))


def test_the_measure_of_colours_knows_what_red_and_green_look_like_without_red_and_green():
    assert nearest(("#CC3333", "#668833"), SEEN_AS["all colours"]) > 60
    assert nearest(("#CC3333", "#668833"), SEEN_AS["deuteranopia"]) < 20


@pytest.mark.parametrize("seen_as", SEEN_AS)
def test_any_two_colours_differ_by_far_more_than_can_just_be_told_apart(seen_as):
    assert nearest(drawing.COLOURS, SEEN_AS[seen_as]) > 16  # 2.3 can just be told apart
    assert len(drawing.COLOURS) == 7


@pytest.mark.parametrize("draw", [plots.plot_weights, plots.plot_quarterly, plots.plot_sweep])
def test_what_differs_in_colour_differs_in_another_way_too(draw):
    ax = draw(pd.DataFrame(np.full((4, 4), 0.25), index=[0.1, 0.2, 0.3, 0.4]))
    handles = ax.get_legend().legend_handles
    ways = [
        (h.get_hatch() if hasattr(h, "get_hatch") else (h.get_marker(), h.get_linestyle())) for h in handles
    ]
    assert len(set(ways)) == 4


def test_a_line_shows_where_another_covers_it():
    table = pd.DataFrame({"below": [0.2, 0.4, 0.2], "above": [0.2, 0.4, 0.2]}, index=[0, 1, 2])
    figure = plots.plot_sweep(table).figure
    figure.axes[0].get_legend().remove()
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].reshape(-1, 3)
    for colour in drawing.COLOURS[:2]:
        near = np.abs(pixels - np.array(to_rgb(colour)) * 255).max(axis=1) < 6
        assert near.sum() > 150


HOSTILE = [
    "$x^2$",
    "a $ b",
    r"\$5 \alpha",
    "_hidden",
    "a\nb\tc",
    "\x00\x1b[31m",
    "ab\u202ecd",
    "<b>&amp;",
    "{0}%s",
]


def drawn(label):
    """What a reader sees of a label."""
    text = plt.figure().text(0, 0, drawing.name(label))
    shown, is_formula = text._preprocess_math(text.get_text())
    assert not is_formula
    return shown


@pytest.mark.parametrize("label", HOSTILE)
def test_a_name_is_drawn_as_it_is(label):
    visible = label.translate({ord(c): ascii(c)[1:-1] for c in "\n\t\x00\x1b\u202e"})
    assert drawn(label) == visible


def test_an_enormous_name_is_cut():
    assert drawn("x" * 100_000) == "x" * 39 + "…"
    assert drawn(("$" * 39, "y")) == "$" * 39 + "…"
    assert drawn("x" * 40) == "x" * 40


def all_drawings(names):
    """Every drawing, of data with these names wherever a name can stand."""
    n, rng = len(names), np.random.default_rng(0)
    square = pd.DataFrame(rng.uniform(0.1, 0.9, (n, n)), index=names, columns=names)
    shares = pd.Series(np.full(n, 1 / n), index=names)
    interval = pd.DataFrame({"estimate": 0.4, "low": 0.3, "high": 0.5}, index=names)
    tree = pd.DataFrame(
        {"parent": [pd.NA] + [0] * n, "branch": ["", *names], "leaf": [pd.NA, *range(n)], "n": 5}
    )
    tree = tree.assign(counts=[(1,) * n] * (n + 1), **{"class": [names[0], *names]})
    curve = pd.DataFrame({"customers": [0.0, 0.5, 1.0], "value": [0.0, 0.2, 1.0]})
    x, y = names[0], names[1]
    counts = {
        "count": 4,
        "centre": 3.0,
        "low": 0,
        "high": 9,
        "alarm": "above",
        "period": pd.Timestamp("2024-01-01"),
    }
    chart = pd.DataFrame({"subject": names}).assign(**counts)
    waits = pd.DataFrame({"hours": [1.0, 9.0], "waiting": [0.5, 0.2]})
    return {
        "weights": lambda: plots.plot_weights(square, published=square.iloc[0]),
        "variance_share": lambda: plots.plot_variance_share(square / n),
        "rank_probabilities": lambda: plots.plot_rank_probabilities(square),
        "profiles": lambda: plots.plot_profiles(square.rename_axis(names[0], axis=1)),
        "contributions": lambda: plots.plot_contributions(square.rename_axis(names[0])),
        "segments": lambda: plots.plot_segments(square, names, x=x, y=y, units={x: names[2]}),
        "n_clusters": lambda: plots.plot_n_clusters(square.set_axis(range(n)), chosen={x: 1}),
        "interval": lambda: plots.plot_interval(interval, xlabel=names[0]),
        "lorenz": lambda: plots.plot_lorenz(
            {x: curve, y: curve}, points=dict.fromkeys(names[2:], (0.9, 0.5))
        ),
        "distributions": lambda: plots.plot_distributions(square),
        "shares": lambda: plots.plot_shares(shares),
        "quarterly": lambda: plots.plot_quarterly(square, unit=names[0]),
        "control": lambda: plots.plot_control(chart, unit=names[0]),
        "waiting": lambda: plots.plot_waiting(dict.fromkeys(names, waits)),
        "sweep": lambda: plots.plot_sweep(square.set_axis(np.linspace(0, 1, n)), reference=0.5),
        "tree": lambda: plots.plot_tree(tree, classes=names),
    }


DRAWINGS = sorted(all_drawings(["a", "b", "c"]))


def test_no_drawing_is_forgotten():
    names = {name.removeprefix("plot_") for name in plots.__all__ if "plot_" in name}
    assert names == set(DRAWINGS)


def figure_of(names, drawing_name):
    made = all_drawings(names)[drawing_name]()
    figure = np.ravel(made)[0].figure
    figure.canvas.draw()  # warnings are errors
    return figure


def shown(figure):
    found = figure.findobj(plt.Text)
    return {text._preprocess_math(text.get_text())[0].replace("\n", " ") for text in found}


@pytest.mark.parametrize("which", DRAWINGS)
def test_every_drawing_shows_untrusted_names_as_they_are(which):
    names = ["$x^2$", "_hidden", "a\nb", "x" * 500]
    together = " ".join(shown(figure_of(names, which)))
    assert "$x^2$" in together
    if which not in ("n_clusters", "sweep"):  # these hold fewer names, or numbers
        for text in ("_hidden", r"a\nb", "x" * 38):
            assert text in together
    assert "x" * 41 not in together


@pytest.mark.parametrize("which", DRAWINGS)
def test_every_drawing_leaves_its_table_with_the_axes(which):
    figure = figure_of(["忠诚", "b", "c"], which)
    tables = [ax.workbench_table for ax in figure.axes if hasattr(ax, "workbench_table")]
    assert tables
    assert "忠诚" in pd.concat(tables).to_csv()


def boxes(texts):
    return [text.get_window_extent() for text in texts if text.get_text()]


def overlapping(found):
    return [(a, b) for a, b in itertools.combinations(found, 2) if a.overlaps(b)]


@pytest.mark.parametrize("columns", [1, 3, 8, 18, 40])
@pytest.mark.parametrize("draw", [plots.plot_contributions, plots.plot_profiles])
def test_numbers_and_names_of_a_heat_map_do_not_overlap(draw, columns):
    rng = np.random.default_rng(1)
    names = [f"C{i}" for i in range(columns)]
    frame = pd.DataFrame(
        rng.uniform(-2, 2, (9, columns)), columns=names, index=["transactions_per_month"] * 9
    )
    ax = draw(frame)
    ax.figure.canvas.draw()
    assert overlapping(boxes(ax.texts)) == []
    assert overlapping(boxes(ax.get_xticklabels())) == []
    assert overlapping(boxes(ax.get_yticklabels())) == []


@pytest.mark.parametrize("names", [["a", "b", "c"], [f"a long name of something, {i}" for i in range(9)]])
@pytest.mark.parametrize("which", DRAWINGS)
def test_no_ticks_of_an_axis_overlap(which, names):
    figure = figure_of(names, which)
    for ax in figure.axes:
        turned = {label.get_rotation() for label in ax.get_xticklabels()} - {0.0}
        assert turned or overlapping(boxes(ax.get_xticklabels())) == []
        assert overlapping(boxes(ax.get_yticklabels())) == []


def test_a_heat_map_of_18_queries_fits_a_page():
    frame = pd.DataFrame(np.zeros((9, 18)), columns=[f"C{i}" for i in range(18)], index=["x" * 28] * 9)
    assert plots.plot_contributions(frame).figure.get_figwidth() <= drawing.WIDTH + 0.01


def test_numbers_stand_out_from_the_colour_beneath():
    frame = pd.DataFrame(np.linspace(-3, 3, 60).reshape(6, 10))
    ax = plots.plot_profiles(frame)
    image = ax.images[0]
    ratios = [contrast(text.get_color(), image.to_rgba(frame.iat[i // 10, i % 10])[:3])
              for i, text in enumerate(ax.texts)]  # fmt: skip
    assert len(ratios) == 60
    assert min(ratios) >= 4.5


def test_long_names_of_columns_are_folded_or_slanted():
    few = plots.plot_profiles(pd.DataFrame(np.eye(3), columns=["single-function user", "b", "c c"]))
    assert [t.get_text() for t in few.get_xticklabels()] == ["single-function user", "b", "c c"]
    many = plots.plot_profiles(
        pd.DataFrame(np.eye(9), columns=[f"transactions_per_month {i}" for i in range(9)])
    )
    assert {t.get_rotation() for t in many.get_xticklabels()} == {35}


def test_the_axes_of_a_heat_map_are_named_by_its_table():
    profile = pd.DataFrame(np.eye(2), index=["recency", "monetary"], columns=pd.Index([1, 2], name="class"))
    ax = plots.plot_profiles(profile)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("class", "")
    ax = plots.plot_profiles(profile.rename_axis(None, axis=1))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("indicator", "segment")


def test_large_numbers_on_an_axis_are_short_and_alike():
    _, axes = plt.subplots(3)
    for ax, largest in zip(axes, (12_000, 3_000_000, 40), strict=True):
        ax.set_xlim(0, largest)
        ax.set_xticks([0, largest / 4, largest])
        drawing.thousands(ax.xaxis)
    labels = [[label.get_text() for label in ax.get_xticklabels()] for ax in axes]
    assert labels == [["0", "3k", "12k"], ["0", "0.75M", "3M"], ["0", "10", "40"]]
