"""The archive's schema, as a log of migrations (Alembic runs them: ``storage.database.schema``)."""
