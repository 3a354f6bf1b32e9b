"""Lists of sources: one address a line, or OPML (opml.org/spec2)."""

from __future__ import annotations

from xml.parsers import expat

from commands.addresses import MAX_LIST_BYTES, Named, input_name, parse_lines, read_input
from commands.exits import UsageError

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_source_list(path: str) -> list[Named]:
    """The addresses in a file or on standard input (``-``), unchecked. Raises ``UsageError``."""
    content = read_input(path, MAX_LIST_BYTES)
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") or content.startswith(_UTF16_MARKS):
        utf16 = content.startswith(_UTF16_MARKS)
        return parse_opml(content if utf16 else start, input_name(path))
    return parse_lines(content, input_name(path))


def parse_opml(content: bytes, name: str) -> list[Named]:
    """The ``xmlUrl`` of every outline, in document order, with its title.

    Entities of the document's own are refused: no OPML needs them, and they are how XML
    bombs and leaks are made. Nothing outside the document is read. Raises ``UsageError``.
    """
    found: list[Named] = []
    parser = expat.ParserCreate()
    roots: list[str] = []

    def start_element(tag: str, attributes: dict[str, str]) -> None:
        roots.append(tag.lower()) if not roots else None
        values = {key.lower(): value for key, value in attributes.items()}
        if tag.lower() == "outline" and values.get("xmlurl", "").strip():
            title = values.get("title") or values.get("text")
            where = f"{name}, line {parser.CurrentLineNumber}"
            found.append(Named(values["xmlurl"], where, title))

    def refuse_entity(*_: object) -> None:
        raise UsageError(f"{name}: declares XML entities; an OPML file needs none")

    parser.StartElementHandler = start_element
    parser.EntityDeclHandler = refuse_entity
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UsageError(f"{name}: neither a list of addresses nor OPML: {error}") from None
    if roots != ["opml"]:
        raise UsageError(f"{name}: XML, but not OPML (it begins with <{roots[0]}>)")
    return found
