"""What is asked of the web, and when: a run, its polls and its visits.

discover    what a site offers to follow
sources     what an address is, and what it lists
run         which hosts are due, and a visit to each
polling     a source read: news, backlog, gaps
visit       one host: its pages fetched in order
saving      captures saved in order, together where they are ready
quota       how many more articles the run may file
stored      how much each source has added to the archive
fetch_one   one page because a person asked for it
at_once     many of these, at several hosts at the same time
"""
