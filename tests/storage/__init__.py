"""The archive on real SQLite files, from several processes where it matters."""
