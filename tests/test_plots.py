import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from workbench import plots


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def bar_of(ax):
    """The Axes of a heat map's colour bar."""
    (bar,) = [other for other in ax.figure.axes if other is not ax]
    return bar


READINGS = pd.DataFrame(
    {"F": [0.2206, 0.22086], "R": [0.3403, 0.34054], "M": [0.439, 0.43859]},
    index=["as quoted", "upper triangle"],
)


def test_weights_stand_beside_the_published_ones():
    ax = plots.plot_weights(READINGS, published={"M": 0.439, "R": 0.341, "F": 0.221})
    assert [bar.get_height() for bar in ax.patches] == READINGS.to_numpy().ravel().tolist()
    # bars of one indicator touch around its tick: centres at tick ± 0.2
    centres = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches]
    assert centres == pytest.approx([-0.2, 0.8, 1.8, 0.2, 1.2, 2.2])
    assert ax.lines[0].get_ydata().tolist() == [0.221, 0.341, 0.439]
    assert ax.lines[0].get_xdata().tolist() == [0, 1, 2]
    assert ticks(ax.xaxis) == ["F", "R", "M"]
    assert set(legend(ax)) == {"published", "as quoted", "upper triangle"}
    assert texts(ax) == ["0.2206", "0.3403", "0.4390", "0.2209", "0.3405", "0.4386"]
    assert ax.get_ylabel() == "weight (share of 1)"
    assert ax.get_ylim()[0] == 0


def test_readings_differ_in_hatch_as_well_as_in_colour():
    ax = plots.plot_weights(READINGS)
    first, second = ax.patches[0], ax.patches[3]
    assert first.get_hatch() != second.get_hatch()
    assert to_hex(first.get_facecolor()) != to_hex(second.get_facecolor())


def test_variance_shares_are_stacked_from_0_to_1():
    table = pd.DataFrame({"R": [0.99, 0.25], "F": [0.01, 0.75]}, index=["min-max", "z-score"])
    ax = plots.plot_variance_share(table)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.99, 0.25, 0.01, 0.75])
    assert [bar.get_x() for bar in ax.patches] == [0, 0, 0.99, 0.25]
    assert sorted(texts(ax)) == ["25 %", "75 %", "99 %"]  # a share below 6 % has no room for its number
    assert ticks(ax.yaxis) == ["min-max", "z-score"]
    assert ax.get_xlim() == (0, 1)
    assert ax.yaxis_inverted()


def test_rank_probabilities_are_written_in_their_cells():
    frame = pd.DataFrame([[0.9, 0.1], [0.1, 0.9]], index=["loyal", "new"], columns=[1, 2])
    ax = plots.plot_rank_probabilities(frame)
    assert {text.get_position(): text.get_text() for text in ax.texts} == {
        (0, 0): "0.90",
        (1, 0): "0.10",
        (0, 1): "0.10",
        (1, 1): "0.90",
    }
    assert ax.texts[0].get_color() == "white"  # on dark blue
    assert ax.texts[1].get_color() == "black"
    assert ax.images[0].get_clim() == (0, 1)
    assert (ticks(ax.xaxis), ticks(ax.yaxis)) == (["1", "2"], ["loyal", "new"])
    assert "1 = highest" in ax.get_xlabel()
    assert bar_of(ax).get_xlabel() == "probability"
    assert ticks(bar_of(ax).xaxis) == ["0.00", "0.50", "1.00"]


def test_profiles_write_the_sign_and_centre_the_colours_at_0():
    centres = pd.DataFrame({"recency": [1.234, -0.004], "monetary": [-2.0, 0.0]}, index=["a", "b"])
    ax = plots.plot_profiles(centres)
    assert texts(ax) == ["+1.23", "−2.00", "0.00", "0.00"]
    assert ax.images[0].get_clim() == (-2, 2)
    assert ax.get_title() == ""
    assert "standard deviations" in bar_of(ax).get_xlabel().replace("\n", " ")


