"""How the site is built, by `make docs`. Neither the build nor a reader fetches anything from elsewhere."""

import sys
from pathlib import Path

import workbench

sys.path.insert(0, str(Path(__file__).parent / "building"))

project = "Segmentation workbench"
author = "The customer-segmentation workbench authors"
copyright = author  # a year would make two builds of one commit differ
version = release = workbench.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx_copybutton",
    "sphinx_design",
    "outside",  # these are ours, in docs/building
    "reference",
    "samples",
]
exclude_patterns = ["_site", "building"]
default_role = "code"  # one backtick in a docstring means code

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
numpydoc_show_class_members = False  # autodoc lists them
autodoc_typehints = "none"  # the docstrings say type, shape, unit and direction
autodoc_member_order = "groupwise"
add_module_names = False
copybutton_prompt_text = "$ "

html_theme = "furo"
html_title = project
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_last_updated_fmt = None
