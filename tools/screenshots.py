"""Pictures of the reading room's main pages, light and dark, for the README.

    python -m tools.screenshots

Makes the demo's archive, serves it and writes ``docs/screenshots/*.png``. Needs Chromium, and the
extra ``dev``.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.web.browser.finding import find_chromium

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "screenshots"
PAGES = {
    "latest": "/",
    "article": "/articles/15",
    "edit": "/articles/6/diff",
    "search": "/search?q=harbour+OR+koperasi+OR+tren+OR+kapolsek",
}
SIZE = {"width": 1000, "height": 640}


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        db = Path(directory, "demo.db")
        demo = [sys.executable, "-m", "cli", "demo", "--db", str(db)]
        subprocess.run(demo, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        with _served(db) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium())
            for scheme in ("light", "dark"):
                _take(browser, address, scheme)
            browser.close()


def _take(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(
        viewport=SIZE,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    for name, path in PAGES.items():
        answer = page.goto(f"{address}{path}")
        assert answer is not None, path
        assert answer.ok, (path, answer.status)
        page.screenshot(path=TARGET / f"{name}-{scheme}.png")
    context.close()


@contextmanager
def _served(db: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "cli", "serve", "--port", "0", "--db", str(db)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as server:  # noqa: S603
        assert server.stderr is not None
        found = re.search(r"http://\S+", server.stderr.readline())
        assert found is not None
        try:
            yield found[0].rstrip("/")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
