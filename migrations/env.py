"""Run by Alembic: the migrations go through the connection that it is handed.

``storage.database.schema`` does so. It is inside a transaction already, which is committed (or
rolled back whole) there. A migration that changes what is indexed leaves the index empty: behind
the last one it is made anew.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy.orm import Session

from migrations.views import create_views, drop_views
from storage.models import Base
from storage.search import index

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    drop_views(connection)
    context.run_migrations()
    index.fill(Session(connection))
    create_views(connection)
