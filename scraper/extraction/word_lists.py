"""Word lists kept as data: ``data/*.txt`` in sections.

A line ``[name]`` opens a section; words are divided by white space, ``_`` stands for a space
inside a phrase, and a line that starts with ``#`` is a comment.
"""

from __future__ import annotations

from importlib.resources import files


def read_data(file: str) -> list[str]:
    """The lines of a data file that are no comments."""
    text = files("scraper.extraction").joinpath("data", file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def read_sections(file: str) -> dict[str, list[str]]:
    """The words of each section, in order, with their spaces."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in read_data(file):
        if line.startswith("[") and line.endswith("]"):
            current = sections.setdefault(line[1:-1], [])
        else:
            current.extend(word.replace("_", " ") for word in line.split())
    return sections
