"""Chinese text in figures on a machine without any Chinese font.

matplotlib's own DejaVu Sans writes Latin, Greek and Cyrillic; what it lacks is drawn with "Workbench Hanzi", the
characters of GB 2312 out of Noto Sans CJK SC (`OFL.txt`: its licence; `subset.py`: how it was made).
"""

from pathlib import Path

import matplotlib
from matplotlib import font_manager

__all__ = ["FAMILIES", "FILE", "register"]

FILE = Path(__file__).parent / "WorkbenchHanzi.otf"
# By name, not "sans-serif": the same pictures whatever fonts a machine has.
FAMILIES = ("DejaVu Sans", "Workbench Hanzi")


def register():
    """Let matplotlib write Chinese, in this process only; no font cache on disk is touched.

    Examples
    --------
    >>> register()
    >>> font_manager.findfont("Workbench Hanzi", fallback_to_default=False) == str(FILE)
    True
    """
    if not any(entry.name == FAMILIES[1] for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(FILE)
    matplotlib.rcParams["font.family"] = list(FAMILIES)
