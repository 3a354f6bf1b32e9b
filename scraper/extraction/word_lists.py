"""Word lists kept as data: ``data/*.txt``, in sections.

A line ``[name]`` opens a section, and a line that starts with ``#`` is a comment. A section holds
words, divided by white space, in which ``_`` stands for a space, or rows ``key: value``, or lines.
"""

from __future__ import annotations

from importlib.resources import files


def read_sections(file: str) -> dict[str, list[str]]:
    """The words of each section, in order, with their spaces."""
    return {
        name: [word.replace("_", " ") for line in lines for word in line.split()]
        for name, lines in read_lines(file).items()
    }


def read_rows(file: str) -> dict[str, list[tuple[str, str]]]:
    """The keys and values of each section, in order; those before the first are in ``""``."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for name, lines in read_lines(file).items():
        parts = (line.partition(": ") for line in lines)
        rows[name] = [(key, value) for key, _, value in parts]
    return rows


def read_lines(file: str) -> dict[str, list[str]]:
    """The lines of each section as they stand."""
    text = files("scraper.extraction").joinpath("data", file).read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    current = sections[""] = []
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            current = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            current.append(line)
    return {name: own for name, own in sections.items() if own or name}
