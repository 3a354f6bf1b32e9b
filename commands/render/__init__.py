"""What commands show: for people on a terminal, as tab-separated lines, as JSON.

columns      records as a table, as lines, as JSON: one declaration of their columns
articles     articles, in a list and whole
sources      sources in a list
edits        edits and versions
diff         two versions side by side
provenance   where a value was found, in a reader's words
advice       what a person can do about each reason
values       times, numbers and sizes
counting     how far long work is
rich_output  tables and paragraphs on a terminal
cleaning     strings that a page gave, made safe for a terminal
quoting      words of a command that a person copies into a shell
"""
