"""Run by Alembic: the migrations go through the connection that it is handed.

``storage.database.schema`` does so. It is inside a transaction already, which is committed (or
rolled back whole) there.
"""

from __future__ import annotations

from alembic import context

from migrations.views import create_views, drop_views
from storage.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    drop_views(connection)
    context.run_migrations()
    create_views(connection)
