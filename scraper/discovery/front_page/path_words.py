# ruff: noqa: E501 - words of a language read best on one line
"""Words in paths that tell what a page is, as data.

Whole segments, lower case, accents taken off. In doubt a word is absent: ``news``, ``story``,
``politics``, ``blog`` head articles and lists alike.
"""

from __future__ import annotations

import unicodedata

# Pages that list others, or show nothing but a person: whatever stands below or behind.
LISTING = frozenset(
    "by tag tags label labels hashtag keyword keywords category categories cat author authors byline writer writers search page pages "  # English
    "kategori penulis indeks cari "  # Indonesian, Malay, Turkish
    "kategorie kategorien autor autoren autorin schlagwort schlagworte suche "  # German
    "categorie auteur auteurs recherche etiquette mot-cle mots-cles "  # French
    "categoria categorias autores etiqueta etiquetas buscar busca busqueda pesquisa ricerca autore autori cerca "  # Spanish, Portuguese, Italian
    "trefwoord zoeken yazar yazarlar etiket arama kategoria autorzy szukaj stitek rubriky hledat "  # Dutch, Turkish, Polish, Czech
    "kategorija oznaka cimke szerzo kereses eticheta kirjoittaja haku sok emne tagg forfatter "  # Balkans, Hungarian, Romanian, Nordic
    "tac-gia tim-kiem chu-de teg rubric rubrics metki avtor avtory "  # Vietnamese, Russian in Latin letters
    "pagina seite sayfa strona halaman "
    "тег теги автор авторы поиск рубрика وسم كاتب تصنيف بحث ป้ายกำกับ หมวดหมู่ タグ カテゴリー 作者 标签 标籤".split()
)
# What lists others where nothing that looks like an article follows.
COLLECTION = frozenset(
    "topic topics topik thema themen themes theme tema temas temi tematy sujet sujets dossier dossiers series serie "
    "section sections channel channels kanal kanaele rubrik rubrique rubriques ressort people profile person archive archives archiv "
    "arsip archivo archivio hub collection collections special specials columnist columnists contributor contributors reporter staff "
    "info video videos photos photo gallery galleries galeri foto fotos galeria mediathek podcast podcasts audio live-tv tv radio "
    "event events veranstaltungen agenda termine calendar product products produkte brand brands".split()
)
# Services, legal pages, shops: no articles there.
SERVICE = frozenset(
    "login log-in signin sign-in signup sign-up register registration logout anmelden registrieren account accounts my-account mein-konto konto auth oauth sso masuk daftar connexion inscription "
    "tegn-abonnement bli-abonnent kundesenter min-side prenumerera kundservice mitt-konto tilaa asiakaspalvelu personvern om-oss "
    "subscribe subscription subscriptions subscriber abo abos abonnement abonnements abonnieren suscripcion suscribete assine berlangganan langganan donate donation spenden dons "
    "shop store shopping-cart cart checkout warenkorb basket boutique tienda loja coupons "
    "newsletter newsletters newslettre infolettre boletines e-paper epaper eedition e-edition "
    "impressum imprint datenschutz datenschutzerklaerung datenschutzhinweise privacy agb nutzungsbedingungen barrierefreiheit mediadaten netiquette terms legal disclaimer copyright cookies cookie "
    "contact contacts contact-us kontakt contacto contatti contato contactez-nous hubungi-kami kontak about about-us ueber-uns uber-uns tentang-kami tentang a-propos quienes-somos chi-siamo quem-somos redaksi redaktion redaction masthead "
    "careers karriere jobs stellenangebote lowongan advertise advertising werbung werben anzeigen publicidad publicite iklan info-iklan pasang-iklan "
    "faq help hilfe support hc sitemap feedback rss feed feeds apps cdn-cgi wp-admin wp-login wp-json wp-content user users member members comment comments "
    "share sharer print email-protection mailto intent forum forums sudoku puzzles crossword crosswords horoscope horoscopes horoskop lotto classifieds obituary-search "
    "pedoman-media-siber kode-etik karir mentions-legales aviso-legal politica-de-privacidad politica-de-privacidade politica-de-cookies privacybeleid cookiebeleid gizlilik kvkk kunye iletisim hakkimizda".split()
)
# Such a word begins the name of a service page of two or three words: ``privacy-policy``.
SERVICE_FIRST = frozenset(
    "privacy cookie cookies terms about contact advertise subscribe newsletter datenschutz kebijakan pedoman tentang "
    "hubungi syarat aviso mentions accessibility corrections submit".split()
)
# Endings of addresses that are no page.
FILES = frozenset(
    "pdf jpg jpeg png gif webp avif svg ico bmp mp3 mp4 m4a m4v mov avi webm ogg wav m3u8 zip rar 7z gz tar exe dmg apk ipa "
    "doc docx xls xlsx ppt pptx odt ods csv txt rtf epub mobi ics vcf rss xml atom json css js woff woff2 ttf".split()
)
# Parameters whose number is an article's: ``/?p=123``, ``/read.php?newsid=4711``.
NUMBERS = frozenset(
    "id p aid nid sid newsid news_id articleid article_id article artid art idx idxno no story storyid id_berita id_news idnews "
    "id_article postid post_id contentid cid key item itemid news_no num seq did".split()
)
# Parameters that make another page of a list, or a service, of any address.
LIST_PARAMETERS = frozenset(
    "s q query search page paged tag cat category author share showcomment replytocom redirect_to return returnurl "
    "sort filter offset login".split()
)


def plain(segment: str) -> str:
    """Without accents, as the lists above have them; other scripts stay as they are."""
    if segment.isascii():
        return segment
    spelt = unicodedata.normalize("NFD", segment)
    bare = "".join(char for char in spelt if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", bare)
