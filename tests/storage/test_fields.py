"""The table of fields holds for any article."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scraper.model.types import Provenance
from storage.fields import FIELDS, VERSION_FIELDS, Field, Form, Kind, as_object, describe, fields_of
from storage.records import ArticleRecord, VersionFacts
from tests.storage.export.makers import NOW, make_hostile, make_record, texts

PYTHON: dict[Kind, type | tuple[type, ...]] = {
    Kind.ID: int,
    Kind.NUMBER: int,
    Kind.TEXT: str,
    Kind.LINES: str,
    Kind.TEXTS: list,
    Kind.TIME: str,
    Kind.FLAG: bool,
    Kind.BLOCKS: list,
    Kind.PROVENANCE: dict,
}
FACTS = VersionFacts(
    number=2,
    seen_at=NOW,
    fetched_at=NOW,
    current=True,
    accepted=True,
    reason=None,
    cause="publisher",
    recorded=False,
    kinds=("headline",),
    stealth=False,
    summary="headline",
)
NOTHING: dict[str, Any] = dict.fromkeys(
    ("title", "byline", "published_at", "published_precision", "language", "site_name", "section",
     "image_url", "body")
)  # fmt: skip


def articles() -> st.SearchStrategy[ArticleRecord]:
    whole = texts.map(make_hostile)
    bare = st.just(make_record(**NOTHING, authors=(), tags=(), version=FACTS))
    dated = st.datetimes(timezones=st.just(UTC)).map(lambda at: make_record(published_at=at))
    reasoned = texts.map(lambda one: make_record(provenance={one: Provenance(one, 0.5)}))
    return whole | bare | dated | reasoned


def test_every_field_is_there_once_and_told() -> None:
    names = [field.name for field in (*FIELDS, *VERSION_FIELDS)]
    assert len(names) == len(set(names))
    for field in (*FIELDS, *VERSION_FIELDS):
        assert field.about[0].isupper() or field.about.startswith("kliping")
        assert field.about.endswith(".")
        assert "|" not in field.about, "it stands in a table"


@given(articles())
def test_a_value_is_of_its_kind_and_missing_only_where_it_may_be(record: ArticleRecord) -> None:
    fields: tuple[Field, ...] = FIELDS if record.version is None else (*FIELDS, *VERSION_FIELDS)
    for field, value in zip(fields, describe(record, fields).values(), strict=True):
        if value is None:
            assert field.nullable, field.name
        else:
            assert isinstance(value, PYTHON[field.kind]), field.name
        if field.kind is Kind.TIME and value and len(value) > 10:
            assert datetime.fromisoformat(value).tzinfo


@given(articles(), st.sampled_from(Form))
def test_an_object_has_the_fields_of_its_form_in_their_order(
    record: ArticleRecord, form: Form
) -> None:
    values = as_object(record, form, versions=record.version is not None)
    fields = fields_of(form, versions=record.version is not None)
    wanted = [field.name for field in fields if not field.if_any or field.of(record)]
    assert [*values] == wanted
    assert json.loads(json.dumps(values)) == values
