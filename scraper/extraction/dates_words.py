"""Date words that no table of month names has, as newspapers print them. ``_`` is a space.

The kinds are explained in :mod:`scraper.extraction.dates_vocabulary`, which folds the words.
"""

from __future__ import annotations

from scraper.extraction.calendars import ERA_STARTS

_AM, _PM, _NOON, _NIGHT = "am", "pm", "noon", "night"

_PARTS_OF_DAY = {
    _AM: "오전 পূর্বাহ্ন 午前 上午 凌晨 早上 清晨 早晨 पूर्वाह्न सुबह সকাল এএম ভোর ص صباحا صباحًا ق·ظ قظ ققظ "
    "πμ पहाटे सकाळी ఉదయం காலை ಬೆಳಿಗ್ಗೆ രാവിലെ ਸਵੇਰੇ સવારે පෙව පෙ_ව sáng pagi subuh "
    "prapasdite paradite ጠዋት утра ранку ráno rano dopoledne délelőtt öö sabah بامداد صبح "
    "เช้า öğleden_önce ב·בוקר בבוקר ante_meridiem 새벽 ព្រឹក ເຊົ້າ နံနက် de_la_mañana da_manhã "
    "del_mattino du_matin nachts_um",
    _PM: "오후 অপরাহ্ন 午後 下午 傍晚 शाम अपराह्न বিকেল বিকাল পিএম সন্ধ্যা م مساء مساءً ب·ظ بظ بعدازظهر "
    "μμ సాయంత్రం மாலை ಸಂಜೆ വൈകുന്നേരം വൈകിട്ട് ਸ਼ਾਮ સાંજે පව ප_ව chiều petang sore tối "
    "pasdite mbasdite ከሰዓት вечера вечора odpoledne délután عصر abends nachmittags "
    "öğleden_sonra בערב post_meridiem ល្ងាច ແລງ ညနေ de_la_tarde da_tarde do_pomeriggio "
    "del_pomeriggio de_l'après-midi du_soir hapon soir",
    _NOON: "दोपहर দুপুর দুপুরে ظهر ظهرا ظهرًا trưa 中午 正午 낮 정오 दुपारी மதியம் మధ్యాహ్నం "
    "ಮಧ್ಯಾಹ್ನ ഉച്ചയ്ക്ക് ਦੁਪਹਿਰ બપોરે siang tengah_hari tengahari tanghali",
    _NIGHT: "रात রাত রাতে 밤 夜 晚上 深夜 夜间 रात्री இரவு రాత్రి ರಾತ್ರಿ രാത്രി ਰਾਤ રાત્રે đêm "
    "malam gabi ночи ليلا ليلًا شب ráo de_la_noche da_noite noche รात",
}

