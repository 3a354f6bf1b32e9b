"""Whether a source is well: its own past says what to expect.

source_health   the rules, and all alarms of a source
poll_health     whether it is read at all, by its polls
page_health     what becomes of its pages
causes          what went wrong with one page or one poll
"""
