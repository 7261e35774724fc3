"""Take a picture of each study, docs/pictures/<study>.png, from its report: `make pictures` after `make reports`.

They are kept in git, so that README shows them and the site is built without a browser.
"""

import io
import shutil

from PIL import Image, ImageOps
from playwright.sync_api import Locator, sync_playwright
from samples import ROOT, sample, shipped

SIZE = 480, 300


def main():
    """Take the figure of every report that fits a card best."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        screen = browser.new_page(viewport={"width": 1024, "height": 1000}, device_scale_factor=1)
        for name in filter(sample, shipped()):
            screen.goto((ROOT / "reports" / f"{name}.html").as_uri())
            figures = screen.locator("figure svg, figure img").all()
            write(min(figures, key=misfit).screenshot(), folder / f"{name}.png")
            print(f"docs/pictures/{name}.png")
        browser.close()


def misfit(figure: Locator) -> float:
    """How far the shape of a figure is from that of a card; a small figure is none to show."""
    box = figure.bounding_box()
    if not box or box["width"] < SIZE[0] / 2:
        return float("inf")
    ratio = box["width"] / box["height"] * SIZE[1] / SIZE[0]
    return max(ratio, 1 / ratio)


def write(shot: bytes, file):
    """Write a screenshot small, on a card, in 64 colours."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    inner = ImageOps.expand(picture, 12, "white")
    ImageOps.pad(inner, SIZE, Image.Resampling.LANCZOS, "white").quantize(64).save(file, optimize=True)


if __name__ == "__main__":
    main()