WORDS: dict[str, str | dict[str, object]] = {
    "f": "de del di do da of the la el los den der le van d' من في ng ika ika- ya tarehe siku "
    "the_month_of bulan ke وال ال de_l' m-a و",
    "Y": "年 년 năm ปี оны он год года году г р рік року році жыл жылғы жылы жылдын жылдың yil yili "
    "yilning йил йили gada gads gadā évi წელი წლის թ թվականի թվականին il ilin ili ឆ្នាំ ປີ "
    "årg ciku ခုနှစ် වර්ෂය වසර سال عام سنة ዓ·ም ዓም ዓመተ_ምህረት година годину urteko јил "
    "годы ж жж h. ஆம்_ஆண்டு ఆండు",
    "m": "月 월 tháng сарын сар เดือน ເດືອນ ខែ លេខ_ខែ 月份",
    "D": "日 일 号 號 ngày วันที่ ที่ ວັນທີ ថ្ងៃទី ថ្ងៃ өдөр өдрийн өдрийг ቀን ရက် ရက်နေ့ päivä diena "
    "দিন তারিখ तारीख يوم datum",
    "E": {
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
    },
    "k": "at um alle ore kl klo kello klokken klockan pukul jam om ob u o в у о à às as las a saat "
    "ساعت الساعة بساعة بتوقيت בשעה lúc vào hồi เวลา เมื่อ 시각 pada plkst val orë ora godz godzina "
    "g ώρα ώρες στις kell ժամը ժամ სთ საათზე სათი t den_kl saa את ساعة عند vid @ को पर समय কে "
    "সময় সময়: বেলা ที่เวลา cu hod hodin ve voor im hora horas heure heures время ساعہ بوقت "
    "a_las a_la à_las às_as alle_ore om_klockan ngoras o_godz",
    "h": "uhr h hs hr hrs hours ч час часа часов ур น 시 時 时 点 點 बजे बजकर uur heures heure "
    "hora horas óra órakor ساعة ဝ နာရី நேரம் മണി മണിക്ക് గంటలకు ਵਜੇ વાગ્યે ঘটিকা ঘটিকায় টা "
    "বাজে वाजता மணி",
    "i": "分 분 min mn mnt minut minuta phút นาที мин хв minutos minutes मिनट মিনিট",
    "s": "秒 초 sec sek сек giây วินาที",
    "a": {word: part for part, words in _PARTS_OF_DAY.items() for word in words.split()},
    "J": "just_now moments_ago now a_moment_ago baru_saja barusan baru_tadi sebentar_tadi "
    "sekarang vừa_xong vừa_mới ngay_bây_giờ เมื่อสักครู่ เมื่อครู่ ngayon_lang अभी अभी_अभी "
    "এইমাত্র الآن قبل_قليل منذ_قليل منذ_لحظات همین_الان لحظاتی_پیش هم_اکنون たった今 今 刚刚 剛剛 "
    "刚才 剛才 방금 방금_전 지금 только_что сейчас щойно токущо току-що upravo_sada upravo "
    "právě_teď práve_teraz przed_chwilą teraz éppen_most most μόλις_τώρα τώρα az_önce şimdi "
    "biraz_önce indicə indi қазір ახლახან հենց_նոր הרגע עכשיו አሁን gerade_eben soeben jetzt "
    "zojuist zonet net_nu nou_net lige_nu akkurat_nå nettopp nyss just_nu rétt_í_þessu juuri_nyt "
    "äsken äsja tikko ką_tik à_l'instant maintenant il_y_a_un_instant ahora ahora_mismo "
    "hace_un_momento justo_ahora agora agora_mesmo há_instantes adesso proprio_ora poco_fa ara "
    "ara_mateix agora_mesmo orain oraintxe acum chiar_acum nawr tani sasa sasa_hivi hivi_punde "
    "yanzu abhi ابھی ابھی_ابھی hace_instantes",
    "P": "published publish posted issued terbit diterbitkan tayang ditayangkan dipublikasikan "
    "dipublikasi diposting penerbitan disiarkan diterbitkan_pada nai-publish publié publiée "
    "publicado publicada pubblicato pubblicata publicat veröffentlicht erschienen gepubliceerd "
    "geplaatst publicerad publicerat publisert publiceret offentliggjort julkaistu avaldatud "
    "publicēts paskelbta опубликовано опубликован опубликована дата_публикации опубліковано "
    "публикувано објављено objavljeno objavljen zveřejněno publikováno zverejnené publikované "
    "opublikowano data_publikacji közzétéve megjelent δημοσιεύτηκε δημοσίευση δημοσιεύθηκε giriş "
    "yayınlanma yayınlandı yayın oluşturma eklenme dərc_olunub жарияланды გამოქვეყნდა "
    "հրապարակված פורסם תאריך_פרסום ตีพิมพ์ เผยแพร่ เผยแพร่เมื่อ โพสต์ đăng ngày_đăng xuất_bản "
    "प्रकाशित पब्लिश प्रकाशन প্রকাশ প্রকাশিত প্রকাশঃ வெளியிடப்பட்டது ప్రచురణ ಪ್ರಕಟಿಸಲಾಗಿದೆ പ്രസിദ്ധീകരിച്ചത് "
    "شائع اشاعت نشر نُشر منشور تاريخ_النشر انتشار منتشر تاریخ_انتشار 公開 公開日 掲載 配信 発表 発行 "
    "投稿 投稿日 发布 发布时间 發布 發佈 發布時間 发表 發表 发布于 입력 기사입력 등록 게재 발행 작성 "
    "송고 송고시간 보도 objavljeno_ imechapishwa yayimlandi",
    "V": "updated update modified revised edited amended diperbarui diperbaharui diupdate "
    "dimutakhirkan pembaruan dikemaskini kemaskini na-update aktualisiert aktualisierung "
    "geändert geupdatet bijgewerkt gewijzigd actualisé modifié mis_à_jour mise_à_jour "
    "actualizado actualizada actualización modificado atualizado atualizada atualização "
    "aggiornato aggiornata aggiornamento modificato actualitzat actualitzada actualizat "
    "uppdaterad uppdaterat opdateret oppdatert endret päivitetty muokattu uuendatud atjaunots "
    "atnaujinta обновлено обновлен обновление изменено изменен оновлено змінено обновена "
    "обновено ажурирано ažurirano izmenjeno posodobljeno aktualizováno upraveno aktualizované "
    "zaktualizowano aktualizacja frissítve módosítva frissült ενημερώθηκε ενημέρωση "
    "τελευταία_ενημέρωση güncelleme güncellendi güncellenme yenilənib жаңартылды განახლდა "
    "թարմացված עודכן עדכון עדכון_אחרון อัปเดต อัพเดท แก้ไข cập_nhật sửa अपडेट अपडेटेड संशोधित "
    "আপডেট হালনাগাদ புதுப்பிக்கப்பட்டது నవీకరణ ಅಪ್ಡೇಟ್ അപ്ഡേറ്റ് تحديث آخر_تحديث عدلت محدث به‌روزرسانی "
    "بروزرسانی بروز_رسانی اپ_ڈیٹ 更新 最終更新 最后更新 最後更新 修改 수정 기사수정 최종수정 업데이트 "
    "최종_수정 최종_업데이트 imesasishwa përditësuar",
}

