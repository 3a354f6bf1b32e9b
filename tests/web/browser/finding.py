"""Where Chromium is; without loading Playwright."""

from __future__ import annotations

import shutil

MUST_RUN = "KLIPING_BROWSER_TESTS"
"""In the environment: the tests in a browser may not be skipped."""
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)
