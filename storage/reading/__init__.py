"""The archive, read.

library         articles and their versions
listing         which articles, in which order
rights          what may leave the archive
images          the lead images of articles
captures        what the captures of an article brought
edits           what changed from one version to the next
past            … of one article, and which change of it is asked for
edit_log        the edits of all articles, the newest first, and what a watch tells of them
edit_words      … in the words of a line
story_queries   which articles carry one text
marks           what stands beside an article in a list
stats           figures of an archive, or of what a query finds
watches         queries whose new hits a person wants to hear of
news            what a watch has to tell
"""
