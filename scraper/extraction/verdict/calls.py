# ruff: noqa: E501 - a language's words read best on one line
"""What stands under a text that goes on behind a wall: a call to log in, to register, to pay.

Such a line refuses no page: many sites put one under all of a text. But over a text that has lost
its end since the last fetch it is evidence of a paywall, whatever is left of it, so an ``Article``
notes what its page says there (see ``storage.text.quality``). Hence the lists may be looser than
those of ``phrases``: a word for reading on, and one for what it takes, in one short line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.extraction.body import Body, Layout
from scraper.extraction.cleaning import measure_text
from scraper.extraction.verdict.phrasebook import Phrasebook, Row
from scraper.extraction.verdict.phrases import PAYWALL, SUBSCRIBED

MAX_CALL = 250
"""Characters of a spaced script. A longer paragraph may only mention one."""
LAST_BLOCKS = 10
"""A wall may list its plans and what they hold."""
RUNS_BEHIND = 5
"""Right behind the text; farther down is the site's own advertising."""


def _both(language: str, needs: str, goes_on: str) -> Row:
    """Both words in one line, in any order. ``needs``: plain words parted by ``|``."""
    gap = r"[^\n]{0,30}" if language in ("th", "zh", "ja") else r"[^\n]{0,120}"
    words = "|".join(map(re.escape, needs.split("|")))
    return (language, needs, rf"(?:{words}){gap}(?:{goes_on})|(?:{goes_on}){gap}(?:{words})")