def test_segments_have_a_marker_a_colour_and_a_name_each():
    frame = pd.DataFrame({"recency": [1, 2, 90, 91], "monetary": [9, 8, 1, 2]})
    units = {"recency": "days", "monetary": "yuan"}
    ax = plots.plot_segments(
        frame, ["b", "b", "a", "b"], x="recency", y="monetary", names={"a": "gone"}, units=units
    )
    first, second = ax.collections
    assert first.get_offsets().tolist() == [[90, 1]]
    assert second.get_offsets().tolist() == [[1, 9], [2, 8], [91, 2]]
    assert first.get_paths()[0].vertices.shape != second.get_paths()[0].vertices.shape
    assert first.get_facecolor().tolist() != second.get_facecolor().tolist()
    assert legend(ax) == ["gone (n = 1)", "b (n = 3)"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("recency (days)", "monetary (yuan)")
    assert first.get_zorder() > second.get_zorder()  # the smaller segment is not covered


def test_n_clusters_has_a_panel_per_index_without_missing_values():
    table = pd.DataFrame(
        {"silhouette": [np.nan, 0.6, 0.4], "gap": [0.1, 0.5, 0.4], "gap_se": [0.01, 0.02, 0.03]},
        index=[1, 2, 3],
    )
    chosen = pd.Series({"silhouette": 2, "gap": pd.NA}, dtype="Int64")
    left, right = plots.plot_n_clusters(table, chosen=chosen.dropna())
    assert (left.get_title("left"), right.get_title("left")) == ("silhouette: K = 2", "gap")
    assert left.lines[0].get_xydata().tolist() == [[2, 0.6], [3, 0.4]]
    ring = left.lines[-1]
    assert ring.get_xydata().tolist() == [[2, 0.6]]
    bars = right.containers[0].lines[2][0].get_segments()
    assert [np.ptp(bar[:, 1]) / 2 for bar in bars] == pytest.approx([0.01, 0.02, 0.03])
    assert (left.get_xlabel(), left.get_ylabel()) == ("number of clusters K", "index")


def test_only_the_lowest_panel_of_a_column_names_its_axis_so_that_no_title_stands_under_a_name():
    axes = plots.plot_n_clusters(pd.DataFrame(np.eye(5), columns=[*"abcde"]))
    assert [bool(ax.get_xlabel()) for ax in axes] == [False, False, True, True, True]
    assert [bool(ax.get_ylabel()) for ax in axes] == [True, False, False, True, False]


def test_n_clusters_takes_what_choices_returns_missing_choices_included():
    table = pd.DataFrame({"gap": [0.1, 0.5], "gap_se": [0.01, 0.02]}, index=[1, 2])
    (ax,) = plots.plot_n_clusters(table, chosen=pd.Series({"gap": pd.NA}, dtype="Int64"))
    assert ax.get_title("left") == "gap"


def test_intervals_are_drawn_and_written_row_by_row():
    index = pd.MultiIndex.from_tuples([("AHP", "z-score"), ("equal", "rank")])
    table = pd.DataFrame({"estimate": [0.45, -0.1], "low": [0.44, -0.2], "high": [0.46, 0.05]}, index=index)
    ax = plots.plot_interval(table)
    assert [segment[:, 0].tolist() for segment in ax.collections[0].get_segments()] == [
        [0.44, 0.46],
        [-0.2, 0.05],
    ]
    assert ax.lines[0].get_xydata().tolist() == [[0.45, 0], [-0.1, 1]]
    assert ax.lines[1].get_xdata() == [0, 0]
    assert texts(ax) == ["+0.45", "−0.10"]
    assert ticks(ax.yaxis) == ["AHP · z-score", "equal · rank"]
    assert ax.get_ylabel() == ""
    named = plots.plot_interval(table.rename_axis(["weights", "scaling"]))
    assert named.get_ylabel() == "weights · scaling"


INTERVALS = [("b", "x", 0.1), ("a", "x", 0.2), ("a", "y", 0.5), ("b", "y", 0.3), ("alone", "", 0.4)]


def intervals(**settings):
    labels = [entry[:2] for entry in INTERVALS]
    table = pd.DataFrame({"estimate": [e for *_, e in INTERVALS]}, index=pd.MultiIndex.from_tuples(labels))
    ax = plots.plot_interval(table.assign(low=table["estimate"], high=table["estimate"]), **settings)
    return ticks(ax.yaxis), ax.lines[0].get_xydata().tolist(), ax


def test_intervals_are_grouped_and_sorted_the_highest_first():
    labels, points, ax = intervals()
    assert labels == ["a", "y", "x", "alone", "b", "y", "x"]
    assert points == [[0.5, 1], [0.2, 2], [0.4, 3], [0.3, 5], [0.1, 6]]
    assert ax.workbench_table["estimate"].tolist() == [0.5, 0.2, 0.4, 0.3, 0.1]
    assert ax.yaxis_inverted()


def test_intervals_may_keep_their_order_within_groups_and_among_them():
    labels, points, _ = intervals(sort=False, reference=None)
    assert labels == ["b", "x", "y", "a", "x", "y", "alone"]
    assert [x for x, _ in points] == [0.1, 0.3, 0.2, 0.5, 0.4]


def test_intervals_of_a_plain_index_are_sorted_without_groups():
    table = pd.DataFrame({"estimate": [0.1, 0.3], "low": 0.0, "high": 0.4}, index=["a", "b"])
    assert ticks(plots.plot_interval(table).yaxis) == ["b", "a"]


def test_quarterly_sales_have_a_line_and_a_marker_per_class():
    index = pd.period_range("1997Q1", periods=2, freq="Q")
    ax = plots.plot_quarterly(pd.DataFrame({"loyal": [5.0, 7], "new": [1.0, 0]}, index=index), unit="USD")
    assert [line.get_ydata().tolist() for line in ax.lines] == [[5, 7], [1, 0]]
    assert len({line.get_marker() for line in ax.lines}) == 2
    assert ticks(ax.xaxis) == ["1997Q1", "1997Q2"]
    assert legend(ax) == ["loyal", "new"]
    assert ax.get_ylabel() == "sales (USD)"
    assert ax.get_ylim()[0] == 0


def test_drawings_go_on_the_axes_that_are_given():
    table = pd.DataFrame({"estimate": [0.4], "low": [0.3], "high": [0.5]}, index=["equal"])
    shares = pd.DataFrame({"R": [0.5], "F": [0.5]})
    for draw, data in (
        (plots.plot_weights, READINGS),
        (plots.plot_variance_share, shares),
        (plots.plot_rank_probabilities, shares),
        (plots.plot_profiles, shares),
        (plots.plot_interval, table),
        (plots.plot_quarterly, READINGS),
    ):
        _, ax = plt.subplots()
        assert draw(data, ax=ax) is ax


def test_colours_and_markers_tell_forty_segments_apart():
    pairs = {
        (plots.COLOURS[i % len(plots.COLOURS)], plots.MARKERS[i % len(plots.MARKERS)]) for i in range(40)
    }
    assert len(pairs) == 40


def test_distributions_has_one_panel_per_column_and_counts_every_customer():
    frame = pd.DataFrame({"actions": [0, 1, 1, 9], "share": [0.0, 0.5, 1.0, 1.0]})
    axes = plots.plot_distributions(frame, bins=3, units={"share": "1 = all"})
    assert [ax.get_title() for ax in axes] == ["", ""]
    assert [ax.get_xlabel() for ax in axes] == ["actions", "share (1 = all)"]
    assert axes[0].get_ylabel() == "customers"
    assert [sum(bar.get_height() for bar in ax.patches) for ax in axes] == [4, 4]


def test_shares_are_drawn_twice_and_written_out():
    axes = plots.plot_shares(pd.Series({"lurker": 0.82, "quality": 0.13, "single": 0.05}))
    angles = [wedge.theta2 - wedge.theta1 for wedge in axes[0].patches]
    np.testing.assert_allclose(angles, [0.82 * 360, 0.13 * 360, 0.05 * 360], rtol=1e-5)
    np.testing.assert_allclose([bar.get_width() for bar in axes[1].patches], [0.82, 0.13, 0.05])
    assert [text.get_text() for text in axes[1].texts] == ["82 %", "13 %", "5 %"]


def test_every_slice_of_a_pie_has_its_name_and_no_name_covers_another():
    shares = [0.135, 0.199, 0.144, 0.005, 0.007, 0.052, 0.058, 0.017, 0.144, 0.239, 0]
    names = ["champions", "potential loyal", "new: came once", "重要价值客户重要价值客户重要价值客户", "$x$"]
    names += [f"segment number {i}" for i in range(5)] + ["nobody"]
    pie = plots.plot_shares(pd.Series(shares, index=names))[0]
    pie.figure.canvas.draw()
    labels = [text for text in pie.texts if text.get_text()]
    written = [text.get_text() for text in labels]
    assert sorted(written)[:4] == ["$x$".replace("$", r"\$"), "champions", "new", "potential\nloyal"]
    assert len(written) == 10  # a share of 0 has no slice
    boxes = [Text.get_window_extent(text) for text in labels]  # without the line
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert pie.figure.bbox.containsx(min(box.x0 for box in boxes))


def test_every_axis_says_what_it_measures():
    sweep = plots.plot_sweep(pd.DataFrame({"kept": [0.5, 1.0]}, index=pd.Index([0.1, 0.5], name="rho")))
    assert (sweep.get_xlabel(), sweep.get_ylabel()) == ("rho", "share (1 = all)")
    bars = plots.plot_shares(pd.Series({"a": 0.5, "b": 0.5}))[1]
    assert (bars.get_xlabel(), bars.get_ylabel()) == ("share of the customers (1 = all)", "segment")


def test_a_tree_has_a_row_for_each_node_and_a_bar_of_its_classes():
    leaves = 30
    tree = pd.DataFrame({"parent": [pd.NA] + [0] * leaves, "branch": [""] + ["fee ≤ 86.5"] * leaves})
    tree = tree.assign(leaf=[pd.NA, *range(leaves)], n=4, counts=[(1, 3)] * (leaves + 1), **{"class": "stay"})
    ax = plots.plot_tree(tree, classes=["churn", "stay"])
    ax.figure.canvas.draw()
    assert texts(ax)[:2] == ["all cases", "fee ≤ 86.5: stay"]
    assert legend(ax) == ["churn", "stay"]
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[leaves + 1] / widths[0] == pytest.approx(3)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
