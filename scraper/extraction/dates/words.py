"""Date words with a value: eras, months of other calendars, words that one language has only.

The kinds are explained in :mod:`scraper.extraction.dates.vocabulary`; ``_`` is a space.
"""

from __future__ import annotations

from scraper.extraction.dates.calendars import ERA_STARTS

_AM, _PM, _NOON, _NIGHT = "am", "pm", "noon", "night"

ERAS: dict[str, tuple[str, int]] = {
    **{era: ("year", start - 1) for era, start in ERA_STARTS.items()},
    "民國": ("year", 1911),
    "民国": ("year", 1911),
    "พศ": ("year", -543),
    "พุทธศักราช": ("year", -543),
    "คศ": ("year", 0),
    "سنة": ("year", 0),
    "ad": ("year", 0),
    "西元": ("year", 0),
    "公元": ("year", 0),
    "西暦": ("year", 0),
    "هـ": ("hijri", 0),
    "ه": ("hijri", 0),
    "ھ": ("hijri", 0),
    "هجري": ("hijri", 0),
    "هجرية": ("hijri", 0),
    "هجریہ": ("hijri", 0),
    "ميلادي": ("year", 0),
    "ميلادية": ("year", 0),
    "میلادی": ("year", 0),
    "ش": ("jalali", 0),
    "شمسی": ("jalali", 0),
    "هش": ("jalali", 0),
    "خورشیدی": ("jalali", 0),
    "ہجری": ("hijri", 0),
    "ء": ("year", 0),
    "ع": ("year", 0),
}
"""Era → the calendar, or ``year`` with what the year counts from."""

_FRENCH_ZONES: dict[str, float | str] = {
    "hne": -5, "hae": -4, "he": "eastern", "hnc": -6, "hac": -5, "hnr": -7, "har": -6,
    "hnp": -8, "hap": -7, "hna": -4, "haa": -3, "hnt": -3.5, "hat": -2.5, "tu": 0,
}  # fmt: skip
_SPANISH_ZONES = {"cot": -5, "pet": -5, "ect": -5, "clt": -4, "vet": -4, "bot": -4}
"""Zones that are words, or months, in other languages."""

WORDS_BY_LANGUAGE: dict[str, dict[str, tuple[str, object]]] = {
    "lt": {"m": ("Y", None), "d": ("D", None), "val": ("k", None), "metų": ("Y", None)},
    "nl": {"u": ("h", None), "uur": ("h", None)},
    "af": {"u": ("h", None), "vm": ("a", _AM), "nm": ("a", _PM)},
    "hu": {"de": ("a", _AM), "du": ("a", _PM), "este": ("a", _PM)},
    "sq": {"md": ("a", _PM), "pd": ("a", _AM)},
    "uk": {"р": ("Y", None), "год": ("h", None)},
    "be": {"г": ("Y", None)},
    "mn": {
        "р": ("o", None),
        "ний": ("o", None),
        "ны": ("o", None),
        "дугаар": ("o", None),
        "дүгээр": ("o", None),
    },
    "mt": {"ta": ("f", None)},
    "is": {"kl": ("k", None)},
    "ur": {"رات": ("a", _NIGHT), "صبح": ("a", _AM), "دوپہر": ("a", _NOON), "شام": ("a", _PM)},
    "fa": {"ظهر": ("a", _NOON), "مه": ("M", 5), "می": ("M", 5)},
    "ko": {"전": ("x", None)},
    "da": {"d": ("f", None), "den": ("f", None)},
    "vi": {"ba": ("x", None), "giờ": ("h", None), "sa": ("a", _AM), "ch": ("a", _PM)},
    "tl": {"umaga": ("a", _AM)},
    "ms": {"ptg": ("a", _PM), "pg": ("a", _AM), "tgh": ("a", _NOON), "mlm": ("a", _NIGHT)},
    "tr": {"ös": ("a", _PM), "öö": ("a", _AM)},
    "zh": {"晚": ("a", _NIGHT), "早": ("a", _AM)},
    "sw": {"asubuhi": ("a", _AM), "mchana": ("a", _NOON), "jioni": ("a", _PM)},
    **{code: {"v": ("k", None)} for code in ("cs", "sk", "sl")},
    "yo": {"oṣù": ("f", None), "ọjọ́": ("f", None)},
    "en": {"awst": ("Z", 8)},
    "fi": {"klo": ("k", None)},
    "ne": {"गते": ("D", None), "साल": ("Y", None), "वि सं": ("f", None), "बिहान": ("a", _AM)},
    "fr": {name: ("Z", hours) for name, hours in _FRENCH_ZONES.items()},
    "es": {name: ("Z", hours) for name, hours in _SPANISH_ZONES.items()},
}

