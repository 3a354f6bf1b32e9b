"""A printed date as a value: ``parse_date``.

parsing      the order of attempts        tokens, text       the text cut into words and numbers
forms        shapes of whole dates        vocabulary         month names, eras, particles
order        day or month first           zones, clock       times of day and their zones
relative     "28 minutes ago"             calendars          Jalali, Hijri, Buddhist, eras
hints        what is worth an attempt     labels             published or updated
"""

from scraper.extraction.dates.parsing import ParsedDate, parse_date, read_iso

__all__ = ["ParsedDate", "parse_date", "read_iso"]
