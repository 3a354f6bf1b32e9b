"""Where an archive is: a file's path, or a server's address; no password is ever printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database.places import ServerAddress, parse_place
from tests.tables import each_row

SECRET = "hunter2secret"


@each_row(
    ("text", "printed"),
    [
        ("postgresql+psycopg://ann:hunter2secret@db.example/news", "ann@db.example/news"),
        ("postgresql://ann:hunter2secret@db.example:5433/news", "ann@db.example:5433/news"),
        ("POSTGRES://ann@db.example/news?sslmode=require", "ann@db.example/news?sslmode=require"),
        ("postgresql:///news", "/news"),
        ("postgresql:///news?host=/var/run/pg&user=a", "/news?host=/var/run/pg&user=a"),
        ("postgresql://a:hunter2secret@[::1]:5432/n", "a@[::1]:5432/n"),
        ("postgresql://a@h1:1,h2:2/n", "a@h1:1,h2:2/n"),
        ("postgresql://a%40b:hunter2%2Fsecret@h/n%20m", "a%40b@h/n%20m"),
        ("postgresql://a@h/n?password=hunter2secret", "a@h/n"),
        ("postgresql://a@h/n?sslpassword=hunter2secret&sslmode=a", "a@h/n?sslmode=a"),
        ("postgresql://a@h?service=news", "a@h/?service=news"),
    ],
)
def test_an_address_without_its_password(text: str, printed: str) -> None:
    place = parse_place(text)
    assert isinstance(place, ServerAddress)
    assert str(place) == f"postgresql+psycopg://{printed}"
    assert "hunter2" not in repr(place)
    assert ("hunter2" in text) == any("hunter2" in one for one in place.parameters().values())
    assert parse_place(str(place)) == place


def test_parameters_are_those_of_libpq() -> None:
    place = parse_place("postgresql://a%40b:p%3Aw@h1:1,h2/n?connect_timeout=3")
    assert isinstance(place, ServerAddress)
    assert place.parameters() == {
        "user": "a@b",
        "password": "p:w",
        "host": "h1,h2",
        "port": "1,",
        "dbname": "n",
        "connect_timeout": "3",
    }


@each_row(
    "text",
    [
        "postgresql://ann:hunter2secret@db.example",
        "postgresql://ann:hunter2secret@db.example/",
        "postgresql://ann:hunter2secret@db.example/a/b",
        "postgresql://ann:hunter2secret@secret@db.example/news",
        "postgresql://ann:hunter2/secret@db.example/news",
        "postgresql://ann:hunter2?secret@db.example/news",
        "postgresql://ann:hunter2#secret@db.example/news",
        "postgresql://ann:hunter2:secret@db.example/news",
        "postgresql://ann:5/hunter2?secret=a@db.example/news",
        "postgresql://ann:hunter2secret@db.example/news?options",
        "postgresql://ann:hunter2secret@db example/news",
        "postgresql://ann:hunter2secret@db.example/news%00",
        "postgresql:ann:hunter2secret@db.example/news",
        "mysql://ann:hunter2secret@db.example/news",
        "sqlite:///hunter2secret.db",
        '"postgresql://ann:hunter2secret@db.example/news"',
        " postgresql://ann:hunter2secret@db.example/news",
        "postgres//ann:hunter2secret@db.example/news",
        "postgresql;//ann:hunter2secret@db.example/news",
        "jdbc:postgresql://db.example/news?user=ann&password=hunter2secret",
        "host=h user=ann password=hunter2secret dbname=news",
    ],
)
def test_what_cannot_be_read_is_not_printed(text: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_place(text)
    assert "hunter2" not in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["news.db", "/srv/news.db", "C:/news.db", "a:b", "./postgresql", "/srv//ann@home/news.db"],
)
def test_all_else_is_a_path(text: str) -> None:
    assert parse_place(text) == Path(text)
    assert parse_place("~/x").is_absolute()  # type: ignore[union-attr]


@given(st.text(), st.text(min_size=1))
def test_any_text_is_a_place_or_refused_without_being_printed(before: str, secret: str) -> None:
    """Whatever stands between the user and the host, escaped or not."""
    for text in (before, f"postgresql://u:{SECRET}{before}@h/n", f"postgresql://u:{secret}@h/n"):
        try:
            place = parse_place(text)
        except ValueError as error:
            assert SECRET not in str(error)
        else:
            assert isinstance(place, Path) or SECRET not in f"{place} {place!r}"