WORDS_BY_LANGUAGE: dict[str, dict[str, tuple[str, object]]] = {
    "lt": {"m": ("Y", None), "d": ("D", None), "val": ("k", None), "metų": ("Y", None)},
    "nl": {"u": ("h", None), "uur": ("h", None)},
    "af": {"u": ("h", None), "vm": ("a", _AM), "nm": ("a", _PM)},
    "hu": {"de": ("a", _AM), "du": ("a", _PM), "este": ("a", _PM)},
    "sq": {"md": ("a", _PM), "pd": ("a", _AM)},
    "uk": {"р": ("Y", None), "год": ("h", None)},
    "be": {"г": ("Y", None)},
    "mn": {"р": ("o", None), "ний": ("o", None), "ны": ("o", None)},
    "is": {"kl": ("k", None)},
    "ur": {"رات": ("a", _NIGHT), "صبح": ("a", _AM), "دوپہر": ("a", _NOON), "شام": ("a", _PM)},
    "fa": {"ظهر": ("a", _NOON), "مه": ("M", 5), "می": ("M", 5)},
    "ko": {"전": ("x", None)},
    "vi": {"ba": ("x", None), "giờ": ("h", None)},
    "da": {"d": ("f", None), "den": ("f", None)},
    "fi": {"klo": ("k", None)},
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
}
"""By language: month → (calendar, number). ``hijri-sighted`` starts its months by local sighting:
known as a date, so that it is not taken for another, but never converted."""

