import os
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import font_manager

from workbench.plots import fonts
from workbench.plots.fonts import subset
from workbench.publish import figures


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def glyphs():
    return font_manager.get_font(str(fonts.FILE))


def picture(text, **style):
    figure = plt.figure(figsize=(2, 1))
    figure.text(0.1, 0.4, text, size=20, **style)
    figure.canvas.draw()  # a missing glyph is a warning, warnings are errors here
    return np.asarray(figure.canvas.buffer_rgba()).copy()


def test_the_font_has_what_it_was_made_to_have():
    assert [c for c in subset.characters() if not glyphs().get_char_index(ord(c))] == []
    assert len(subset.characters()) == 95 + 1 + 6763 + 682


def test_chinese_is_drawn_with_no_warning_and_not_as_boxes():
    assert not np.array_equal(picture("忠诚"), picture("流失"))
    hanzi = font_manager.FontProperties(fname=fonts.FILE)
    assert np.array_equal(picture("流失"), picture("流失", fontproperties=hanzi))
    assert not glyphs().get_char_index(0x20BB7)
    with pytest.warns(UserWarning, match="Glyph 134071 .* missing from"):
        box = picture("𠮷", fontproperties=hanzi)
    assert not np.array_equal(picture("流", fontproperties=hanzi), box)


def test_latin_looks_as_it_does_without_the_font():
    assert np.array_equal(picture("Recency"), picture("Recency", family=["DejaVu Sans"]))


def test_the_licence_is_beside_the_font_and_in_it():
    licence = fonts.FILE.with_name("OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Copyright 2014-2021 Adobe" in licence
    from fontTools.ttLib import TTFont

    names = TTFont(fonts.FILE)["name"]
    assert "SIL Open Font License" in names.getDebugName(13)
    assert "Adobe" in names.getDebugName(0)
    assert names.getDebugName(1) == "Workbench Hanzi"
    assert fonts.FILE.stat().st_size < 1_600_000


def test_registering_leaves_the_font_cache_on_disk_alone(tmp_path):
    def after(program):
        environment = os.environ | {"MPLCONFIGDIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", program], check=True, env=environment)
        return {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.glob("fontlist*")}

    before = after("import matplotlib.font_manager")
    assert len(before) == 1
    assert after("import workbench.plots") == before


def test_registering_twice_adds_one_entry():
    fonts.register()
    fonts.register()
    names = [entry.name for entry in font_manager.fontManager.ttflist]
    assert names.count("Workbench Hanzi") == 1


def test_a_character_that_no_font_has_is_an_error_that_names_it():
    figure, ax = plt.subplots()
    ax.set_title("龘 𠮷 ok")
    with pytest.raises(ValueError, match=r"^No font has the character 龘 \(U\+9F98\), 𠮷 \(U\+20BB7\); "):
        figures.figure(ax, alt="A title.", caption="A title.")
    assert plt.get_fignums() == []