_ARABIC_HIJRI = (
    "محرم|صفر|ربيع_الأول,ربيع_أول|ربيع_الآخر,ربيع_الثاني,ربيع_ثاني|جمادى_الأولى,جمادى_الاول|"
    "جمادى_الآخرة,جمادى_الثانية,جمادى_الآخر|رجب|شعبان|رمضان|شوال|ذو_القعدة,ذي_القعدة,ذوالقعدة,"
    "ذوالقعده|ذو_الحجة,ذي_الحجة,ذوالحجة,ذوالحجه"
)
_INDONESIAN_HIJRI = (
    "muharram|safar,shafar|rabiul_awal,rabi'ul_awal|rabiul_akhir,rabi'ul_akhir|jumadil_awal,"
    "jumadal_ula|jumadil_akhir,jumadal_akhirah|rajab|syaban,sya'ban|ramadan,ramadhan|syawal,"
    "syawwal|zulkaidah,dzulqa'dah,dzulkaidah|zulhijah,dzulhijjah,zulhijjah"
)
_JALALI = "فروردین|اردیبهشت|خرداد|تیر|مرداد,امرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند"
_AFGHAN = (
    "حمل,وری,وريى|ثور,غويى|جوزا,غبرگولی|سرطان,چنگاښ|اسد,زمری|سنبله,وږی|میزان,تله|عقرب,لړم|"
    "قوس,لیندۍ|جدی,مرغومی|دلو,سلواغه|حوت,کب"
)
_BANGLA = "বৈশাখ|জ্যৈষ্ঠ|আষাঢ়|শ্রাবণ|ভাদ্র|আশ্বিন|কার্তিক|অগ্রহায়ণ|পৌষ|মাঘ|ফাল্গুন|চৈত্র"
_BIKRAM = (
    "वैशाख,बैशाख,बैसाख|जेठ,जेष्ठ,ज्येष्ठ|असार,आषाढ,अषाढ|साउन,श्रावण,सावन|भदौ,भाद्र|असोज,आश्विन|"
    "कात्तिक,कार्तिक,कातिक|मंसिर,मङ्सिर,मङ्सीर,मार्ग|पुस,पुष,पौष|माघ|फागुन,फाल्गुन|चैत,चैत्र"
)
_ETHIOPIAN = (
    "መስከረም|ጥቅምት|ኅዳር,ህዳር,ሕዳር|ታኅሣሥ,ታህሳስ,ታኅሳስ|ጥር|የካቲት|መጋቢት|ሚያዝያ,ሚያዚያ|ግንቦት|ሰኔ|ሐምሌ,ሀምሌ|"
    "ነሐሴ,ነሀሴ|ጳጉሜን,ጳጉሜ,ጳጉሜ_ን"
)


def _months_of(calendar: str, names: str) -> dict[str, tuple[str, int]]:
    return {
        name: (calendar, number)
        for number, spellings in enumerate(names.split("|"), 1)
        for name in spellings.split(",")
    }


OTHER_CALENDARS: dict[str, dict[str, tuple[str, int]]] = {
    "ar": _months_of("hijri", _ARABIC_HIJRI),
    "id": _months_of("hijri-sighted", _INDONESIAN_HIJRI),
    "fa": _months_of("jalali", _JALALI),
    "ps": _months_of("jalali", _AFGHAN),
    "bn": _months_of("bangla", _BANGLA),
    "am": _months_of("ethiopian", _ETHIOPIAN),
    "ne": _months_of("bikram", _BIKRAM),
}
"""By language: month → (calendar, number). ``hijri-sighted`` starts its months by local sighting:
known as a date, so that it is not taken for another, but never converted."""
