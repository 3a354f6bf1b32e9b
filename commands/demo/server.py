"""The demo's newspaper: the pages of ``commands/demo_site`` served on loopback.

One port answers as two sites, ``kabar.localhost`` and ``wire.localhost`` (RFC 6761 §6.3: such
names are loopback), so that a story carried by both is seen on two sites. ``site.json`` lists
the pages; in their text ``{{base}}`` and ``{{wire}}`` stand for the two sites' addresses.
"""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from types import TracebackType
from urllib.parse import urlsplit

MEDIA_TYPES = {
    "html": "text/html",
    "xml": "application/rss+xml",
    "txt": "text/plain",
}
FOUNDING_PATH = (
    "/jelang-pilkada-10-kapolsek-diskusi-persiapan-stabilitas-keamanan-dengan-kapolres-tanah-karo"
)
EDITED_PATH = "/en/2025/05/harrowmere-footbridge-repairs"
FIRST_PRINTED = 1_747_200_000  # 14 May 2025: Last-Modified of what was never edited
EDIT_PRINTED = 1_747_305_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it goes out, with its validators."""

    body: bytes
    content_type: str
    last_modified: str

    @property
    def etag(self) -> str:
        return f'"{sha256(self.body).hexdigest()[:16]}"'


class DemoSite:
    """The running site; a context manager. ``edit()`` prints the corrected page."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        port = self._server.server_address[1]
        self.base = f"http://kabar.localhost:{port}"
        self.wire = f"http://wire.localhost:{port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._server.pages = self._load(edited=False)

    @property
    def feeds(self) -> tuple[str, str]:
        return f"{self.wire}/feed.xml", f"{self.base}/feed.xml"

    @property
    def founding_url(self) -> str:
        return self.base + FOUNDING_PATH

    @property
    def edited_url(self) -> str:
        return self.base + EDITED_PATH

    def edit(self) -> None:
        self._server.pages = self._load(edited=True)

    def __enter__(self) -> DemoSite:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _load(self, *, edited: bool) -> dict[tuple[str, str], Page]:
        folder = files("commands") / "demo_site"
        rows = json.loads((folder / "site.json").read_text(encoding="utf-8"))["pages"]
        pages = {}
        for row in rows:
            corrected = edited and "edited" in row
            name = row["edited"] if corrected else row["file"]
            charset = row.get("charset", "utf-8")
            text = (folder / name).read_text(encoding="utf-8")
            text = text.replace("{{base}}", self.base).replace("{{wire}}", self.wire)
            pages[row["host"], row["path"]] = Page(
                body=text.encode(charset),
                content_type=_content_type(name, charset),
                last_modified=formatdate(EDIT_PRINTED if corrected else FIRST_PRINTED, usegmt=True),
            )
        return pages


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    pages: dict[tuple[str, str], Page]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no error of the paper's; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        site = (self.headers.get("Host") or "").partition(".")[0]
        path = urlsplit(self.path).path
        page = self.server.pages.get((site, path))
        if page is None:
            self._answer(404, b"Not found\n", {"Content-Type": "text/plain; charset=utf-8"})
        elif self._is_known(page):
            self._answer(304, b"", {"ETag": page.etag, "Last-Modified": page.last_modified})
        else:
            self._answer(
                200,
                page.body,
                {
                    "Content-Type": page.content_type,
                    "ETag": page.etag,
                    "Last-Modified": page.last_modified,
                },
            )

    do_HEAD = do_GET

    def _is_known(self, page: Page) -> bool:
        """RFC 9110 §13.2.2: If-Modified-Since counts only where If-None-Match is absent."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return page.etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        try:
            return parsedate_to_datetime(page.last_modified) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the demo's own output says what was fetched."""


def _content_type(name: str, charset: str) -> str:
    kind = MEDIA_TYPES[name.rpartition(".")[2]]
    if name == "sitemap.xml":
        kind = "application/xml"
    # The pages in an older encoding say so themselves only, as such sites do.
    return f"{kind}; charset=utf-8" if charset == "utf-8" else kind
