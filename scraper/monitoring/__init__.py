"""Whether a source is well: its own past says what to expect.

alarms          what is judged, and what comes out
poll_health     whether it is read at all, by its polls
source_health   what becomes of its pages
change_points   since when a share of bad ones is another one
"""
