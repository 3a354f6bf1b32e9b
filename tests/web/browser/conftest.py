"""Chromium, as a reader has it. Where there is none its tests are skipped, unless they must run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.browser.finding import MUST_RUN, find_chromium


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        assert MUST_RUN not in os.environ, "no Chromium is found: apt-get install chromium"
        pytest.skip("no Chromium is found")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            # Root may not use Chromium's own sandbox, and nothing here is from elsewhere.
            args=["--no-sandbox"],
        )
        yield browser
        browser.close()


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """A window of 1,200 × 800."""
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