DAY_WORDS: dict[str, dict[int, list[str]]] = {
    language: {
        days: words.split()
        for days, words in enumerate(line.split("|"))
    }
    for language, line in {
        "en": "today|yesterday|the_day_before_yesterday",
        "id": "hari_ini|kemarin|kemarin_lusa kemarin_dulu dua_hari_lalu",
        "ms": "hari_ini|semalam kelmarin|",
        "tl": "ngayon ngayong_araw|kahapon|",
        "th": "วันนี้|เมื่อวานนี้ เมื่อวาน|เมื่อวานซืน",
        "vi": "hôm_nay|hôm_qua|hôm_kia",
        "hi": "आज|कल बीते_कल|परसों",
        "mr": "आज|काल|", "ne": "आज|हिजो|", "bn": "আজ আজকে|গতকাল|গত_পরশু",
        "ta": "இன்று|நேற்று|", "te": "ఈరోజు నేడు|నిన్న|", "kn": "ಇಂದು|ನಿನ್ನೆ|", "ml": "ഇന്ന്|ഇന്നലെ|",
        "pa": "ਅੱਜ|ਕੱਲ੍ਹ ਬੀਤੇ_ਕੱਲ੍ਹ|", "gu": "આજે|ગઈકાલે ગઇકાલે|", "si": "අද|ඊයේ|",
        "ur": "آج|گزشتہ_روز|", "ar": "اليوم|أمس البارحة بالأمس|أول_أمس",
        "fa": "امروز|دیروز|پریروز", "ps": "نن|پرون|", "ku": "îro|duh|", "ckb": "ئەمڕۆ|دوێنێ|",
        "ja": "今日 本日 きょう|昨日 きのう|一昨日 おととい", "zh": "今天 今日|昨天 昨日|前天",
        "ko": "오늘|어제|그제 그저께", "ru": "сегодня|вчера|позавчера",
        "uk": "сьогодні|вчора учора|позавчора", "be": "сёння|учора|", "bg": "днес|вчера|завчера",
        "mk": "денес|вчера|", "sr": "данас danas|јуче juče|прекјуче prekjuče", "hr": "danas|jučer|prekjučer",
        "sl": "danes|včeraj|predvčerajšnjim", "sk": "dnes|včera|predvčerom", "cs": "dnes|včera|předevčírem",
        "pl": "dziś dzisiaj|wczoraj|przedwczoraj", "hu": "ma|tegnap|tegnapelőtt",
        "el": "σήμερα|χθες χτες εχθές|προχθές", "tr": "bugün|dün|evvelsi_gün",
        "az": "bu_gün bugün|dünən|", "kk": "бүгін|кеше|", "ky": "бүгүн|кечээ|", "uz": "bugun бугун|kecha кеча|",
        "mn": "өнөөдөр|өчигдөр|", "ka": "დღეს|გუშინ|", "hy": "այսօր|երեկ|",
        "he": "היום|אתמול|שלשום", "am": "ዛሬ|ትናንት|", "my": "ယနေ့ ဒီနေ့|မနေ့က|", "km": "ថ្ងៃនេះ|ម្សិលមិញ|",
        "lo": "ມື້ນີ້|ມື້ວານນີ້ ມື້ວານ|", "de": "heute|gestern|vorgestern", "nl": "vandaag|gisteren|eergisteren",
        "af": "vandag|gister|eergister", "da": "i_dag|i_går|i_forgårs", "sv": "i_dag idag|i_går igår|i_förrgår",
        "no": "i_dag|i_går|i_forgårs", "is": "í_dag|í_gær|í_fyrradag", "fi": "tänään|eilen|toissapäivänä",
        "et": "täna|eile|üleeile", "lv": "šodien|vakar|aizvakar", "lt": "šiandien|vakar|užvakar",
        "fr": "aujourd'hui|hier|avant-hier", "es": "hoy|ayer|anteayer antier", "pt": "hoje|ontem|anteontem",
        "it": "oggi|ieri|l'altro_ieri", "ca": "avui|ahir|abans-d'ahir", "gl": "hoxe|onte|antonte",
        "eu": "gaur|atzo|herenegun", "ro": "astăzi azi|ieri|alaltăieri", "cy": "heddiw|ddoe|echdoe",
        "sq": "sot|dje|pardje", "sw": "leo|jana|juzi", "ha": "yau|jiya|shekaranjiya",
        "so": "maanta|shalay|", "mt": "illum|ilbieraħ|",
    }.items()
}  # fmt: skip
"""By language: today, yesterday, the day before."""
