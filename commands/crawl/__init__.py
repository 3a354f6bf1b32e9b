"""Pages in: ``crawl``, ``fetch``, ``import``, and what crawls did.

acquire        ``fetch`` and ``crawl``: their options
run            one run over what is due
lock           at most one at a time works on a database
signals        SIGINT, SIGTERM and SIGHUP meanwhile
progress       what is shown while it goes on
summary        what it says of itself at the end
fetch_one      pages because a person asked for them
importing      ``import``: each file in turn, from where it was left
import_tally   what came of a file
runs           what past crawls did
coverage       what was listed against what was filed
schedule       how cron or systemd calls the crawl
"""
