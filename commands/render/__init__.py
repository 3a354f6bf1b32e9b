"""What commands show: for people on a terminal, as tab-separated lines, as JSON.

articles     articles, sources, times
edits        edits and versions
diff         two versions side by side
provenance   where a value was found, in a reader's words
advice       what a person can do about each reason
counting     how far long work is; numbers and sizes
cleaning     strings that a page gave, made safe for a terminal
quoting      words of a command that a person copies into a shell
"""
