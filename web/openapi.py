"""The OpenAPI document of the JSON interface: made of the same tables as what it describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from storage.fields import Field, Form, Kind, fields_of
from web.render import Plain

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}
_TYPES: dict[Kind, Mapping[str, Any]] = {
    Kind.ID: _NUMBER,
    Kind.NUMBER: _NUMBER,
    Kind.TEXT: _TEXT,
    Kind.LINES: _TEXT,
    Kind.TIME: _TEXT,
    Kind.FLAG: {"type": "boolean"},
    Kind.TEXTS: {"type": "array", "items": _TEXT},
    Kind.BLOCKS: {"type": "array", "items": {"type": "object"}},
    Kind.PROVENANCE: {"type": "object"},
}
_QUERY = ("q", _TEXT, "Words and filters, in the query language of `kliping search`.")
_PAGE = (
    ("limit", {"type": "integer", "minimum": 1, "maximum": 100}, "How many at most."),
    ("cursor", _TEXT, "`next_cursor` of the answer before."),
)
_NARROW = (
    ("site", _TEXT, "Of this outlet, as `example.com`."),
    ("language", _TEXT, "As `en`."),
    ("author", _TEXT, "A whole name among the authors."),
    ("section", _TEXT, "The section, as the page names it."),
    ("month", _TEXT, "As `2026-03`."),
    ("edited", {"type": "boolean"}, "The publisher edited it."),
    ("stealth", {"type": "boolean"}, "… and did not say so."),
    ("story", {"type": "boolean"}, "Another outlet carries its text."),
    ("type", {"type": "string", "enum": ["article", "teaser"]}, "The kind of page."),
    ("by", {"type": "string", "enum": ["published", "relevance", "filed"]}, "The order."),
)
Parameter = tuple[str, Mapping[str, Any], str]
OPERATIONS: dict[str, tuple[str, tuple[Parameter, ...], str | None]] = {
    "/api/v1/articles": (
        "The articles that match, the one published last first.",
        (_QUERY, *_NARROW, *_PAGE),
        "articles",
    ),
    "/api/v1/articles/{id}": ("One article, as `show --json` prints it.", (), None),
    "/api/v1/articles/{id}/versions": (
        "Its versions, as `history --json --texts` prints them, the first one first.",
        _PAGE,
        "versions",
    ),
    "/api/v1/articles/{id}/diff": (
        "What changed from one version to another, as `diff --json` prints it; without numbers "
        "the last change, with `to` alone that version's own.",
        (
            ("from", _NUMBER, "A version's number; alone: against the current one."),
            ("to", _NUMBER, "The version that it became."),
        ),
        None,
    ),
    "/api/v1/stories": (
        "Texts that several outlets carry, as `stories --json` has them; the one that grew last "
        "first.",
        _PAGE,
        "stories",
    ),
    "/api/v1/stories/{id}": (
        "The story that an article belongs to, with what else may.",
        (),
        None,
    ),
    "/api/v1/edits": (
        "What publishers changed, as `edits --json` has it, seen last first.",
        (
            ("site", _TEXT, "Of this outlet, as `example.com`."),
            ("kind", _TEXT, "Only with a change of this kind, as `headline`."),
            ("stealth", {"type": "boolean"}, "Only where the page's time of change did not move."),
            *_PAGE,
        ),
        "edits",
    ),
    "/api/v1/sources": (
        "The sources, as `sources list --json` has them, with the kinds of their open alarms.",
        (),
        "sources",
    ),
    "/api/v1/sources/{id}": (
        "One source, with what `health`, `coverage` and `list --failed` tell of it as JSON.",
        (("days", {"type": "integer", "minimum": 1, "maximum": 3660}, "The last so many."),),
        None,
    ),
    "/api/v1/stats": (
        "Figures of what a query finds, as `stats --json`; of the 10,000 articles filed last.",
        (
            _QUERY,
            ("days", {"type": "integer", "minimum": 1}, "Published so many days ago at most."),
        ),
        None,
    ),
    "/api/v1/runs": ("Past crawls, the last one first, as `runs --json`.", (_PAGE[0],), "runs"),
}
"""By path: what it gives, its parameters, and the key of its list; ``None``: the object itself."""


def describe(request: Request) -> Response:
    paths = {path: {"get": _operation(path, *it)} for path, it in OPERATIONS.items()}
    return Plain(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "kliping",
                "version": "1",
                "description": "An archive of news articles, to read.",
            },
            "servers": [{"url": str(request.scope.get("root_path", "")) or "/"}],
            "paths": paths,
            "components": {
                "schemas": {
                    "Article": _schema(Form.JSON),
                    "ListedArticle": _schema(Form.LIST),
                    "Problem": {
                        "type": "object",
                        "properties": {
                            "type": _TEXT,
                            "title": _TEXT,
                            "status": _NUMBER,
                            "detail": _TEXT,
                        },
                    },
                }
            },
        }
    )


def _operation(
    path: str, about: str, parameters: tuple[Parameter, ...], list_key: str | None
) -> dict[str, Any]:
    in_path = [name.split("}")[0] for name in path.split("{")[1:]]
    return {
        "summary": about,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _NUMBER} for name in in_path
        ]
        + [
            {"name": name, "in": "query", "description": text, "schema": schema}
            for name, schema, text in parameters
        ],
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {"application/json": {"schema": _answer(path, list_key)}},
            },
            "default": {
                "description": "What is wrong (RFC 9457).",
                "content": {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            },
        },
    }


def _answer(path: str, list_key: str | None) -> dict[str, Any]:
    if list_key is None:
        is_article = path == "/api/v1/articles/{id}"
        return {"$ref": "#/components/schemas/Article"} if is_article else {"type": "object"}
    one = (
        {"$ref": "#/components/schemas/ListedArticle"}
        if list_key == "articles"
        else {"type": "object"}
    )
    return {
        "type": "object",
        "properties": {
            list_key: {"type": "array", "items": one},
            "next_cursor": {"type": ["string", "null"]},
        },
        "required": [list_key, "next_cursor"],
    }


def _schema(form: Form) -> dict[str, Any]:
    fields = fields_of(form)
    return {
        "type": "object",
        "properties": {field.name: _property(field) for field in fields},
        "required": [field.name for field in fields if not field.if_any],
    }


def _property(field: Field) -> dict[str, Any]:
    schema = dict(_TYPES[field.kind])
    if field.nullable:
        schema["type"] = [schema["type"], "null"]
    return schema | {"description": field.about}
