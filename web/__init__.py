"""The reading room: an archive in a browser, rendered on the server.

serve     ``kliping serve``
app       the application: routes, and what is answered where something is wrong
guard     what keeps a reader safe: hosts, headers, sizes
archive   the archive at hand: opened to read, opened anew where its file was replaced
acts      who may act (``door``: tokens, passwords, sessions), and what was asked for, carried out
          as the command that does it (``jobs``)
acting    a form that was sent, and whether it may be heeded
site      what is served, and how a page asks for it
asked     what a request to search asks for, as an address has it; ``beside``: what stands beside
          the articles of a list
pages     a module for each family of pages
feed      any query as a feed, or as a file
api       the archive as JSON, for programs; described by ``openapi``
render    templates, and what they call; ``charts``: bars for them
"""
