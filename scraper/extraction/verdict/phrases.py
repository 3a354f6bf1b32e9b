# ruff: noqa: E501 - a language's phrases read best on one line
"""What pages that are no articles say, by kind and language.

Each book is tried against the title and headings, or against the text of a page that has little
of it; a long article that mentions a phrase is not touched by it.
"""

from __future__ import annotations

import re

from scraper.extraction.verdict.phrasebook import Phrasebook

# fmt: off
# A heading or title that is nothing but this.
NOT_FOUND_TITLE = Phrasebook(
    ("any", "404|410|451|50", r"(?:error |fehler |erreur |erro |errore |http |status |ошибка |błąd |hata |lỗi |エラー )?(?:404|410|451|500|502|503|504)(?:\s*[-–—:!./|]*\s*(?:error|fehler|erreur|(?:page |file |file or directory )?not found|gone|seite nicht gefunden|unavailable (?:for|due to) legal reasons|(?:internal )?server error|bad gateway|(?:temporarily |service )*unavailable))?"),
    ("en", "bad gateway|found|missing|gone|removed|deleted|unavailable|exist|available|moved|lost|find|expired|error|wrong|maintenance|be right back", r"(?:404\W*)?(?:(?:we'?re |we are |i'm )?(?:sorry|oops|uh[- ]?oh|whoops|d'oh)[\s,.!:–—-]*)?(?:but )?(?:the |this |that |we can'?t find (?:the|that) |we couldn'?t find (?:the|that) )?(?:requested )?(?:page|article|story|content|document|file|post|url|link)s?(?: you(?:'re| are| were)? (?:looking|searching|trying) (?:for|to reach))?(?: (?:is|was|were|has|have|been|could not be|can ?not be|can'?t be|couldn'?t be|isn'?t|doesn'?t|wasn'?t|does|did|you requested|no longer|longer))*(?: (?:not|n'?t))?(?: (?:be|been))? ?(?:not found|found|missing|gone|removed|deleted|unavailable|exist|available(?: anymore)?|exists?|moved|expired)|(?:(?:sorry|oops|uh[- ]?oh|whoops)[\s,.!:–—-]*)?(?:not found|nothing (?:was )?found(?: here)?|page missing|no results found|(?:we )?(?:can'?t|cannot|couldn'?t|could not)(?: seem to)? find (?:that|the|this|what) ?(?:page|article|story)?.{0,50}|lost\?|article (?:expired|removed|not available)|(?:something|that)(?: went|'s gone) wrong|an error (?:has )?occurred|server error|internal server error|bad gateway|service (?:temporarily )?unavailable|(?:site )?(?:under|down for|scheduled) maintenance|we'?ll be right back)"),
    ("de", "gefunden|verfügbar|vorhanden|gelöscht|entfernt|existiert|fehler|wartung|finden", r"(?:404\W*)?(?:(?:leider|entschuldigung|hoppla|ups|oh nein|tut uns leid)[\s,.!:–—-]*)?(?:die |diese |der |dieser |das |dieses )?(?:von ihnen )?(?:angeforderte |gesuchte |gewünschte |aufgerufene )?(?:seite|artikel|inhalt|dokument|beitrag)(?: (?:wurde|ist|konnte|existiert|kann|leider|nicht|mehr|gefunden|werden|verfügbar|vorhanden|gelöscht|entfernt|finden))+|nicht gefunden|fehlerseite|(?:es ist )?ein fehler (?:ist )?aufgetreten|wartungsarbeiten"),
    ("fr", "trouv|exist|introuvable|disponible|supprim|maintenance|erreur", r"(?:404\W*)?(?:(?:désolé|oups|oops)[\s,.!:–—-]*)?(?:la |cette |le |cet |l')?(?:page|article|contenu|document)(?: (?:que vous (?:cherchez|recherchez|demandez)|demandée?|recherchée?|n'(?:existe|est|a)|pas|plus|ou|non|été|trouvée?|est|introuvable|disponible|inexistante?|supprimée?|retrouvée?|a))+|page introuvable|non trouvé|site en maintenance|une erreur est survenue"),
    ("es", "encontr|encuentr|exist|disponible|eliminad|error|mantenimiento|buscas", r"(?:404\W*)?¡?(?:(?:lo sentimos|ups|oops|vaya)[\s,.!:–—-]*)?(?:la |esta |el |este )?(?:página|artículo|contenido|noticia)(?: (?:que (?:buscas?|está buscando|buscabas?)|solicitad[ao]|no|ha sido|se ha|se|fue|existe|encontrad[ao]|encontró|encuentra|disponible|está|ya|eliminad[ao]|pudo|encontrarse))+|¡?(?:(?:lo sentimos|ups|oops|vaya)[\s,.!:–—-]*)?no (?:hemos encontrado|encontramos|encontrad[ao]|se encontró|se ha encontrado)(?: (?:la página|lo que buscas?|este contenido))?|(?:ha ocurrido|se ha producido) un error|sitio en mantenimiento"),
    ("pt", "encontr|exist|disponível|removid|erro|manutenção|do ar", r"(?:404\W*)?(?:(?:desculpe|ops|oops)[\s,.!:–—-]*)?(?:a |esta |o |este |essa )?(?:página|artigo|conteúdo|notícia|matéria)(?: (?:que (?:você )?(?:procura|procurou|procurava|está procurando)|solicitad[ao]|não|foi|existe|encontrad[ao]|está|mais|disponível|removid[ao]|pode|ser|saiu do ar))+|não encontrad[ao]|(?:ops[\s,.!]*)?não encontramos (?:a página|o que você procura)|site em manutenção|ocorreu um erro"),
    ("it", "trovat|esist|disponibile|rimoss|errore|manutenzione", r"(?:404\W*)?(?:(?:spiacenti|ops|oops|ci dispiace)[\s,.!:–—-]*)?(?:la |questa |l'|il )?(?:pagina|articolo|contenuto)(?: (?:che (?:cerchi|stai cercando|hai cercato)|richiest[ao]|cercat[ao]|non|è|stat[ao]|esiste|trovat[ao]|più|disponibile|rimoss[ao]))+|si è verificato un errore|sito in manutenzione"),
    ("nl", "gevonden|bestaat|beschikbaar|verwijderd|onderhoud|fout|vinden", r"(?:404\W*)?(?:(?:sorry|oeps|helaas)[\s,.!:–—-]*)?(?:de |deze |dit |het )?(?:pagina|artikel|bericht)(?: (?:die u zoekt|die je zoekt|is|bestaat|kan|kon|kunnen|we|niet|meer|\(meer\)|worden|gevonden|vinden|beschikbaar|verwijderd))+|niet gevonden|er (?:is iets|ging iets) (?:fout|mis)(?: gegaan)?|onderhoud"),
    ("id", "temukan|tersedia|tidak ada|dihapus|kesalahan|pemeliharaan|belum ada", r"(?:404\W*)?(?:(?:maaf|ups|oops|mohon maaf)[\s,.!:–—-]*)?(?:halaman|berita|artikel|konten)(?: (?:yang (?:anda|kamu) (?:cari|tuju|minta|akses)|ini|tidak|belum|bisa|dapat|ditemukan|tersedia|ada|sudah|telah|dihapus|lagi))+|terjadi kesalahan|situs dalam pemeliharaan"),
    ("ms", "jumpai|temui", r"(?:404\W*)?(?:maaf[\s,.!]*)?halaman (?:yang anda cari )?tidak (?:dijumpai|ditemui)"),
    ("sv", "hitta|finns|saknas|borttagen|fel", r"(?:404\W*)?(?:(?:hoppsan|oj|ojdå|tyvärr)[\s,.!:–—-]*)?(?:sidan|artikeln|sida)(?: (?:du söker|kunde|kan|inte|hittas|hittades|finns|saknas|är|längre|borttagen))+|något gick fel"),
    ("da", "find|fundet|eksisterer|fejl", r"(?:404\W*)?(?:(?:ups|beklager)[\s,.!:–—-]*)?(?:siden|artiklen)(?: (?:du leder efter|blev|kunne|kan|ikke|findes|fundet|eksisterer|er|længere))+|der (?:er sket|opstod) en fejl"),
    ("no", "finn|fant|funnet|eksisterer|gikk galt", r"(?:404\W*)?(?:(?:oi|ops|beklager)[\s,.!:–—-]*)?(?:siden|artikkelen)(?: (?:du leter etter|ble|kunne|kan|ikke|finnes|funnet|eksisterer|er|lenger))+|fant ikke siden|noe gikk galt"),
    ("fi", "löydy|löytynyt|ei ole|virhe|poistettu", r"(?:404\W*)?(?:hups[\s,.!]*)?(?:sivua|artikkelia|hakemaasi sivua|etsimääsi sivua) ei (?:löydy|löytynyt|ole)(?: .{0,20})?|tapahtui virhe|sivu on poistettu"),
    ("pl", "nie|usuni", r"(?:404\W*)?(?:(?:przepraszamy|ups|niestety|ojej)[\s,.!:–—-]*)?(?:ta |ten |podana )?(?:strona|artykuł|podstrona)(?: (?:której szukasz|o podanym adresie|nie|została|został|istnieje|znaleziona|znaleziono|usunięt[ay]|jest|dostępn[ay]))+|nie znaleziono(?: strony| artykułu)?|nie ma takiej strony|przerwa techniczna|wystąpił nieoczekiwany błąd"),
    ("cs", "neby|nenal|neexist|nepodař|nemáme|chyb", r"(?:404\W*)?(?:(?:jejda|ajaj|bohužel|omlouváme se)[\s,.!:–—-]*)?(?:tato |tuto |požadovaná )?(?:stránka|článek|stránku)(?: (?:nebyla?|nenalezena?|nenalezen|nalezena?|neexistuje|kterou hledáte|se nepodařilo|nepodařilo|se|najít|nemáme))+|chyba 404"),
    ("sk", "nenaš|nenájd|neexist", r"(?:404\W*)?(?:(?:ups|bohužiaľ)[\s,.!:–—-]*)?(?:táto |požadovaná )?(?:stránka|článok)(?: (?:ktorú hľadáte|nebola|nenašla|sa|nájdená|nenájdená|neexistuje))+"),
    ("hu", "található|létezik|elérhető", r"(?:404\W*)?(?:(?:hoppá|sajnáljuk)[\s,.!:–—-]*)?(?:az? )?(?:keresett )?(?:oldal|cikk|lap) (?:már )?nem (?:található|létezik|elérhető)"),
    ("ro", "găsi|exist|disponibil", r"(?:404\W*)?(?:(?:ne pare rău|ups)[\s,.!:–—-]*)?(?:pagina|articolul)(?: (?:căutată?|nu|a|fost|mai|există|găsită?|este|disponibilă?))+"),
    ("tr", "bulunamadı|mevcut|kaldırıl|yok", r"(?:404\W*)?(?:(?:üzgünüz|maalesef)[\s,.!:–—-]*)?(?:aradığınız )?(?:sayfa|haber|içerik)(?: (?:bulunamadı|mevcut değil|kaldırılmış|yok|yayından kaldırıldı))+"),
    ("el", "βρέθηκε|υπάρχει|βρεθηκε", r"(?:404\W*)?η σελίδα (?:που (?:ψάχνετε|αναζητάτε) )?δεν (?:βρέθηκε|υπάρχει)"),
    ("ru", "не |найден|удал|нет", r"(?:404\W*)?(?:(?:ошибка|извините|упс|ой|к сожалению)[\s,.!:–—-]*(?:404)?[\s,.!:–—-]*)?(?:такая |такой |эта |этой |запрошенная |запрашиваемая )?(?:страница|статья|материал|новость|страницы)(?: (?:не|был[аи]?|найден[ао]?|существует|удален[ао]?|удалён|больше|доступн[ао]|такой|нет))+|ничего не найдено|мы не нашли эту страницу"),
    ("uk", "не |видал|немає", r"(?:404\W*)?(?:(?:на жаль|вибачте|ой)[\s,.!:–—-]*)?(?:такої |ця |цієї )?(?:сторінк[ауи]|стаття|матеріал|новина)(?: (?:не|було|знайдено|існує|видалено|знайдена|немає))+"),
    ("bg", "намерена|съществува", r"(?:404\W*)?страницата не (?:е намерена|съществува)"),
    ("sr", "pronađ|postoji|пронађ|постоји", r"(?:404\W*)?(?:stranica|strana|страница|страна)(?: (?:koju tražite|није|nije|не|ne|pronađena|postoji|пронађена|постоји))+"),
    ("ar", "الصفحة|المقال|المحتوى", r"(?:404\W*)?(?:عذرا|عذراً|عفوا|عفواً)?[\s،,!]*(?:الصفحة|المقال|المحتوى)(?: (?:التي تبحث عنها|المطلوبة|المطلوب|غير|موجودة?|متوفرة?|متاحة?|لم|يتم|العثور|عليها))+|لم يتم العثور على الصفحة"),
    ("fa", "صفحه|مطلب|خبر", r"(?:404\W*)?(?:متاسفانه|متأسفانه|خطا)?[\s،,!]*(?:صفحه|مطلب|خبر)[\s\u200c]?(?:ی|ای)?(?:[\s\u200c](?:مورد نظر|درخواستی|یافت|پیدا|نشد|وجود|ندارد|شما|که به دنبال آن هستید))+"),
    ("he", "הדף|העמוד|הכתבה", r"(?:404\W*)?(?:הדף|העמוד|הכתבה)(?: (?:שחיפשת|שחיפשתם|המבוקש|לא|נמצא|נמצאה|קיים))+"),
    ("hi", "नहीं", r"(?:404\W*)?(?:क्षमा करें[\s,!]*)?(?:यह )?(?:पृष्ठ|पेज|खबर)(?: (?:नहीं|मिला|मिली|मौजूद|उपलब्ध|है))+"),
    ("bn", "পাওয়া|নেই", r"(?:404\W*)?(?:দুঃখিত[\s,!।]*)?(?:পৃষ্ঠাটি|পাতাটি|পেজটি|খবরটি)(?: (?:খুঁজে|পাওয়া|যায়নি|নেই))+"),
    ("th", "ไม่พบ", r"(?:404\W*)?(?:ขออภัย)?\s*ไม่พบ(?:หน้า|หน้าที่|ข้อมูล|เพจ|บทความ).{0,30}"),
    ("vi", "không", r"(?:404\W*)?(?:(?:rất tiếc|xin lỗi)[\s,!]*)?(?:không tìm thấy (?:trang|bài viết|nội dung)|(?:trang|bài viết) (?:bạn (?:đang )?tìm(?: kiếm)? |này )?không (?:tồn tại|tìm thấy|còn)).{0,20}"),
    ("zh", "不存在|找不到|未找到|删除|刪除|没有找到|下线|无法找到|出错|维护", r"(?:404\W*)?(?:抱歉|对不起|對不起|很抱歉)?[\s，,!！]*(?:您?(?:访问|訪問|查找|请求|要找|浏览)的|该|該)?(?:页面|頁面|文章|网页|網頁|内容)(?:不存在|未找到|找不到|已(?:经)?(?:被)?删除|已(?:經)?(?:被)?刪除|没有找到|已下线|无法找到|出错)(?:或已(?:被)?(?:删除|刪除))?(?:了)?|找不到(?:页面|頁面|网页|網頁|该页|您要的).{0,8}|(?:系统|网站)维护中?"),
    ("ja", "見つかりません|存在しません|削除|ありません|エラー|メンテナンス", r"(?:404\W*)?(?:お探しの|ご指定の|指定された)?(?:ページ|記事|ファイル)(?:は|が)?(?:見つかりません(?:でした)?|存在しません|削除されました|ありません)|エラーが発生しました|(?:ただいま)?メンテナンス中(?:です)?"),
    ("ko", "찾을 수 없|존재하지|삭제|없습니다|점검", r"(?:404\W*)?(?:요청하신 |찾으시는 |죄송합니다\W+)*(?:페이지|기사|게시물)(?:를|을|가|이|은|는)? ?(?:찾을 수 없습니다|존재하지 않습니다|존재하지 않거나.{0,20}|삭제되었습니다|없습니다)|(?:서비스|시스템) 점검 중(?:입니다)?"),
)
# In the little text of an error page.
NOT_FOUND = Phrasebook(
    ("en", "went wrong|available|accessed|page|article|story|content|url|address|link|post|document|404|find|resource|region|european|maintenance|error|domain", r"(?:page|article|story|content|url|address|link|post|document|resource) (?:that )?(?:you(?:'re| are| were) (?:looking for|trying to (?:reach|view|access))|you (?:have )?(?:requested|entered|followed))[^.\n]{0,60}(?:not|n't|no longer|moved|removed|deleted|expired|missing|unavailable)|(?:this|that|the) (?:page|article|story|content|link) (?:is no longer|no longer|may have been|has been|might have been|could not be|cannot be|can't be|doesn't|does not|isn't|is not) (?:available|exists?|moved|removed|deleted|found|expired)|we (?:can't|cannot|couldn't|could not)(?: seem to)? find (?:the|that|this|what)|page not found|error 404|404 error|404 not found|(?:not|n't|un)[- ]?available (?:in|from|to) (?:your|most|visitors|readers)[^.\n]{0,20}(?:region|country|location|european)|(?:unavailable|not available|cannot be accessed)[^.\n]{0,40}(?:european|in your (?:region|country|location))|(?:currently|scheduled|undergoing|down for) maintenance|(?:server|application) encountered an (?:internal )?error|something went wrong[^.\n]{0,30}(?:try|our end)|domain (?:name )?(?:is|may be) (?:parked|for sale)|buy this domain"),
    ("de", "seite|artikel|inhalt|beitrag|adresse|404|domain", r"(?:seite|artikel|inhalt|beitrag|adresse)[^.\n]{0,60}(?:nicht gefunden|existiert nicht|nicht mehr (?:verfügbar|vorhanden)|wurde (?:gelöscht|entfernt|verschoben)|konnte(?:n)? (?:leider )?nicht gefunden)|fehler 404|konnten? die (?:gewünschte )?seite (?:leider )?nicht finden|domain (?:steht|ist) (?:zum verkauf|geparkt)"),
    ("fr", "page|article|contenu|404|domaine", r"(?:page|article|contenu)[^.\n]{0,60}(?:n'existe (?:pas|plus)|introuvable|n'est (?:pas|plus) disponible|n'a pas (?:pu être|été) trouvée?|a été (?:supprimée?|déplacée?))|erreur 404|domaine est (?:à vendre|en vente|parké)"),
    ("es", "página|artículo|contenido|noticia|404|dominio", r"(?:página|artículo|contenido|noticia)[^.\n]{0,60}(?:no existe|no (?:se )?(?:ha sido |ha |pudo ser )?encontr|ya no está disponible|ya no esté disponible|no está disponible|ha sido (?:eliminad|movid))|error 404|dominio (?:está|esta) (?:en venta|aparcado)"),
    ("pt", "página|artigo|conteúdo|notícia|matéria|404", r"(?:página|artigo|conteúdo|notícia|matéria)[^.\n]{0,60}(?:não existe|não (?:foi|pôde ser) encontrad|não está (?:mais )?disponível|foi removid)|erro 404"),
    ("it", "pagina|articolo|contenuto|404", r"(?:pagina|articolo|contenuto)[^.\n]{0,60}(?:non esiste|non è (?:stat[ao] trovat|più disponibile|disponibile)|è stat[ao] (?:rimoss|spostat))|errore 404"),
    ("nl", "pagina|artikel", r"(?:pagina|artikel)[^.\n]{0,60}(?:niet (?:meer )?(?:gevonden|beschikbaar)|bestaat niet|is verwijderd)"),
    ("id", "halaman|berita|artikel|konten|tautan", r"(?:halaman|berita|artikel|konten|tautan)[^.\n]{0,60}(?:tidak (?:dapat |bisa )?(?:ditemukan|tersedia|ada\b)|sudah tidak|telah (?:dihapus|dipindah))"),
    ("ms", "wujud|dipadam", r"(?:halaman|berita|artikel)[^.\n]{0,30}(?:tidak wujud|telah dipadam)"),
    ("pl", "stron|artykuł", r"(?:strona|strony|artykuł)[^.\n]{0,60}(?:nie (?:istnieje|została znaleziona|znaleziono|jest dostępn)|został[a]? usunięt)"),
    ("cs", "stránk|článek", r"(?:stránk[aiuy]|článek)[^.\n]{0,60}(?:neexistuje|nebyl[ao]? nalezen|nenalezen|byl[ao]? (?:odstraněn|smazán|přesunut)|jsme nenašli|nenašli jsme)"),
    ("hu", "oldal|cikk", r"(?:oldal|cikk)[^.\n]{0,60}(?:nem található|nem létezik|eltávolít|törölt)|(?:nem létező|törölt) (?:vagy \w{1,20} )?(?:oldal|cikk)"),
    ("ro", "pagina|articolul", r"(?:pagina|articolul)[^.\n]{0,60}(?:nu (?:există|mai există|a fost găsit|este disponibil)|a fost (?:ștears|mutat|eliminat))"),
    ("sv", "sidan|artikeln", r"(?:sidan|artikeln)[^.\n]{0,60}(?:hittades inte|kunde inte hittas|finns inte|har tagits bort)"),
    ("da", "siden|artiklen|artikkelen", r"(?:siden|artiklen|artikkelen)[^.\n]{0,60}(?:findes ikke|finnes ikke|ikke fundet|ikke funnet|er (?:flyttet|slettet|fjernet))"),
    ("fi", "sivu|artikkeli", r"(?:sivua|sivu|artikkelia|artikkeli)[^.\n]{0,60}(?:ei löydy|ei löytynyt|on poistettu|ei ole olemassa)|(?:olematon|poistettu)[^.\n]{0,20}(?:sivu|artikkeli)"),
    ("el", "σελίδα|άρθρο", r"(?:σελίδα|άρθρο)[^.\n]{0,60}(?:δεν (?:βρέθηκε|υπάρχει)|έχει (?:αφαιρεθεί|διαγραφεί|μετακινηθεί))"),
    ("ru", "страниц|статья|материал|новость|404", r"(?:страниц[аы]|статья|материал|новость)[^.\n]{0,60}(?:не найден|не существует|удал[её]н|больше не|перемещен|нет на сайте)|ошибка 404"),
    ("uk", "сторінк|стаття|матеріал", r"(?:сторінк[аиу]|стаття|матеріал)[^.\n]{0,60}(?:не знайден|не існує|видален)"),
    ("tr", "sayfa|haber|içerik", r"(?:sayfa|haber|içerik)[^.\n]{0,60}(?:bulunamad|kaldırıl|mevcut değil)|böyle bir (?:sayfa|haber|içerik)[^.\n]{0,12}(?:yok|bulun)|bu (?:sayfa|haber|içerik)[^.\n]{0,12}silin"),
    ("ar", "الصفحة|المقال|المحتوى", r"(?:الصفحة|المقال|المحتوى)[^.\n]{0,60}(?:غير موجود|غير متوفر|غير متاح|لم يتم العثور|تم حذف|لم تعد|أو تم نقلها)"),
    ("fa", "صفحه|مطلب|خبر", r"(?:صفحه|مطلب|خبر)[^.\n]{0,60}(?:یافت نشد|پیدا نشد|وجود ندارد|حذف شده)"),
    ("he", "הדף|העמוד|הכתבה", r"(?:הדף|העמוד|הכתבה)[^.\n]{0,60}(?:לא נמצא|אינו קיים|לא קיים|הוסר)"),
    ("hi", "पेज|पृष्ठ|खबर", r"(?:पेज|पृष्ठ|खबर)[^।.\n]{0,60}(?:नहीं मिल|उपलब्ध नहीं|मौजूद नहीं|हटा)"),
    ("bn", "পৃষ্ঠা|পাতা|খবর|সংবাদটি", r"(?:পৃষ্ঠা|পাতা|খবর)[^।.\n]{0,50}(?:পাওয়া যায়নি|নেই|সরিয়ে)|(?:খবরটি|সংবাদটি)[^।.\n]{0,20}(?:মুছে ফেলা|সরিয়ে)|(?:পৃষ্ঠা|পাতা)[^।.\n]{0,20}মুছে ফেলা"),
    ("th", "หน้า|บทความ", r"(?:หน้า|บทความ).{0,40}(?:ไม่พบ|ถูกลบ|ไม่มีอยู่)|ไม่พบหน้า"),
    ("vi", "trang|bài viết", r"(?:trang|bài viết)[^.\n]{0,50}(?:không tồn tại|không tìm thấy|đã bị xóa|đã bị gỡ)"),
    ("zh", "页面|頁面|文章|网页|網頁|内容|內容|新闻|新聞", r"(?:页面|頁面|文章|网页|網頁|内容|內容)[^。\n]{0,20}(?:不存在|未找到|找不到|已被?删除|已被?刪除)|(?:不存在|已删除|已刪除|已下线)的(?:页面|頁面|文章|网页|網頁|新闻|新聞)|(?:该|此|本|該)(?:条|條|则|則)?(?:新闻|新聞)[^。\n]{0,12}(?:已下线|不存在|已被?删除|已被?刪除)"),
    ("ja", "ページ|記事", r"(?:ページ|記事)[^。\n]{0,30}(?:見つかりません|存在しません|削除|ありません|移動した可能性|掲載期間が終了|公開を終了)|(?:存在しない|削除された|無効な)(?:ページ|記事)(?:です|か|、|または)"),
    ("ko", "페이지|기사|게시물|주소|뉴스", r"(?:페이지|기사|게시물|주소)[^.\n]{0,30}(?:찾을 수 없|존재하지 않|삭제되|잘못 입력)|(?:존재하지 않는|삭제된|삭제되었거나|유효하지 않은|찾을 수 없는) (?:페이지|기사|게시물|주소|뉴스)(?:이거나|입니다)|(?:페이지|기사|게시물|뉴스)[^.\n]{0,20}삭제된 상태"),
)
# The title of a page that stands before the page.
CHALLENGE_TITLE = Phrasebook(
    ("any", "bot check|bot verification|bot challenge|client|ddos|request rejected|just a moment|attention required|ddos-guard|you are being redirected|access denied|access to this|robot|interruption|security|verif|not a bot|human|blocked|browser|captcha|one moment|please wait|403|429|could not be satisfied|too many|forbidden|firewall|challenge|validation", r"just a moment|attention required.{0,3}(?: ?\| ?cloudflare)?|ddos-guard|ddos protection.{0,40}|you are being redirected|(?:sucuri website firewall ?[-–] ?)?access denied(?: ?[-–|].{0,60})?|(?:your )?access to this (?:page|site|website|service) has been (?:denied|limited|blocked|restricted)|robot (?:check|or human)|are you a robot|pardon (?:our|the) interruption|(?:security|bot) (?:check|verification|challenge)(?: required)?|(?:human|browser|client) (?:verification|challenge|validation|check)|verif(?:y|ying) (?:you are|you're|that you are|your) .{0,20}|making sure you're not a bot|(?:sorry, )?you have been blocked|checking your browser.{0,20}|captcha(?: challenge)?|one moment,? please|(?:http |error )?403 ?[-–|:]? ?(?:error|forbidden|access denied)|forbidden|(?:http |error )?403|error: the request could not be satisfied|challenge validation|(?:error )?429(?: ?[-–|:]? ?too many requests)?|too many requests|vercel security checkpoint|site verification|request (?:rejected|blocked)"),
    ("moment", "moment|момент|instant|잠시만|请稍候|請稍候|しばらくお待ち|bir dakika|لحظة|sebentar|chwil|ogenblik|okamžik|ögonblick|подождите", r"(?:nur )?einen moment(?:,? bitte)?|un momento(?:,? por favor)?|un moment(?:,? s'il vous plaît)?|un instant|um momento(?:,? por favor)?|잠시만 기다리십시오|请稍候|請稍候|しばらくお待ちください|bir dakika(?: lütfen)?|(?:один момент|подождите(?:,? пожалуйста)?)|لحظة(?: من فضلك)?|(?:mohon )?tunggu sebentar|(?:jeszcze )?chwil(?:eczkę|ę)|(?:een )?ogenblik(?: geduld)?|okamžik(?: prosím)?|ett ögonblick"),
    ("de", "ein mensch|sicherheits|roboter|überprüf|verweigert", r"sicherheits(?:überprüfung|check|abfrage)|(?:sind sie )?(?:ein mensch|kein roboter).{0,30}|zugriff verweigert"),
    ("ru", "провер|робот|доступ", r"(?:проверка (?:браузера|безопасности)|вы не робот|доступ (?:ограничен|запрещ[её]н)).{0,50}"),
    ("zh", "验证|驗證|拦截", r"(?:人机|安全|滑动)验证.{0,10}|(?:人機|安全)驗證.{0,10}|(?:访问|请求)被拦截"),
    ("other", "vérification|accès refusé|verificación|acceso denegado|verificação|acesso negado|accesso negato|güvenlik|보안|セキュリティ|toegang geweigerd|odmowa dostępu|zablokowany|přístup", r"vérification (?:de sécurité|du navigateur).{0,20}|accès refusé|verificación de seguridad|acceso denegado|verificação de segurança|acesso negado|accesso negato|güvenlik (?:kontrolü|doğrulaması)|보안 확인|セキュリティ(?:チェック|確認)|toegang geweigerd|odmowa dostępu|dostęp zablokowany|přístup (?:odepřen|zamítnut|zablokován)"),
)
CHALLENGE = Phrasebook(
    ("en", "firewall|stand by|browser|human|robot|bot|ddos|ray id|javascript| js|interruption|incapsula|access|traffic|activity|automated|captcha|security|blocked|too many|press |protected by|secured by|slide |characters", r"(?:check|verify)(?:ing)? (?:your|the) browser|verify(?:ing)? (?:that )?you(?:'re| are) (?:a )?(?:real )?human|verify (?:that )?you'?re (?:a )?human|verify(?:ing)? that you(?:'re| are) not a (?:ro)?bot|prove (?:that )?you(?:'re| are) (?:not a robot|human)|are you a (?:ro)?bot|i'?m not a robot|you(?:'re| are) not a (?:ro)?bot|confirm (?:that )?you(?:'re| are) (?:a )?(?:human|not a (?:ro)?bot)|ddos protection by|ray id:|please (?:enable|turn on) (?:js|javascript)(?: and cookies)? (?:and disable any ad ?blocker|to continue|before you are allowed)|enable javascript and cookies to continue|pardon our interruption|request unsuccessful\. incapsula|access to this page has been denied|unusual (?:traffic|activity) (?:from|on)|automated (?:access|requests|traffic|queries)|complete the (?:captcha|security check)|security check to access|review the security of your connection|bot (?:detection|protection)|(?:made|sent) too many requests|something about your browser made us think you|please stand by, while we are checking|don'?t have permission to access[^.\n]{0,160}on this server|performing security verification|you have been blocked|press (?:&|and) hold to confirm|(?:protected|secured) by (?:anubis|ddos-guard|sucuri|imperva|datadome)|website firewall|javascript is disabled[^.\n]{0,20}in order to continue|slide (?:right )?to (?:complete|verify)|blocked by (?:our|a|the) (?:web )?security (?:service|system|solution|rules|policy)|access to this (?:site|service|website|resource) has been (?:limited|blocked|restricted|denied)|enter the characters you see"),
    ("de", "mensch|bot|sicherheitsüber|browser", r"(?:bestätigen|beweisen|überprüfen)[^.\n]{0,40}(?:mensch (?:sind|ist|bist)|kein(?:en)? (?:ro)?bot)|sicherheitsüberprüfung|(?:ihr|dein) browser wird überprüft|(?:ich bin )?kein roboter|dass sie ein mensch sind"),
    ("fr", "humain|robot|navigateur|sécurité", r"(?:vérifi|confirm|prouv)(?:ez|er|ons|cation)[^.\n]{0,40}(?:humain|robot|votre navigateur)|(?:n'êtes pas|suis pas) un robot|vérification de sécurité"),
    ("es", "humano|robot|navegador", r"(?:verific|comprob|comprueb|demuestr|confirm)[^.\n]{0,40}(?:humano|robot|su navegador|tu navegador)|no (?:eres|soy|es usted|es) un robot"),
    ("pt", "humano|robô|navegador", r"(?:verific|comprov|confirm)[^.\n]{0,40}(?:humano|robô|seu navegador)|não (?:é|sou) um robô"),
    ("it", "umano|robot|browser", r"(?:verific|conferm|dimostr)[^.\n]{0,40}(?:umano|robot|tuo browser)|non (?:sono|sei) un robot"),
    ("nl", "mens|robot|browser", r"(?:bevestig|controle|controleren|verifi)[^.\n]{0,40}(?:mens bent|geen robot|je browser|uw browser)|geen robot"),
    ("id", "manusia|robot|browser|peramban", r"(?:verifikasi|pastikan|konfirmasi|buktikan)[^.\n]{0,40}(?:manusia|bukan robot)|memeriksa (?:browser|peramban)|bukan robot"),
    ("pl", "człowiek|robot|przegląd", r"(?:potwierdź|sprawdzamy|weryfik|udowodnij)[^.\n]{0,40}(?:człowiek|robot|przegląd)"),
    ("cs", "člověk|robot|prohlížeč", r"(?:ověř|potvrď|kontrol)[^.\n]{0,40}(?:člověk|robot|prohlížeč)|nejsem robot|nejste robot"),
    ("sv", "människa|robot|webbläsare", r"(?:verifiera|bekräfta|kontroller)[^.\n]{0,40}(?:människa|robot|webbläsare)"),
    ("ru", "робот|человек|браузер|доступ ограничен", r"(?:подтвердите|проверк[аи]|докажите|убедиться|проверяем)[^.\n]{0,40}(?:не робот|человек|браузер)|(?:вы|я) не робот|доступ ограничен"),
    ("uk", "робот|людин|браузер", r"(?:підтвердьте|перевірк|перевіря)[^.\n]{0,40}(?:не робот|людин|браузер)"),
    ("tr", "insan|robot|tarayıcı", r"(?:doğrula|kontrol)[^.\n]{0,40}(?:insan|robot|tarayıcı)|(?:insan|robot)[^.\n]{0,20}(?:doğrula|olmadığınızı)"),
    ("zh", "真人|您的请求|验证|驗證|机器人|機器人|浏览器|访问|防护", r"(?:人机|安全|滑动|真人)验证|人機驗證|请完成验证|請完成驗證|确认您?(?:不是机器人|是真人)|(?:不是|非)(?:机器人|機器人)|正在检查您的浏览器|访问过于频繁|您的(?:访问|请求).{0,8}(?:异常|拦截|阻断)|安全防护"),
    ("ja", "画像に表示|ロボット|人間|ブラウザ|セキュリティ|アクセス|文字を入力", r"(?:通常と異なる|不審な|自動化された)アクセス|画像に表示され(?:た|ている)文字|アクセスを確認しています|(?:人間|ロボットではない)(?:である)?ことを(?:確認|証明)|ロボットで(?:は)?(?:ありません|ないことを)|ブラウザ(?:ー)?を確認しています|セキュリティチェック"),
    ("ko", "사람|로봇|보안|비정상", r"(?:사람|로봇이 아닌|로봇이 아님)[^.\n]{0,12}(?:확인|인증)|보안 확인|비정상적인 (?:접근|트래픽)"),
    ("ar", "إنسان|روبوت|متصفح|بشر", r"(?:تحقق|التحقق|تأكيد|تأكد)[^.\n]{0,30}(?:إنسان|روبوت|متصفح|بشر)|لست روبوت"),
    ("fa", "ربات|انسان|مرورگر", r"(?:تایید|تأیید|بررسی)[^.\n]{0,40}(?:ربات|انسان|مرورگر)|ربات نیست"),
    ("hi", "रोबोट|मानव|इंसान", r"(?:सत्यापित|पुष्टि|जांच)[^।.\n]{0,40}(?:रोबोट|मानव|इंसान)|(?:रोबोट नहीं|मानव|इंसान)[^।.\n]{0,20}(?:सत्यापित|पुष्टि|हैं)"),
    ("vi", "con người|người máy|robot|trình duyệt", r"(?:xác (?:minh|nhận)|kiểm tra)[^.\n]{0,30}(?:con người|người máy|robot|trình duyệt)"),
    ("th", "มนุษย์|หุ่นยนต์", r"(?:ยืนยัน|ตรวจสอบ).{0,30}(?:มนุษย์|ไม่ใช่หุ่นยนต์|หุ่นยนต์)"),
)
CHALLENGE_CLASS = re.compile(r"cf-(?:challenge|wrapper|error|browser-verification)|challenge-(?:form|running|error|stage|platform|container)|px-captcha|captcha|cf-turnstile|datadome|botdetect|(?<![a-z])robot-check|ddg-l10n")
# On a page with hardly a link, no date and little text, three different ones say what it is.
CHALLENGE_WORD = re.compile(r"captcha|robot|\bbots?\b|\bhuman\b|security|blocked|denied|verif|javascript|cookies|firewall|\bray id|incident id|reference (?:id|#|number)|\bip\b|suspicious|malicious|automated|unusual|ddos|bloqué|bloquead|sicherheit|blockiert|sécurité|seguridad|segurança|sicurezza|bloccat|безопасност|заблокирован|подозрительн|安全|异常|拦截|セキュリティ|보안|차단|güvenlik|engellendi|keamanan|diblokir|bezpečnost|bezpieczeń|zablokowan|nietypow|säkerhet|beveiliging|geblokkeerd")
# Where the scripts and frames of challenges come from, on pages that have nothing else.
CHALLENGE_SOURCE = re.compile(r"_incapsula_resource|captcha-delivery\.com|captcha\.px-c|px-c(?:loud|dn)\.net/[^/]+/captcha|\.awswaf\.com|/cdn-cgi/challenge-platform/h/|challenges\.cloudflare\.com|/\.well-known/ddos-guard/|check\.ddos-guard|/\.within\.website/|/_sec/cp_challenge|geo\.captcha|validate\.perfdrive|arkoselabs\.com|geetest\.com|/149e9513-01fa-4fb0|hcaptcha\.com/1/api|vercel/security")
# A dialog's own words: without one of these a text about privacy is a text about privacy.
CONSENT_ACT = Phrasebook(
    ("en", "accept|agree|reject|manage|continue|privacy|partners|consent|got it|allow all", r"accept (?:all|cookies|and|&)|i accept|agree (?:and|&)|i agree|reject all|manage (?:options|settings|preferences|cookies|choices|consent)|before you continue|we value your privacy|we and our (?:[\d,.]+ )?(?:\w+ )?partners|consent (?:and|&) continue|do not consent|allow all"),
    ("de", "akzeptieren|zustimmen|ablehnen|einwilligen|werbung weiter|werbefrei|pur-abo|bevor sie|wir und unsere|verstanden|einverstanden|erlauben", r"akzeptieren|zustimmen|ablehnen|einwilligen|mit werbung weiter|werbefrei|pur-abo|bevor sie (?:fort|weiter|zu)|wir und unsere|einverstanden|alle erlauben"),
    ("fr", "accepte|refuser|avant de|nous et nos|paramétrer|j'accepte", r"tout accepter|accepter (?:et|&|les)|continuer sans accepter|j'accepte|tout refuser|avant de (?:continuer|poursuivre)|nous et nos|paramétrer (?:les|mes) (?:cookies|choix)"),
    ("es", "acept|acepta|rechaza|antes de continuar|nosotros y nuestros|consentir", r"acept(?:ar|o)(?: (?:todo|todas|y|las|cookies)|\b)|rechazar (?:todo|todas|y|las)|antes de continuar|nosotros y nuestros"),
    ("pt", "aceit|concordo|rejeitar|prosseguir|nós e os nossos|nós e nossos", r"aceit(?:ar|o)\b|concordo|rejeitar|nós e (?:os )?nossos"),
    ("it", "accett|rifiuta|noi e ", r"accett(?:a|o|are)\b|rifiuta|noi e (?:i nostri|terze parti)"),
    ("nl", "akkoord|accepte|weiger|wij en onze|toestaan", r"akkoord|accepter|accepte(?:er|ren)|weiger(?:en)?|wij en onze|alles toestaan"),
    ("id", "terima|setuju|tolak", r"terima (?:semua|dan|cookie)|setuju|tolak semua"),
    ("pl", "akcept|serwisu|zgadzam|zgadzasz|odrzuć", r"akcept|przejdź do serwisu|zgadza(?:m|sz)|odrzuć wszystk"),
    ("cs", "přijmout|souhlasím|odmítnout|prijať|súhlasím", r"přijmout|souhlasím|odmítnout (?:vše|všechny)|prijať|súhlasím"),
    ("sv", "godkänn|acceptera|accepter|tillad|godta|hyväksy|samtykk", r"godkänn|acceptera|accepter|tillad alle|godta|hyväksy|jeg samtykker"),
    ("hu", "elfogad", r"elfogad"),
    ("ro", "accept", r"accept (?:toate|tot)|acceptați|accept și"),
    ("tr", "kabul|reddet|izin ver", r"kabul (?:et|ediyorum)|tümünü reddet|izin ver(?:me|iyorum)?\b"),
    ("el", "αποδοχ|αποδέχομαι|αποδεχομαι|συμφων", r"αποδοχ[ήη]|αποδ[έε]χομαι|συμφων[ώω]"),
    ("ru", "соглаша|принять|соглас|отклонить|принимаю|приймаю|прийняти", r"принять|согласен|соглашаюсь|принимаю|приймаю|прийняти|отклонить все"),
    ("zh", "接受|同意|拒绝|拒絕", r"接受|同意(?:并|並|所有|全部)|全部(?:接受|同意|拒绝)"),
    ("ja", "すべて受け入れ|同意|許可", r"同意(?:して|する)|すべて(?:許可|受け入れ)"),
    ("ko", "수락|동의", r"수락|(?:모두 )?동의(?:합니다|하고|$|\n)"),
    ("ar", "قبول|أوافق|موافق|رفض", r"قبول (?:الكل|الجميع|جميع)|أوافق|موافق"),
    ("hi", "स्वीकार|सहमत", r"स्वीकार|सहमत"),
    ("vi", "chấp nhận|đồng ý", r"chấp nhận|đồng ý"),
    ("th", "ยอมรับ|ยินยอม", r"ยอมรับ|ยินยอม"),
    ("fa", "می‌پذیرم|موافقم", r"می‌پذیرم|موافقم"),
)
CONSENT = Phrasebook(
    ("en", "process data|cookie|personal data|information on|continue|privacy|consent|accept|reject|legitimate interest|personali|your data|similar technologies|advertis|ads |ad and|trackers", r"cookies?\b|(?:we|our partners|and our \d* ?partners)[^.\n]{0,60}(?:store|use|process|access)[^.\n]{0,60}(?:personal data|information on (?:a|your) device|your data)|before you continue|we value your privacy|your privacy (?:matters|choices|is important)|manage (?:your )?(?:privacy|consent)|accept (?:all|and continue)|reject all|(?:privacy|consent) (?:settings|preferences|policy|choices|notice|center)|legitimate interest|consent to|(?:your|withdraw (?:your )?) ?consent|personali[sz]ed (?:ads|advertising|content)|process (?:your )?(?:personal )?data|similar technologies|(?:ads|advertising|ad) and content|trackers\b"),
    ("de", "einwillig|zustimm|cookie|werbung|tracking|werbefrei|pur-abo|daten|privatsphäre|partner|akzeptier|bevor sie", r"einwilligung|zustimm(?:en|ung)|cookies?\b|(?:mit werbung|mit tracking|werbefrei|pur-abo)[^.\n]{0,40}(?:weiter|nutzen|lesen|abonnieren|monat)|werbetracking|personenbezogene(?:n|r)? daten|datenschutz(?:einstellungen|erklärung|hinweise)|privatsphäre|partner(?:n)?\b[^.\n]{0,20}(?:verarbeiten|nutzen|speichern|setzen)|alle(?:s)? akzeptieren|bevor sie (?:fortfahren|weitermachen)"),
    ("fr", "tout refuser|tout continuer|publicité|consentement|cookie|traceur|accepter|vie privée|données|partenaires|avant de|paramétr|finalités", r"consentement|cookies?\b|traceurs|(?:tout|accepter et) (?:accepter|continuer|refuser)|vie privée|données (?:personnelles|à caractère)|vos données|nos (?:\d+ )?partenaires|avant de (?:poursuivre|continuer)|continuer sans accepter|publicités? et (?:de )?contenus? personnalisé"),
    ("es", "contenido personalizad|consentimiento|cookie|acepta|privacidad|socios|rechaza|datos personales|antes de", r"consentimiento|cookies?\b|aceptar (?:todo|y continuar)|(?:tu|su) privacidad|política de privacidad|nuestros (?:\d+ )?socios|rechazar (?:todo|y)|datos personales|antes de continuar|anuncios y contenido personalizad"),
    ("pt", "consentimento|cookie|aceitar|privacidade|parceiros|dados", r"consentimento|cookies?\b|aceitar (?:tudo|todos|e continuar)|(?:sua|política de) privacidade|(?:nossos|os) (?:\d+ )?parceiros|dados pessoais|proteção de dados"),
    ("it", "consenso|cookie|accetta|privacy|partner|dati|rifiuta|prima di", r"consenso|cookies?\b|accetta(?:re)? (?:tutto|tutti|e continua)|privacy|nostri (?:\d+ )?partner|dati personali|rifiuta tutto|prima di continuare"),
    ("nl", "toestemming|cookie|accepteren|akkoord|privacy|partners|persoonsgegevens", r"toestemming|cookies?\b|alles accepteren|akkoord|privacy|onze (?:\d+ )?partners|persoonsgegevens|cookiewall"),
    ("id", "persetujuan|cookie|terima semua|privasi|data pribadi|mitra kami", r"persetujuan|cookie\b|terima semua|kebijakan privasi|privasi anda|data pribadi|mitra kami"),
    ("pl", "dan osobow|danych osobow|dane osobow|zgod|ciasteczk|cookie|prywatno|akceptuj|serwisu|dane osobowe|danych osobowych|partner|zgadzasz", r"zgod[aęy]|ciasteczk|cookies?\b|prywatno[śs]|akceptuj|przejdź do serwisu|dan(?:e|ych) osobow|zaufan(?:i|ych) partner|zgadzasz"),
    ("cs", "souhlas|súhlas|cookie|soukromí|súkromi|přijmout|osobní|osobných", r"souhlas|súhlas|cookies?\b|soukromí|súkromi|přijmout vše|osobní(?:ch)? údaj|osobných údajov"),
    ("sv", "accepter alle|samtycke|cookie|kakor|integritet|godkänn|acceptera|personuppgift|samtykke|privatliv|personoplysning|informasjonskaps|personvern|godta", r"samtycke|cookies?\b|kakor|integritet|godkänn|acceptera alla|personuppgifter|samtykke|privatliv|accepter alle|personoplysninger|informasjonskapsler|personvern|godta alle"),
    ("fi", "suostumu|eväste|hyväksy|yksityisyy|tietosuoj", r"suostumu|eväste|hyväksy kaikki|yksityisyy|tietosuoj"),
    ("hu", "személyes adat|hozzájárul|süti|cookie|elfogad|adatvédel|sütik", r"hozzájárul|süti|cookie|elfogad|adatvédel|személyes adat"),
    ("ro", "datele personale|datele cu|cookie|consimțământ|confidențialit|date personale|date cu caracter", r"cookie|consimțământ|confidențialit|date(?:le)? (?:personale|cu caracter personal)"),
    ("tr", "çerez|rıza|kabul|gizlilik|kişisel", r"kişiselleştirilmiş (?:reklam|içerik)|çerez|(?:açık )?rıza|kabul et|gizlilik|kişisel veri"),
    ("el", "cookie|συγκατάθεση|απόρρητ|αποδοχή|προσωπικ", r"cookies?|συγκατάθεση|απόρρητ[οό]|αποδοχή|προσωπικ[άώ]ν? δεδομέν"),
    ("ru", "соглас|cookie|куки|конфиденциальност|персональн|згод|персональн", r"соглас(?:ие|ен|ны|аетесь)|cookie|куки|конфиденциальност|персональн(?:ых|ые|их|і) дан|згод[аиу]"),
    ("zh", "同意|隐私|隱私|个人数据|个人信息|接受|cookie", r"同意|隐私|隱私|个人(?:数据|信息)|接受全部|cookie"),
    ("ja", "同意|プライバシー|クッキー|cookie|個人情報", r"同意|プライバシー|クッキー|cookie|個人情報"),
    ("ko", "동의|개인정보|쿠키|수락", r"동의|개인정보|쿠키|모두 수락"),
    ("ar", "ملفات|ملفات تعريف|كوكيز|الكوكيز|الخصوصية|خصوصيت|موافقت|البيانات الشخصية", r"ملفات (?:تعريف )?(?:الارتباط|الكوكيز)|كوكيز|(?:سياسة )?الخصوصية|خصوصيت|موافقت|البيانات الشخصية"),
    ("fa", "کوکی|حریم خصوصی|رضایت", r"کوکی|حریم خصوصی|رضایت"),
    ("hi", "कुकी|गोपनीयता|सहमति", r"कुकी|गोपनीयता|सहमति"),
    ("vi", "cookie|quyền riêng tư|dữ liệu cá nhân", r"cookie|quyền riêng tư|dữ liệu cá nhân"),
    ("th", "คุกกี้|ความเป็นส่วนตัว|ความยินยอม|ข้อมูลส่วนบุคคล", r"คุกกี้|ความเป็นส่วนตัว|ความยินยอม|ข้อมูลส่วนบุคคล"),
)
CONSENT_CLASS = re.compile(r"onetrust|didomi|qc-cmp|sp_message|sp-message|usercentrics|iubenda|cmpbox|fc-consent|cybotcookiebot|cmplz|tc-privacy|truste|trustarc|axeptio|klaro|cookiewall|cookie-wall|consent-(?:page|wall|gate|layer)|cmp-(?:popup|container|wall)")
# Title or heading of the page of a form to log in.
LOGIN_TITLE = Phrasebook(
    ("any", "acces|create |regist|inscription|crear cuenta|регистрация|daftar|log|sign|anmeld|connect|identif|connexion|sesión|entrar|acess|accedi|acced|masuk|inloggen|zaloguj|logowanie|přihl|prihl|bejelentkez|autentific|giriş|oturum|σύνδεση|вход|войти|вхід|увійти|authoriz|авториз|登录|登入|登錄|ログイン|로그인|تسجيل الدخول|دخول|ورود|लॉग|đăng nhập|เข้าสู่ระบบ|kirjaudu|einlogg|konto", r"(?:please |bitte |silakan )?(?:log|sign)[- ]?in(?: (?:or|/|or create|to (?:your|continue|read)|with|page|required|now|to (?:confirm|view|watch|access|see|proceed)).{0,40})?|(?:log|sign)[- ]?in or (?:register|sign up|create an account)|sign up(?: or log in)?|create (?:an|your) account|register(?: (?:for|to|now|with).{0,30})?|registrieren(?: .{0,20})?|inscription|(?:crear cuenta|registro)|регистрация|daftar(?: akun)?|(?:bitte )?(?:anmelden|anmeldung|einloggen|login)(?: (?:oder|/|&|und) .{0,30})?|(?:se connecter|connexion|identifiez-vous|connectez-vous)(?: .{0,30})?|(?:inicia(?:r)? sesión|acceder|acceso|identifícate)(?: .{0,30})?|(?:entrar|acesse sua conta|faça (?:o )?(?:seu )?login)(?: .{0,20})?|(?:accedi|accesso|effettua il login)(?: .{0,20})?|masuk(?: .{0,20})?|inloggen(?: .{0,20})?|zaloguj się(?: .{0,20})?|logowanie|přihlášení(?: .{0,20})?|přihlásit se|prihlásenie|bejelentkezés|autentificare|(?:üye )?giriş(?:i| yap)?|oturum aç|σύνδεση|вход(?: .{0,20})?|войти(?: .{0,20})?|вхід|увійти|авторизация|авторизація|(?:用户|會員|会员|账号)?(?:登录|登入|登錄)(?:.{0,8})|(?:会員)?ログイン(?:.{0,8})|로그인|تسجيل الدخول|دخول|ورود(?: .{0,20})?|लॉग ?[इि]न.{0,12}|đăng nhập(?: .{0,20})?|เข้าสู่ระบบ|logga in(?: .{0,20})?|log ind|logg inn|kirjaudu(?: sisään)?|konto anlegen"),
)
LOGIN = Phrasebook(
    ("en", "you must|you need to|you have to|signin|log in|login|log-in|logged|sign in|sign-in|register|account|password|members|member", r"(?:please )?(?:log ?in|sign ?in|register|create (?:a |an |your )?(?:free )?account)[^.\n]{0,40}(?:to (?:continue|read|view|access|see|proceed)|is required)|you (?:must|need to|have to) (?:be (?:logged|signed)|log|sign|register)|(?:log ?in|sign ?in) (?:required|to your account)|(?:forgot(?:ten)?|lost) (?:your )?password|members only|this (?:content|page|area) is (?:only )?(?:available|for|restricted)[^.\n]{0,12}(?:to )?(?:registered|members|logged)"),
    ("de", "melden sie|loggen sie|registrieren sie|melde dich|einloggen|anmelden|passwort|anmeldung|angemeldete|registrierte", r"(?:bitte )?(?:melden sie sich|loggen sie sich|registrieren sie sich|melde dich|einloggen|anmelden)[^.\n]{0,50}(?:\bum\b|weiter|lesen|fortzufahren|\ban\b|\bein\b)|passwort vergessen|anmeldung erforderlich|nur für (?:angemeldete|registrierte)|einloggen oder (?:konto|registrieren)"),
    ("fr", "connect|identifi|inscrivez|compte|mot de passe|membres|inscrits", r"(?:connectez-vous|identifiez-vous|inscrivez-vous|créez (?:un|votre) compte)[^.\n]{0,40}(?:pour|afin|à votre)|vous devez (?:être connecté|vous connecter|vous identifier)|mot de passe oublié|réservé aux (?:membres|inscrits)"),
    ("es", "sesión|regístr|identifícate|accede|debe|contraseña", r"(?:inici[ae] sesión|regístr[ae](?:te|se)|identifícate|accede)[^.\n]{0,40}(?:para|a tu cuenta)|debes? (?:iniciar sesión|estar (?:registrad|conectad|identificad))|(?:olvidaste|olvidó|olvidado|recuperar)[^.\n]{0,12}contraseña"),
    ("pt", "entre|login|entre |cadastre-se|acesse|senha|precisa", r"(?:faça (?:o |seu )?login|\bentre|cadastre-se|acesse sua conta)[^.\n]{0,40}(?:para (?:continuar|ler|acessar|ver)|na sua conta|com sua conta)|esquec(?:eu|i)[^.\n]{0,10}senha|você precisa (?:estar (?:logado|conectado)|fazer (?:o )?login)"),
    ("it", "accedi|login|accesso|registrati|password|devi", r"(?:accedi|effettua (?:il login|l'accesso)|registrati)[^.\n]{0,40}(?:per (?:continuare|leggere|visualizzare)|al tuo)|password dimenticata|(?:hai )?dimenticato la password|devi (?:accedere|effettuare)"),
    ("nl", "log in|meld je|inloggen|registreer|wachtwoord", r"(?:log in|meld je aan|inloggen|registreer(?: je)?)[^.\n]{0,40}(?:\bom\b|verder)|wachtwoord vergeten"),
    ("id", "masuk|login|log in|daftar|kata sandi|password", r"(?:silakan |harap )?(?:masuk|login|log in|daftar)[^.\n]{0,40}(?:untuk (?:melanjutkan|membaca|melihat|mengakses)|terlebih dahulu)|lupa (?:kata sandi|password)|anda harus (?:masuk|login)"),
    ("pl", "zaloguj|zarejestruj|hasła|zalogowa", r"(?:zaloguj się|zarejestruj się)[^.\n]{0,40}(?:aby|żeby|\bby\b)|(?:nie pamiętasz|zapomniałeś|przypomnij) hasła|musisz (?:się zalogować|być zalogowany)"),
    ("cs", "přihl|heslo|prihl", r"(?:přihlaste se|přihlásit se|prihláste sa)[^.\n]{0,40}(?:abyste|pro |prosím|aby)|zapomenuté heslo|zapomněli jste heslo|zabudnuté heslo|zabudli ste heslo|musíte být přihlášen|pro (?:čtení|zobrazení)[^.\n]{0,30}se (?:musíte )?přihla?á?s"),
    ("sv", "logga|logga in|lösenord|inloggad|log ind|logg inn|adgangskode|passord|kirjaudu|salasana", r"logga in[^.\n]{0,30}(?:för att)|glömt (?:ditt )?lösenord|du måste (?:logga|vara inloggad)|log ind[^.\n]{0,20}for at|glemt (?:din )?adgangskode|logg inn[^.\n]{0,20}for å|glemt passord|kirjaudu[^.\n]{0,30}(?:lukeaksesi|jatkaaksesi)|unohditko salasana|unohtuiko salasana"),
    ("hu", "jelsz|jelentkez|jelszó", r"(?:jelentkezzen be|be kell jelentkez|jelentkezz be)|elfelejtett(?:e)? (?:a )?jelsz"),
    ("ru", "необходимо войти|войдите|авториз|зарегистрируйтесь|пароль|увійдіть|увійти", r"(?:войдите|авторизуйтесь|зарегистрируйтесь)[^.\n]{0,40}(?:чтобы|для|,)|забыли пароль|необходимо (?:войти|авторизоваться)|требуется авторизация|увійдіть[^.\n]{0,40}(?:щоб|для)|забули пароль"),
    ("tr", "giriş|oturum|üye|şifre|parola", r"(?:giriş yap|oturum aç|üye ol)[^.\n]{0,40}(?:devam|için|gerek)|(?:şifremi|parolamı) unuttum|(?:için|lütfen) (?:giriş yap|oturum aç|üye ol)"),
    ("el", "σύνδεση|συνδεθ|κωδικό", r"(?:συνδεθείτε|κάντε σύνδεση)[^.\n]{0,30}(?:για|ώστε)|ξεχάσατε τον κωδικό"),
    ("zh", "登录|登入|登錄|密码|密碼|注册会员", r"请(?:您)?(?:先)?(?:登录|登錄)|請(?:您)?(?:先)?登入|(?:登录|登入|登錄)(?:后|後|以)(?:可)?(?:查看|阅读|閱讀|继续|繼續)?|忘记密码|忘記密碼|忘記密碼"),
    ("ja", "ログイン|パスワード|会員登録", r"ログイン(?:して(?:ください|続き)|が必要|すると)|パスワードを(?:お忘れ|忘れ)|会員登録(?:が必要|して)"),
    ("ko", "로그인|비밀번호", r"로그인[^.\n]{0,12}(?:필요|후|해\s?주|하세요|하시기)|비밀번호(?:를)? (?:찾기|잊으)"),
    ("ar", "الدخول|دخول|كلمة", r"(?:سجل|تسجيل|سجّل|بتسجيل) (?:الدخول|دخول|دخولك)[^.\n]{0,30}(?:للمتابعة|لقراءة|لعرض|للوصول|لمتابعة)|(?:نسيت|هل نسيت) كلمة (?:المرور|السر)|يجب (?:عليك )?تسجيل الدخول"),
    ("fa", "وارد|ورود|رمز|گذرواژه", r"(?:وارد شوید|وارد حساب)[^.\n]{0,30}|رمز عبور (?:خود )?را فراموش|فراموشی (?:رمز|گذرواژه)"),
    ("hi", "लॉग|पासवर्ड", r"लॉग ?[इि]न[^।.\n]{0,20}(?:करें|करना)|पासवर्ड भूल"),
    ("vi", "đăng nhập|mật khẩu", r"đăng nhập[^.\n]{0,20}để|quên mật khẩu"),
    ("th", "เข้าสู่ระบบ|รหัสผ่าน", r"(?:กรุณา|โปรด)เข้าสู่ระบบ|เข้าสู่ระบบเพื่อ|ลืมรหัสผ่าน"),
)
PAYWALL = Phrasebook(
    ("en", "sign up|premium|you have |you've |subscri|member|trial|unlock|upgrade|regist|continue|reading|read the|e-mail|email|free articles|limit", r"(?:subscribe|become a (?:subscriber|member)|start your (?:free )?trial|unlock|upgrade|register|sign up)[^.\n]{0,50}(?:to (?:continue|keep|read|finish|get (?:full|unlimited|access)|access|unlock)|for (?:full|unlimited) access|this article|now\b)|(?:to (?:continue|keep) reading|read the (?:full|rest of (?:the|this)) (?:story|article)|continue reading|keep reading)[^.\n]{0,60}(?:subscri|sign|log|register|member|account|trial|become|with)|(?:this|the full|the rest of this) (?:article|story|content|post|piece) is (?:only |exclusively |reserved )?(?:for|available to) (?:our )?(?:paying |paid |premium )?(?:subscribers|members)|(?:subscriber|member|premium)s?[- ](?:only|exclusive)|you(?:'ve| have) (?:reached|used|read)[^.\n]{0,40}(?:free|limit)|enter your e-?mail(?: address)?[^.\n]{0,20}to (?:continue|keep|read|unlock)|subscribers? (?:can )?(?:continue|read the)|(?:thanks|thank you) for reading[^.\n]{0,40}(?:free|articles)[^.\n]{0,20}(?:limit|left|month)|this post is for (?:paid|paying) subscribers"),
    ("de", "weiterlesen|weiter lesen|lesen sie|artikel|inhalt|exklusiv|nur für|jetzt|bereits|schon|abo|zugang", r"(?:weiterlesen|weiter lesen|lesen sie (?:den )?(?:ganzen|vollständigen)|vollständigen? artikel|ganzen artikel|diesen artikel)[^.\n]{0,60}(?:\babo|abonn|plus|\+|testen|anmeld|kostenlos|freischalt|premium)|(?:abo|plus|premium)[- ](?:artikel|inhalt)|(?:exklusiv|nur) für (?:\w+ )?(?:abonnent|mitglied|plus)|jetzt (?:abonnieren|freischalten|weiterlesen|testen)|artikel freischalten|zugang zu allen (?:artikeln|inhalten)|(?:mit|im) (?:dem )?(?:digital-?)?abo (?:weiter)?lesen"),
    ("fr", "réservé|reste|abonn|suite|exclusi", r"(?:article|contenu) (?:est )?(?:réservé|exclusi)[^.\n]{0,25}abonné|il vous reste[^.\n]{0,20}(?:à lire|de cet article|à découvrir)|(?:abonnez-vous|s'abonner|je m'abonne)[^.\n]{0,40}(?:pour|lire|dès|continuer)|la suite (?:de cet article )?est réservée|pour lire la suite|lire la suite[^.\n]{0,30}abonn|réservé (?:à nos|aux) abonné"),
    ("es", "suscr|premium|suscri|socio|leyendo|exclusiv|abonad", r"(?:suscríb|hazte (?:socio|premium)|suscripción)[^.\n]{0,50}(?:para (?:seguir|continuar|leer)|leyendo|acced)|(?:para (?:seguir|continuar) leyendo)|(?:contenido|artículo|noticia) (?:exclusiv|solo|para|premium)[^.\n]{0,20}(?:suscriptor|socio|abonad)|solo para suscriptores|sigue leyendo con"),
    ("pt", "para continuar|assin|exclusiv|lendo", r"(?:assine|assinatura)[^.\n]{0,50}(?:para (?:continuar|ler)|lendo|acess)|(?:conteúdo|matéria|artigo|reportagem) exclusiv[ao][^.\n]{0,20}(?:assinante|membro)|para continuar (?:lendo|a ler|a leitura)|exclusiv[ao] (?:para|de) assinantes"),
    ("it", "abbon|riservat|continuare", r"(?:abbonati|abbonamento)[^.\n]{0,50}(?:per (?:continuare|leggere)|leggere|accedere)|(?:contenuto|articolo) (?:è )?(?:riservato|per|premium)[^.\n]{0,20}abbonati|per continuare a leggere|riservato agli abbonati"),
    ("nl", "voor leden|word lid|abonne|lid|abonnement|verder lezen|account", r"(?:abonneer|word (?:lid|abonnee)|neem een abonnement)\b[^.\n]{0,50}|(?:exclusief|alleen) voor (?:abonnees|leden)|verder lezen\??[^.\n]{0,40}(?:abonn|account|proef)"),
    ("id", "langganan|member|pelanggan|premium|berbayar|selengkapnya", r"(?:berlangganan|langganan|jadi member)[^.\n]{0,50}(?:untuk (?:membaca|melanjutkan|mengakses)|sekarang|selengkapnya)|(?:khusus|eksklusif)[^.\n]{0,20}(?:pelanggan|member|berlangganan)|artikel (?:premium|berbayar)|baca (?:artikel )?selengkapnya[^.\n]{0,40}(?:berlangganan|langganan)"),
    ("pl", "dostęp|prenumer|subskry|abon|pozostało|czytaj dalej", r"(?:wykup|kup|zacznij|odblokuj)[^.\n]{0,30}(?:dostęp|prenumerat|subskrypcj|abonament)|(?:artykuł|treść|tekst|materiał) (?:dostępn|tylko|przeznaczon)[^.\n]{0,30}(?:subskry|prenumerator|abonent)|pozostało[^.\n]{0,20}%|czytaj dalej z|dostęp tylko dla"),
    ("cs", "předpla|predpla|předplat|predplat|odemkn|odomkn|předplác", r"(?:předplaťte si|předplatit|predplaťte si|získejte předplatné|odemknout článek|odomknúť článok)[^.\n]{0,40}|(?:pouze|jen|len) pro (?:předplatitele|predplatiteľov)|(?:jste|máte) (?:již|už) (?:předplat|predplat)|(?:tento )?článek je (?:pouze|jen|určen)[^.\n]{0,20}předplatitel"),
    ("sv", "skaffa|prenumer|lås upp|abonnent|abonnement|adgang|tilgang|abonner", r"(?:bli prenumerant|prenumerera|skaffa)[^.\n]{0,50}(?:för att|läs|\bnu\b)|(?:endast|bara|enbart|exklusiv\w*) för (?:våra )?prenumeranter|lås upp|(?:bliv abonnent|køb abonnement|få adgang|bli abonnent|kjøp tilgang)[^.\n]{0,40}|abonner (?:på|nå|nu)\b|(?:kun|forbeholdt|bare)[^.\n]{0,10}abonnenter|(?:allerede|er du) abonnent"),
    ("fi", "tilaa|jatka lukemista|tilaajille", r"tilaa (?:nyt|lehti|digi)[^.\n]{0,40}|tilaajana[^.\n]{0,20}luk|vain tilaajille|jatka lukemista"),
    ("hu", "fizess|előfizet", r"(?:fizess|fizessen) elő[^.\n]{0,40}|csak előfizető|már előfizető|előfizetőink(?:nek)?|előfizetés(?:sel)? (?:olvas|folytat)"),
    ("ro", "abon", r"abon(?:ează-te|ați-vă|amente)[^.\n]{0,40}(?:pentru|citi)|(?:doar|exclusiv) pentru abonați|ești deja abonat"),
    ("el", "συνδρομ", r"(?:γίνετε|γίνε) συνδρομητ[^.\n]{0,40}|(?:μόνο|αποκλειστικά) για συνδρομητές"),
    ("ru", "подпис|передплат", r"(?:оформите|купите|доступ|оформить)[^.\n]{0,40}(?:подписк|подписчик)|(?:только|доступн[оаы]?) (?:\w+ )?(?:для|по) подпис|читать дальше по подписке|(?:оформіть|лише за|тільки для)[^.\n]{0,20}передплат"),
    ("tr", "abone|üye", r"(?:abone ol|üye ol)[^.\n]{0,40}(?:devam|oku|için)|(?:sadece|yalnızca) (?:abone|üye)|(?:abonelere|üyelere) özel|(?:devamını|tamamını) okumak için[^.\n]{0,20}(?:abone|üye)"),
    ("zh", "订阅|訂閱|会员|會員|付费|付費|订户|訂戶|剩余|余下|全文", r"(?:订阅|訂閱|成为会员|加入會員|成為會員|开通会员|付费|付費)[^。\n]{0,16}(?:阅读|閱讀|继续|繼續|全文|解锁|解鎖)|(?:付费|付費|會員|会员|订户|訂戶)(?:专享|專享|限定|专属|專屬|内容|文章)|剩余[^。\n]{0,6}%|(?:余下|剩余)(?:全文|内容)|(?:阅读|閱讀)全文[^。\n]{0,10}(?:订阅|訂閱|会员|會員|登录|登入)"),
    ("ja", "有料|会員|購読|残り|続きを|ここから先", r"(?:有料|会員|購読者)(?:会員)?(?:限定|記事|のみ)|この記事は(?:有料|会員)|残り[^。\n]{0,8}文字|続きを(?:読む|お読み)[^。\n]{0,20}(?:登録|会員|購読|ログイン)|ここから先は|(?:登録|購読)して続きを"),
    ("ko", "로그인하|로그인후|구독|유료|프리미엄|회원", r"(?:구독|유료|프리미엄|회원)[^.\n]{0,16}(?:전용|계속|전문을|하시면)|이 기사는 (?:유료|구독자|회원)|(?:구독|회원가입|로그인)(?:하고|하면|후) [^.\n]{0,12}(?:읽|볼|이용)|이미 구독"),
    ("ar", "اشترك|اشتراك|مشترك", r"(?:اشترك|اشتراك)[^.\n]{0,40}(?:لقراءة|للقراءة|للمتابعة|لمتابعة|للوصول)|للمشتركين فقط|(?:مشترك|مشتركًا) بالفعل|لديك اشتراك"),
    ("fa", "اشتراک|مشترک|اعضا", r"(?:اشتراک)[^.\n]{0,30}(?:ادامه|خواندن|مطالعه|بخرید|تهیه)|(?:ویژه|مخصوص) (?:مشترکان|مشترکین|اعضا)"),
    ("hi", "सब्सक्रा|सदस्य", r"(?:सब्सक्रा|सदस्य)[^।.\n]{0,40}(?:पढ़|लें|करें|बनें)|(?:केवल|सिर्फ) (?:सदस्यों|सब्सक्रा)"),
    ("vi", "đăng ký|thuê bao|hội viên|độc giả", r"(?:đăng ký|thuê bao|trở thành hội viên)[^.\n]{0,40}(?:đọc tiếp|để đọc|toàn bộ)|(?:dành riêng|chỉ dành) cho (?:hội viên|thuê bao|độc giả)"),
    ("th", "สมาชิก", r"(?:สมัครสมาชิก|เป็นสมาชิก).{0,30}(?:อ่าน)|(?:เฉพาะ|สำหรับ)สมาชิก"),
    ("he", "מנוי", r"(?:מנויים|למנויים) בלבד|(?:הירשמו|רכשו|הצטרפו)[^.\n]{0,30}מנוי|כבר מנוי"),
)
# Beside those, and on pages that hold a whole text too: not enough alone.
SUBSCRIBED = Phrasebook(
    ("any", "already|bereits|schon|ein abo|déjà|suscriptor|assinante|abbonato|al abonnee|sudah|masz już|redan|allerede|oletko|abonné|уже |вже |zaten|已订阅|已经订阅|已訂閱|会員の|이미|بالفعل|máte|jste", r"already (?:a )?(?:subscribe[rd]|member)|(?:bereits|schon) (?:abonnent|abonniert|kunde|mitglied)|sie haben (?:bereits )?ein abo|déjà abonné|(?:ya eres|ya soy|¿ya es|eres) suscriptor|(?:já|ja) (?:é|sou) assinante|già abbonato|al abonnee|sudah berlangganan|masz już (?:subskrypcj|prenumerat|dostęp)|redan prenumerant|allerede abonnent|oletko jo tilaaja|уже (?:есть подписка|подписаны)|вже передплатили|zaten abone|已(?:经)?订阅|已訂閱|会員の方は|이미 구독|(?:مشترك|مشتركًا) بالفعل|(?:jste|máte) (?:již|už) (?:předplat|predplat)"),
)
PAYWALL_CLASS = re.compile(r"(?<![a-z])(?:paywall|pay-wall|regwall|piano-(?:offer|paywall|container)|tp-(?:modal|container-inner)|poool-widget|subscriber-only|subscribers-only|premium-(?:paywall|barrier|content-barrier|box)|barrier(?:-page)?|meter(?:ed)?-(?:paywall|gate)|pw-(?:gate|container)|paid-barrier|paidcontent-barrier|article-gate|content-gate|gate-(?:overlay|box)|gateway-(?:content|container)|abo-schranke|plus-paywall|leaky-paywall|lp-offer|fade-?out|blur(?:red)?-(?:text|content|article|paragraphs?)|article-fade|wall-(?:bottom|text))(?![a-z])")
# All that a page says whose text a program is to fetch.
NEEDS_SCRIPT = Phrasebook(
    ("any", "please wait|javascript|자바스크립트|loading|laden|chargement|cargando|carregando|caricamento|memuat|yükleniyor|загрузка|завантаження|加载|載入|読み込み|로딩|جار|načítá|ładowanie|laddar", r"(?:enable|activate|requires?|turn on|without|needs?|aktivier\w*|activer|habilit\w*|activ[ae]\w*|attiva\w*|abilita\w*|inschakel\w*|aktifkan|włącz\w*|zapn\w*|etkinleştir\w*|включите|увімкніть|启用|啟用)[^.\n]{0,30}javascript|javascript[^.\n]{0,40}(?:enable|activ|aktivier|habilit|abilita|inschakel|aktif|włącz|zapn|etkinleştir|включ|увімкн|有効|启用|啟用|활성화|required|disabled)|자바스크립트|^(?:loading|please wait|wird geladen|laden|chargement|cargando|carregando|caricamento|memuat|yükleniyor|загрузка|加载中|載入中|読み込み中|로딩 ?중|جار(?:ي)? التحميل|načítá se|ładowanie|laddar)\W*$"),
)
# What a page says instead of its text that wants to show advertising first.
NEEDS_ADVERTS = Phrasebook(
    ("en", "ad block|adblock|ad-block", r"(?:disable|turn off|deactivate|pause|switch off|whitelist)[^.\n]{0,40}ad[ -]?block|using an ad[ -]?block|ad[ -]?block(?:er)?s? (?:is |was )?(?:detected|enabled|active)"),
    ("any", "adblock|ad-block|werbeblocker|bloqueur|bloqueador|广告|廣告|広告ブロック|광고 차단|блокировщик|reklam", r"(?:adblock(?:er)?|werbeblocker)[^.\n]{0,30}(?:deaktivier|ausschalt|erkannt|aktiv)|(?:désactive[rz]|suspende[rz])[^.\n]{0,30}(?:bloqueur|adblock)|(?:desactiv|desabilit|deshabilit)\w*[^.\n]{0,30}(?:bloqueador|adblock)|(?:disattiva|disabilita)\w*[^.\n]{0,30}ad-?block|(?:关闭|禁用|停用|關閉)[^。\n]{0,8}(?:广告|廣告)(?:拦截|屏蔽|攔截|阻擋)|広告ブロック(?:機能)?を(?:無効|オフ|解除)|광고 차단[^.\n]{0,12}(?:해제|꺼)|отключите блокировщик|reklam engelleyici[^.\n]{0,20}(?:kapat|devre dışı)"),
)
# All that a page says which has no text yet.
PLACEHOLDER = Phrasebook(
    ("en", "refresh|follow|updat|shortly|soon|developing|check back", r"(?:more|details|full story|full report|further details)[^.\n]{0,30}(?:to follow|shortly|soon)|(?:this|the) (?:is a )?(?:story|page|article|developing)[^.\n]{0,40}(?:updat|developing|refresh)|check back|(?:will be|is being) updated|coming soon|updates? to follow"),
    ("de", "folgen|in kürze|folgt|aktualisiert|gleich mehr", r"mehr (?:dazu )?in kürze|(?:weitere (?:informationen|details)|mehr|bericht) folg(?:t|en)|wird (?:laufend )?aktualisiert|gleich mehr"),
    ("fr", "à venir|mis à jour|suivre|mise à jour|plus d'informations", r"(?:plus d'informations|détails|article) (?:à suivre|à venir)|(?:sera|en cours de) mis(?:e)? à jour"),
    ("es", "en desarrollo|en ampliación|ampliación|breve|actualiza", r"(?:habrá|seguirá) ampliación|(?:noticia|información) en (?:desarrollo|ampliación|breve)|en breve|se actualizará"),
    ("pt", "instantes|atualiza|breve|aguarde", r"(?:mais informações|notícia|matéria) (?:em instantes|em breve|em atualização)|(?:será|em) atualiza(?:da|ção)"),
    ("it", "aggiornament|in breve|a breve", r"(?:articolo |notizia )?in aggiornamento|seguono aggiornamenti|(?:in|a) breve"),
    ("nl", "volgt|bijgewerkt|binnenkort", r"(?:meer|uitgebreid bericht)[^.\n]{0,20}volgt|wordt bijgewerkt|binnenkort meer"),
    ("id", "segera|selengkapnya|diperbarui|menyusul", r"(?:berita|informasi)?\s*selengkapnya segera|segera (?:kami|hadir|diperbarui)|(?:akan|berita) (?:ini )?(?:terus )?diperbarui|menyusul"),
    ("pl", "wkrótce|aktualizowan", r"(?:więcej|szczegóły)[^.\n]{0,20}wkrótce|(?:będzie|jest) aktualizowan"),
    ("cs", "připravujeme|aktualizujeme|více informací|sledujeme", r"(?:podrobnosti|více informací)?\s*připravujeme|(?:článek|zprávu) aktualizujeme"),
    ("tr", "ayrıntı|gelişme|güncelle", r"ayrıntılar (?:geliyor|birazdan|az sonra)|(?:haber )?güncelleniyor"),
    ("ru", "подробност|дополняется|обновл|готовится", r"подробност(?:и|ей)[^.\n]{0,20}(?:позже|скоро|уточня|следу)|(?:новость|материал)[^.\n]{0,20}(?:дополняется|обновля|готовится)|следите за обновлениями"),
    ("ar", "التفاصيل|يتبع|لاحقا", r"(?:التفاصيل|مزيد من التفاصيل) (?:لاحقا|لاحقًا|بعد قليل)|يتبع"),
    ("fa", "تکمیل|به‌روز|متعاقبا", r"(?:خبر )?(?:تکمیلی|در حال تکمیل|در حال به‌روز)"),
    ("zh", "待续|稍后|详情|更新|敬请", r"(?:详情|更多内容|详细报道)[^。\n]{0,8}(?:稍后|待续)|(?:持续|稍后)更新|敬请(?:期待|关注)"),
    ("ja", "更新|準備中|追って|更新します|詳細は", r"準備中|追って(?:お伝え|掲載|更新)|(?:随時|まもなく)更新"),
    ("ko", "이어|곧|이어집니다|준비|업데이트", r"(?:자세한|상세한)[^.\n]{0,12}(?:곧|이어)|준비 ?중|곧 (?:이어|업데이트)"),
    ("vi", "cập nhật|tiếp tục cập nhật|đang cập nhật", r"(?:tiếp tục|đang) (?:được )?cập nhật"),
    ("hi", "अपडेट|विस्तृत", r"(?:अपडेट|विस्तृत)[^।\n]{0,30}(?:जारी|जल्द|शीघ्र|रहा)"),
    ("th", "อยู่ระหว่าง|ติดตาม|อัปเดต", r"(?:โปรด)?ติดตาม(?:รายละเอียด|ความคืบหน้า|ต่อ)|อยู่ระหว่าง(?:อัปเดต|ปรับปรุง)"),
)
# fmt: on
