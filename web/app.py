"""The application: which page is where, and what is answered where something is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from scraper.errors import KlipingError
from web import api, feed, openapi
from web.acting import act
from web.guard import Guard
from web.pages import (
    article,
    desk,
    diff,
    edits,
    front,
    image,
    login,
    search,
    snapshot,
    sources,
    stats,
    stories,
    watches,
)
from web.problems import explain_archive, explain_fault, explain_refusal
from web.site import Site

AT_ONCE = 8
"""Pages that are made at a time; the others wait for their turn."""
STATIC = Path(__file__).parent / "static"

PAGES = [
    Route("/", front.show_latest),
    Route("/search", search.show_search),
    Route("/keys", front.show_keys),
    Route("/articles/{id:int}", article.show_article),
    Route("/articles/{id:int}/diff", diff.show_diff),
    Route("/articles/{id:int}/image", image.show_image),
    Route("/articles/{id:int}/snapshot", snapshot.show_snapshot),
    Route("/stories", stories.show_stories),
    Route("/stories/{id:int}", stories.show_story),
    Route("/edits", edits.show_edits),
    Route("/watches", watches.show_watches),
    Route("/watches/{id:int}", watches.show_watch),
    Route("/sources", sources.show_sources),
    Route("/sources/{id:int}", sources.show_source),
    Route("/runs", sources.show_runs),
    Route("/stats", stats.show_stats),
]
PROGRAMS = [
    Route("/api/v1/openapi.json", openapi.describe),
    Route("/api/v1/articles", api.list_articles),
    Route("/api/v1/articles/{id:int}", api.give_article),
    Route("/api/v1/articles/{id:int}/versions", diff.list_versions),
    Route("/api/v1/articles/{id:int}/diff", diff.give_diff),
    Route("/api/v1/stories", stories.list_stories),
    Route("/api/v1/stories/{id:int}", stories.give_story),
    Route("/api/v1/edits", edits.give_edits),
    Route("/api/v1/sources", sources.list_sources),
    Route("/api/v1/sources/{id:int}", sources.give_source),
    Route("/api/v1/runs", sources.list_runs),
    Route("/api/v1/stats", stats.give_stats),
    Route("/stats.csv", stats.give_csv),
    Route("/feed.atom", feed.give_feed),
    Route("/export/{format}", feed.give_export),
    Route("/healthz", api.tell_health),
]


ACTS = [
    Route("/login", login.show_login),
    Route("/login", login.log_in, methods=["POST"]),
    Route("/logout", act(login.log_out), methods=["POST"]),
    Route("/desk", desk.show_desk),
    Route("/clip", desk.show_clip),
    Route("/clip", act(desk.clip), methods=["POST"]),
    Route("/jobs/{id:int}", desk.show_job),
    Route("/sources/add", act(desk.add_source), methods=["POST"]),
    Route("/sources/{id:int}/{what:str}", act(desk.change_source), methods=["POST"]),
    Route("/watches/add", act(desk.add_watch), methods=["POST"]),
    Route("/watches/remove", act(desk.remove_watch), methods=["POST"]),
]
"""Only with ``--write``."""


def make_app(site: Site) -> ASGIApp:
    """Everything that is served of one archive."""
    app = Starlette(
        routes=[
            *PAGES,
            *PROGRAMS,
            *(ACTS if site.acting else ()),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        exception_handlers={
            HTTPException: explain_refusal,
            KlipingError: explain_archive,
            Exception: explain_fault,
        },
        lifespan=_live,
    )
    app.state.site = site
    return Guard(app, site.hosts, site.root_path)


@asynccontextmanager
async def _live(app: Starlette) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = AT_ONCE
    yield
    if acting := app.state.site.acting:
        acting.jobs.close()
