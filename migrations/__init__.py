"""The archive's schema, as a log of migrations that Alembic runs (see ``storage.schema``)."""
