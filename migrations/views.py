"""The SQL views that kliping promises to people who come with SQL (docs/sql.md).

They are no part of any revision: ``env`` takes them down before the migrations run and makes them
anew after, so that a migration may change the tables that they read. A column of theirs is never
renamed or taken away.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from storage.database.schema import VIEWS


def drop_views(connection: Connection) -> None:
    for name in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))


def create_views(connection: Connection) -> None:
    spelling = _Sqlite() if connection.dialect.name == "sqlite" else _Postgres()
    for statement in (_articles(spelling), _versions(spelling), _edits(spelling)):
        connection.exec_driver_sql(statement)


class _Sqlite:
    """What a value is called in SQLite, where times are kept as text in UTC."""

    def time(self, column: str) -> str:
        return f"replace(substr({column}, 1, 19), ' ', 'T') || 'Z'"

    def local_day(self, column: str, offset: str) -> str:
        return f"date({column}, coalesce({offset}, 0) || ' seconds')"

    def joined(self, column: str) -> str:
        return f"(SELECT group_concat(value, '; ') FROM json_each({column}))"


class _Postgres:
    """The same on a server."""

    def time(self, column: str) -> str:
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""

    def local_day(self, column: str, offset: str) -> str:
        local = f"{column} AT TIME ZONE 'UTC' + make_interval(secs => coalesce({offset}, 0))"
        return f"to_char({local}, 'YYYY-MM-DD')"

    def joined(self, column: str) -> str:
        pieces = f"json_array_elements_text({column}) WITH ORDINALITY AS piece (value, place)"
        return f"(SELECT string_agg(value, '; ' ORDER BY place) FROM {pieces})"


_Spelling = _Sqlite | _Postgres


def _articles(spelled: _Spelling) -> str:
    return f"""
        CREATE VIEW articles AS
        SELECT article.id AS id,
               article.site AS site,
               article.url AS url,
               {_content(spelled)},
               version.site_name AS site_name,
               version.image_url AS image_url,
               {spelled.time("article.first_seen_at")} AS first_seen_at,
               {spelled.time("article.last_checked_at")} AS last_checked_at,
               (SELECT count(*) FROM version AS one
                 WHERE one.article_id = article.id AND one.accepted AND one.cause = 'publisher')
               AS versions,
               article.duplicate_of AS duplicate_of,
               article.story_id AS story_id,
               version.body AS body
          FROM article JOIN version ON version.id = article.current_version_id
         WHERE article.verdict = 'article'
        """


def _versions(spelled: _Spelling) -> str:
    return f"""
        CREATE VIEW versions AS
        SELECT version.id AS id,
               version.article_id AS article_id,
               {_number("version")} AS number,
               {spelled.time("version.first_seen_at")} AS seen_at,
               {spelled.time("version.fetched_at")} AS fetched_at,
               version.url AS url,
               version.cause AS cause,
               version.accepted AS accepted,
               version.reason AS reason,
               coalesce(article.current_version_id = version.id, false) AS is_current,
               {_content(spelled)},
               version.extractor_version AS extractor_version,
               version.body AS body
          FROM version JOIN article ON article.id = version.article_id
        """


def _edits(spelled: _Spelling) -> str:
    return f"""
        CREATE VIEW edits AS
        SELECT version.article_id AS article_id,
               {_number("version")} AS number,
               {_number("base")} AS compared_with,
               {spelled.time("version.first_seen_at")} AS seen_at,
               version.url AS url,
               version.cause AS cause,
               {spelled.joined("edit.kinds")} AS kinds,
               edit.stealth AS stealth,
               edit.summary AS summary
          FROM edit
          JOIN version ON version.id = edit.version_id
          JOIN version AS base ON base.id = edit.base_id
        """


def _content(spelled: _Spelling) -> str:
    """What a version says, but its text, which stands last in a row."""
    day = spelled.local_day("version.published_at", "version.published_offset")
    return f"""
               version.title AS title,
               version.byline AS byline,
               {spelled.joined("version.authors")} AS authors,
               {spelled.time("version.published_at")} AS published_at,
               substr({day}, 1, CASE version.published_precision
                                WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END)
               AS published_on,
               {spelled.time("version.modified_at")} AS modified_at,
               version.language AS language,
               version.section AS section,
               {spelled.joined("version.tags")} AS tags""".strip()


def _number(version: str) -> str:
    """Its place among the versions of its article, from 1."""
    return f"""(SELECT count(*) FROM version AS one
                 WHERE one.article_id = {version}.article_id AND one.id <= {version}.id)"""
