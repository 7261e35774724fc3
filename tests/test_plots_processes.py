"""Drawings of a process draw what they are given, and keep it for the page."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from workbench import complaints, plots


def table(counts, subject="noise"):
    drawn = complaints.limits(counts).assign(subject=subject)
    return drawn.assign(period=pd.date_range("2024-01-01", periods=len(counts), freq="7D"))


def test_a_control_chart_rings_the_alarms_and_shares_one_scale():
    both = pd.concat([table([10] * 9 + [40]), table([2] * 10, "dirt")], ignore_index=True)
    panels = plots.plot_control(both)
    rings = [line.get_xdata().tolist() for ax in panels for line in ax.lines if line.get_marker() == "o"]
    assert rings == [[9], []]
    assert panels[0].get_ylim() == panels[1].get_ylim()
    assert panels[0].get_ylim()[1] > 40
    pd.testing.assert_frame_equal(panels[0].workbench_table, both)
    plt.close(panels[0].figure)


def test_waiting_is_drawn_as_steps_by_name():
    curves = {
        step: pd.DataFrame({"hours": [1.0, 9.0], "waiting": [0.5, end]})
        for step, end in (("a", 0.2), ("b", 0.1))
    }
    ax = plots.plot_waiting(curves)
    assert [line.get_ydata()[-1] for line in ax.lines] == [0.2, 0.1]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert ax.get_xscale() == "log"
    plt.close(ax.figure)


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="table lacks the column 'alarm'"):
        plots.plot_control(table([3, 4]).drop(columns="alarm"))
    with pytest.raises(ValueError, match="row 1, column 'waiting' is nan"):
        plots.plot_waiting({"a": pd.DataFrame({"hours": [1.0, 2.0], "waiting": [0.5, np.nan]})})
    plt.close("all")
