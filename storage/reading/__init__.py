"""The archive, read.

library         articles and their versions
listing         which articles, in which order
rights          what may leave the archive
images          the lead images of articles
captures        what the captures of an article brought
edits           what changed from one version to the next
edit_log        the edits of all articles, the newest first
edit_words      … in the words of a line
story_queries   which articles carry one text
watches         queries whose new hits a person wants to hear of
news            what a watch has to tell
edit_news       … and a watch for edits
"""
