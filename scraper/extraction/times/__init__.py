"""When the article was published and modified: ``extract_times``.

stated       metadata and the address     visible, elements  what readers are shown
choosing     which of them to believe     words              labels: published, updated
assumed_zone where a printed time states none
"""

from scraper.extraction.times.assumed_zone import assume_zone
from scraper.extraction.times.choosing import Times, extract_times
from scraper.extraction.times.stated import Setting

__all__ = ["Setting", "Times", "assume_zone", "extract_times"]