# fmt: off
_GOES_ON = Phrasebook(
    _both("en", "subscri|log in|login|sign in|sign up|register|an account|free account|your account|member|choose a plan|free trial|day trial|free articles|monthly limit|upgrade|support us|support our", r"continu|\breading|read (?:more|on|the|this)|to read|keep |\bfull |rest of|\bwhole|finish|unlimited|unlock|\bview |see (?:it )?all|full access"),
    _both("de", "abo |abo.|abo:|abos|abonn|anmeld|melden sie sich|einlogg|registrier|konto|mitglied|testen|freischalt|probemonat|login", r"weiter ?(?:zu)?lesen|weiter geht|vollständig|ganzen? (?:text|artikel|beitrag)|\blesen|vorbehalten|exklusiv|zugang|zugriff"),
    _both("fr", "abonn|connect|inscri|un compte|adhér|offre|essai", r"\blire\b|lecture|la suite|intégral|poursui|continu|réserv|accéd|accès"),
    _both("es", "suscri|suscrí|inicia sesión|iniciar sesión|regístr|registr|cuenta|socio|abonad", r"leyendo|\bleer|lectura|seguir|continua|complet[oa]|\bacced|\bacceso|contenido|exclusiv"),
    _both("pt", "assin|login|entrar|entre com|cadastr|conta |conta.|regist", r"\blendo|\bleia|\bler\b|leitura|continu[ae]|complet[oa]|íntegra|\bacess|conteúdo|exclusiv"),
    _both("it", "abbon|accedi|registra|account|prova gratuita|login", r"\blegger|\bleggi|lettura|continua|completo|intero|integral|\baccedere|contenuto|riservat"),
    _both("nl", "abonne|inlog|log in|registr|account|lid |leden|proef", r"\blezen|\blees|verder|volledig|\bhele |exclusief|toegang"),
    _both("id", "langganan|masuk|daftar|akun|pelanggan|login", r"\b(?:mem)?baca|lanjut|selengkapnya|lengkap|konten|artikel|akses"),
    _both("pl", "zaloguj|zarejestruj|subskry|prenumer|abonament|konto|załóż", r"czyta[jćn]|dalej|cał[yoae]|pełn|treść|dostęp"),
    _both("cs", "předpl|predpl|přihlas|prihlás|registr|účet", r"\bčís|číst|čten|čtě|celý|pokračov|obsah|přístup|čítan"),
    _both("scandinavian", "logga in|logg inn|log ind|prenumer|abonn|konto|registrer|medlem", r"\bläs|\bles[e ]|\blæs|\bhel[ae]\b|fort?s[aeæ]tt|tillgång|tilgang|adgang|innehåll|innhold|indhold"),
    _both("fi", "tilaa|kirjaudu|rekister|tunnu", r"\bluk|jatka|\bkoko "),
    _both("hu", "előfizet|bejelentkez|regisztr|belép", r"olvas|folytat|teljes|tartalom"),
    _both("ro", "abon|autentific|conectați|conectează|înregistr", r"\bciti|continu|integral|complet|\bacces"),
    _both("el", "συνδρομ|συνδεθ|σύνδεση|εγγραφ|εγγράψ|λογαριασμ", r"διαβάσ|ανάγνωση|συνέχεια|συνεχ|ολόκληρο|πλήρ|πρόσβαση|διαθέσιμ"),
    _both("ru", "подпис|войдите|войти|зарегистр|регистрац|аккаунт|авториз|кабинет", r"читать|чтени|дальше|далее|полн|продолж|доступ|материал|остал"),
    _both("uk", "передплат|підпис|увійд|зареєстр|реєстрац|акаунт", r"читати|читання|далі|повн|продовж|доступ|матеріал"),
    _both("tr", "abone|üye|giriş yap|oturum aç|kayıt ol|hesap", r"\boku|devam|tamamı|içerik|erişim|haberin"),
    _both("ar", "اشترك|اشتراك|مشترك|سجل|سجّل|تسجيل|حساب", r"قراءة|متابعة|مواصلة|المقال|المحتوى|كامل"),
    _both("fa", "اشتراک|مشترک|وارد|ورود|ثبت نام|ثبت‌نام|عضو|حساب", r"خواندن|ادامه|مطالعه|متن کامل|دسترسی"),
    _both("he", "מנוי|התחבר|הירשמ|להירשם|חשבון", r"לקרוא|קריאה|להמשיך|המשך|המלא|תוכן"),
    _both("hi", "लॉग इन|लॉगिन|लॉगइन|सदस्य|सब्सक्रा|रजिस्टर|साइन", r"पढ़|पूरी|पूरा|आगे|जारी"),
    _both("bn", "লগ ইন|লগইন|সাবস্ক্রা|নিবন্ধন|সদস্য|গ্রাহক", r"পড়|পুরো|সম্পূর্ণ|বাকি"),
    _both("vi", "đăng nhập|đăng ký|thuê bao|hội viên|tài khoản", r"đọc|xem tiếp|toàn bộ|nội dung|bài viết"),
    _both("th", "สมาชิก|ลงทะเบียน|เข้าสู่ระบบ|ล็อกอิน|สมัคร", r"อ่าน|ฉบับเต็ม|เนื้อหา|บทความ"),
    _both("zh", "登录|登入|登錄|注册|註冊|会员|會員|订阅|訂閱|付费|付費|订户|訂戶|解锁|解鎖", r"阅读|閱讀|全文|继续|繼續|完整|余下|剩余|其余|其餘|内容|內容|更多"),
    _both("ja", "会員|登録|ログイン|購読|契約|有料|申し込", r"続き|残り|全文|この先|読|閲覧|ご覧|記事"),
    _both("ko", "로그인|회원|구독|가입|유료|멤버십", r"기사|전문|계속|나머지|읽|보실|콘텐츠|이용"),
)
# A price for a time, side by side.
_OFFER = Phrasebook(
    ("signs", "$|€|£|¥|￥|₹|₩|฿|₺|₽|₫|euro|dollar|usd|chf|rp|kr|zł", r"(?:[$€£¥￥₹₩฿₺₽₫]|\b(?:euros?|dollars?|usd|chf|rp|kr|zł)\b)[ \d.,]{0,12}(?:\b(?:an?|per|the|for the|pro|im|für den|für einen|par|le|pour le|al|por|o|no|il|a|per il|il primo|the first|first|le premier|el primer|primer|no primeiro|primeiro|per|om|i|/)\b ?|/ ?){0,2}(?:months?\b|week\b|monat|woche|mois\b|semaine|mes\b|semana|mês\b|mese\b|settimana|maand|week|bulan|miesi|měsíc|månad|måned|kk\b|kuukau|hó\b|hónap|lun[aă]\b|μήνα|месяц|місяц|ay\b|월|月|เดือน|tháng|महीने|माह|شهر|ماه|חודש)"),
    ("units", "month|week|monat|bulan|месяц|місяц|ay|月|월|เดือน|tháng|महीने|माह|شهر|ماه|חודש", r"(?:month|week|monat)[^\n]{0,20}(?:\bfor|\bfür|à) (?:only |just |nur )?(?:[$€£]|\d+(?:[.,]\d+)? ?(?:€|eur|usd))|(?:рубл|гривен|грн)\w*[^\n]{0,6}(?:месяц|місяц)|(?:месяц|місяц)\w*[^\n]{0,12}(?:рубл|гривен|грн)|ay(?:da|lık)?\b[^\n]{0,12}(?:\btl\b|lira)|每月[^\n]{0,8}元|元 ?[/／每]? ?月|月額[^\n]{0,8}円|월 ?[\d,.]+ ?원|เดือนละ|บาท[^\n]{0,6}เดือน|(?:đồng|đ)[^\n]{0,4}tháng|रुप[^\n]{0,8}(?:महीने|माह)|(?:دولار|ريال|درهم|جنيه)[^\n]{0,12}شهر|تومان[^\n]{0,12}ماه|שקל[^\n]{0,12}חודש"),
)
# fmt: on
_BOOKS = (PAYWALL, SUBSCRIBED, _GOES_ON, _OFFER)


def find_calls(blocks: Sequence[str], behind: Sequence[str] = ()) -> tuple[str, ...]:
    """The lines among a text's last blocks, and right behind it, that ask for more than reading.

    In the page's order, as printed; empty where there is none, as a rule.
    """
    lines = [*blocks[1:][-LAST_BLOCKS:], *behind]
    short = [line for line in lines if measure_text(line) <= MAX_CALL]
    if not _has_call("\n".join(short)):
        return ()  # as a rule
    return tuple(line for line in short if _has_call(line))


def read_calls(body: Body, layout: Layout) -> tuple[str, ...]:
    """``find_calls`` of a page."""
    behind = []
    if body.last:
        runs = [run for run in layout.runs if run.first > body.last and run.reason != "hidden"]
        behind = [run.text for run in runs[:RUNS_BEHIND]]
    return find_calls([block.text for block in body.blocks], behind)


def _has_call(text: str) -> bool:
    return any(book.find(text) for book in _BOOKS)
