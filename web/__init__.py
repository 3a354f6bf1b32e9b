"""The reading room: an archive in a browser, rendered on the server.

app       the application: routes, and what every answer has
guard     what keeps a reader safe: hosts, headers, sizes
archive   the archive at hand: opened to read, opened anew where its file was replaced
serve     ``kliping serve``
pages     a module for each family of pages
api       the same as JSON, for programs
render    templates, and what they call
"""
