"""How each extractor is called, and how its answer becomes title, authors, date and body.

Each is called as its documentation says, with its defaults and without comments. Imports are by
name and inside: only the one that is asked for is in the environment. kliping gets bytes and the
declared charset; the others take text, which is decoded here as a browser would, on their time.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_LINE_ENDS = re.compile("[\r\n\u2028\u2029]+")
BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section"
    " summary table tbody thead tr ul".split()
)


@dataclass(frozen=True, slots=True)
class Page:
    raw: bytes
    url: str | None
    encoding: str | None

    def decode(self) -> str:
        """By byte order mark, declared charset, UTF-8 if it is that, the page's own charset."""
        for mark, encoding in BOMS:
            if self.raw.startswith(mark):
                return self.raw.decode(encoding, "replace")
        if self.encoding:
            return self.raw.decode(self.encoding, "replace")
        try:
            return self.raw.decode("utf-8")
        except UnicodeDecodeError:
            stated = _META_CHARSET.search(self.raw, 0, 4096)
            try:
                return self.raw.decode(stated[1].decode() if stated else "cp1252", "replace")
            except LookupError:
                return self.raw.decode("cp1252", "replace")


Extractor = Callable[[Page], dict[str, Any]]


def load_kliping() -> Extractor:
    sys.path.insert(0, str(CHECKOUT))  # the code beside this benchmark, wherever it is installed
    extract = import_module("scraper").extract

    def run(page: Page) -> dict[str, Any]:
        charset = f"; charset={page.encoding}" if page.encoding else ""
        article = extract(page.raw, page.url, headers={"content-type": f"text/html{charset}"})
        return {
            "title": article.title,
            "authors": list(article.authors),
            "date": read_date(article.published_at),
            "body": article.body or "",
        }

    return run


def load_trafilatura() -> Extractor:
    bare_extraction = import_module("trafilatura").bare_extraction

    def run(page: Page) -> dict[str, Any]:
        document = bare_extraction(
            page.decode(), url=page.url, with_metadata=True, include_comments=False
        )
        if document is None:  # "nothing found"
            return {}
        return {
            "title": document.title,
            "authors": clean_names((document.author or "").split(";")),
            "date": read_date(document.date),
            "body": tidy_lines(document.text),
        }

    return run


def load_newspaper() -> Extractor:
    new_article = load_newspaper_article()

    def run(page: Page) -> dict[str, Any]:
        article = new_article(page.url or "http://example.com/")
        article.download(input_html=page.decode())
        article.parse()
        return read_newspaper(article)

    return run


def load_newspaper_article() -> Callable[[str], Any]:
    """What makes its ``Article`` of an address, not fetched yet; images are never fetched.

    It splits Korean by ``nltk.word_tokenize``, which wants a sentence model that pip does not
    install; to split words it needs none.
    """
    nltk: Any = import_module("nltk")
    full = nltk.word_tokenize
    nltk.word_tokenize = lambda text, language="english", preserve_line=True: full(
        text, language, preserve_line=True
    )
    newspaper = import_module("newspaper")
    configuration = import_module("newspaper.configuration").Configuration

    def make(url: str) -> Any:
        settings = configuration()
        settings.fetch_images = False
        return newspaper.Article(url, config=settings)

    return make


def read_newspaper(article: Any) -> dict[str, Any]:
    """The fields of an ``Article`` that it has parsed."""
    return {
        "title": article.title or None,
        "authors": clean_names(article.authors),
        "date": read_date(article.publish_date),
        "body": tidy_lines(article.text),
    }


def load_readability() -> Extractor:
    document_class = import_module("readability").Document

    def run(page: Page) -> dict[str, Any]:
        # lxml refuses text that declares an encoding
        text = _XML_DECLARATION.sub("", page.decode(), count=1)
        document = document_class(text, url=page.url)
        body = flatten_html(document.summary(html_partial=True))
        title = document.short_title()
        return {"title": None if title == "[no-title]" else title, "body": body}

    return run


def load_resiliparse() -> Extractor:
    tree_class = import_module("resiliparse.parse.html").HTMLTree
    extract_text = import_module("resiliparse.extract.html2text").extract_plain_text

    def run(page: Page) -> dict[str, Any]:
        tree = tree_class.parse(page.decode())
        text = extract_text(
            tree, main_content=True, list_bullets=False, alt_texts=False, links=False,
            form_fields=False, noscript=False, comments=False,
        )  # fmt: skip
        return {"title": (tree.title or "").strip() or None, "body": tidy_lines(text)}

    return run


ADAPTERS: dict[str, Callable[[], Extractor]] = {
    "kliping": load_kliping,
    "trafilatura": load_trafilatura,
    "newspaper4k": load_newspaper,
    "readability-lxml": load_readability,
    "resiliparse": load_resiliparse,
}


def read_date(value: object) -> str | None:
    """``YYYY-MM-DD`` of a date, or of a string that starts like one."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    stated = re.match(r"\d{4}-\d\d-\d\d", str(value or ""))
    return stated[0] if stated else None


def clean_names(names: Any) -> list[str]:
    return [name.strip() for name in names or () if name and name.strip()]


def tidy_lines(text: str | None) -> str:
    """A paragraph a line, white space collapsed."""
    lines = (" ".join(line.split()) for line in _LINE_ENDS.split(text or ""))
    return "\n".join(line for line in lines if line)


def flatten_html(fragment: str) -> str:
    """The text of an HTML fragment, a block a line; tags inside a line add no space."""
    etree, html = import_module("lxml.etree"), import_module("lxml.html")
    if not fragment.strip():
        return ""
    root = html.fromstring(fragment)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(root, "script", "style", "noscript", "template", with_tail=False)
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        text = element.text if event == "start" else element.tail
        edge = "\n" if element.tag in BLOCKS else " " if element.tag in ("td", "th") else ""
        pieces += (edge, " ".join(re.split(r"\s+", text or "")))
    return tidy_lines("".join(pieces))
