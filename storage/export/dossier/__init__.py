"""A dossier: articles with all their versions, edits and digests in one HTML file that proves
itself. ``data`` gathers it as plain JSON, ``page`` makes the file of that alone, ``check`` finds
what was changed in one: the file must be what ``page`` makes of the data that it carries.
"""
