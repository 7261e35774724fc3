"""For `pytest --nbval`: pictures are not compared, SVG no more than PNG, which nbval leaves out by itself."""

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    """Add SVG to what nbval leaves out of a notebook's comparison."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare = (*collector.skip_compare, "image/svg+xml")
    yield
