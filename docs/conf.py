"""How Sphinx makes a site of the documentation.

    sphinx-build -W -b html -c docs . SITE

The pages are plain Markdown, which reads as well where the code is hosted. So the checkout is the
site's root: README.md and its like are pages of it, and the same links hold in both places.
"""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

project = "kliping"
release = version = version_of("kliping")
copyright = ""
html_show_copyright = False

extensions = ["myst_parser", "sphinx.ext.autodoc"]
include_patterns = ["*.md", "docs/**"]
exclude_patterns = [".*", "benchmarks", "tests"]
root_doc = "docs/index"

html_theme = "furo"
html_title = "kliping"
html_additional_pages = {"index": "redirect.html"}
templates_path = ["templates"]

smartquotes = False  # they would make a dash of the two of --help
myst_heading_anchors = 4  # a link to a heading works as where the code is hosted

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
