# ruff: noqa: E501 - a language's phrases read best on one line
"""What pages that are no articles say, by kind and language.

Each list is tried against the title and headings, or against the whole text of a page that has
little of it; a long article that mentions a phrase is not touched by it.
"""

from __future__ import annotations

import re

# fmt: off
# A heading or title that is nothing but this.
NOT_FOUND_TITLES: tuple[tuple[str, str], ...] = (
    ("any", r"(?:error |fehler |erreur |erro |errore |http |status )?(?:404|410)(?:\s*[-–—:|!.]?\s*(?:error|fehler|erreur|not found|page not found|gone|file not found|seite nicht gefunden)?)?"),
    ("en", r"(?:404\W*)?(?:(?:sorry|oops|uh[- ]?oh|whoops)[\s,.!:–—-]*)?(?:the |this |that |we can'?t find (?:the|that) |we couldn'?t find (?:the|that) )?(?:requested )?(?:page|article|story|content|document|file|post|url)(?: you(?:'re| are) looking for)?(?: (?:is|was|were|has been|could not be|can ?not be|can'?t be|couldn'?t be|does|did|you requested|you are looking for))*(?: (?:not|n'?t))?(?: (?:be|been))? ?(?:not found|found|missing|gone|removed|deleted|unavailable|exist|available|no longer available|no longer exists?|moved)"),
    ("en", r"(?:sorry[\s,.!:–—-]*)?(?:not found|nothing (?:was )?found|page missing|no results found|this page (?:doesn'?t|does not) exist|we can'?t (?:seem to )?find (?:that|the|this) page.*|we couldn'?t find (?:that|the|this) page.*|lost\?|article (?:expired|removed|not available))"),
    ("de", r"(?:404\W*)?(?:(?:leider|entschuldigung|hoppla|ups)[\s,.!:–—-]*)?(?:die |diese |der |dieser |das )?(?:von ihnen )?(?:angeforderte |gesuchte |gewünschte |aufgerufene )?(?:seite|artikel|inhalt|dokument|beitrag)(?: (?:wurde|ist|konnte|existiert|kann|leider|nicht|mehr|gefunden|werden|verfügbar|vorhanden|gelöscht|entfernt))+"),
    ("fr", r"(?:404\W*)?(?:(?:désolé|oups|oops)[\s,.!:–—-]*)?(?:la |cette |le |cet |l')?(?:page|article|contenu|document)(?: (?:que vous (?:cherchez|recherchez|demandez)|demandée?|recherchée?|n'(?:existe|est|a)|pas|plus|été|trouvée?|est|introuvable|disponible|inexistante?|supprimée?|retrouvée?|a))+|page introuvable|non trouvé"),
    ("es", r"(?:404\W*)?(?:(?:lo sentimos|ups|oops|vaya)[\s,.!:–—-]*)?(?:la |esta |el |este )?(?:página|artículo|contenido|noticia)(?: (?:que (?:buscas?|está buscando|buscabas?)|solicitad[ao]|no|ha sido|se ha|se|fue|existe|encontrad[ao]|encontró|encuentra|disponible|está|ya|eliminad[ao]|pudo|encontrarse))+|no encontrad[ao]"),
    ("pt", r"(?:404\W*)?(?:(?:desculpe|ops|oops)[\s,.!:–—-]*)?(?:a |esta |o |este )?(?:página|artigo|conteúdo|notícia|matéria)(?: (?:que (?:você )?(?:procura|procurou|procurava)|solicitad[ao]|não|foi|existe|encontrad[ao]|está|mais|disponível|removid[ao]|pode|ser))+|não encontrad[ao]"),
    ("it", r"(?:404\W*)?(?:(?:spiacenti|ops|oops|ci dispiace)[\s,.!:–—-]*)?(?:la |questa |l'|il )?(?:pagina|articolo|contenuto)(?: (?:che (?:cerchi|stai cercando)|richiest[ao]|cercat[ao]|non|è|stat[ao]|esiste|trovat[ao]|più|disponibile|rimoss[ao]))+"),
    ("nl", r"(?:404\W*)?(?:(?:sorry|oeps|helaas)[\s,.!:–—-]*)?(?:de |deze |dit |het )?(?:pagina|artikel|bericht)(?: (?:die u zoekt|is|bestaat|kan|kon|niet|meer|worden|gevonden|beschikbaar|verwijderd))+"),
    ("id", r"(?:404\W*)?(?:(?:maaf|ups|oops|mohon maaf)[\s,.!:–—-]*)?(?:halaman|berita|artikel|konten)(?: (?:yang (?:anda|kamu) (?:cari|tuju|minta|akses)|ini|tidak|belum|bisa|dapat|ditemukan|tersedia|ada|sudah|telah|dihapus))+"),
    ("ms", r"(?:404\W*)?halaman tidak (?:dijumpai|ditemui)"),
    ("sv", r"(?:404\W*)?(?:sidan|artikeln)(?: (?:du söker|kunde|kan|inte|hittas|hittades|finns|saknas|är|längre|borttagen))+"),
    ("da", r"(?:404\W*)?(?:siden|artiklen)(?: (?:du leder efter|blev|kunne|kan|ikke|findes|fundet|findes|eksisterer|er|længere))+"),
    ("no", r"(?:404\W*)?(?:siden|artikkelen)(?: (?:du leter etter|ble|kunne|kan|ikke|finnes|funnet|eksisterer|er|lenger))+|fant ikke siden"),
    ("fi", r"(?:404\W*)?(?:sivua|artikkelia|hakemaasi sivua) ei (?:löydy|löytynyt|ole)(?: .{0,20})?"),
    ("pl", r"(?:404\W*)?(?:(?:przepraszamy|ups|niestety)[\s,.!:–—-]*)?(?:ta |ten |podana )?(?:strona|artykuł|podstrona)(?: (?:której szukasz|o podanym adresie|nie|została|został|istnieje|znaleziona|znaleziono|usunięt[ay]|jest|dostępn[ay]))+|nie znaleziono(?: strony| artykułu)?"),
    ("cs", r"(?:404\W*)?(?:stránka|článek|stránku)(?: (?:nebyla?|nenalezena?|nenalezen|nalezena?|neexistuje|kterou hledáte|se nepodařilo|najít))+"),
    ("hu", r"(?:404\W*)?(?:az? )?(?:keresett )?(?:oldal|cikk|lap) nem (?:található|létezik|elérhető)"),
    ("ro", r"(?:404\W*)?(?:pagina|articolul)(?: (?:căutată?|nu|a|fost|există|găsită?|este|disponibilă?))+"),
    ("tr", r"(?:404\W*)?(?:(?:üzgünüz|aradığınız)[\s,.!:–—-]*)?(?:sayfa|haber|içerik)(?: (?:bulunamadı|mevcut değil|kaldırılmış|yok))+"),
    ("el", r"(?:404\W*)?η σελίδα (?:που (?:ψάχνετε|αναζητάτε) )?δεν (?:βρέθηκε|υπάρχει)"),
    ("ru", r"(?:404\W*)?(?:(?:ошибка|извините|упс|к сожалению)[\s,.!:–—-]*(?:404)?[\s,.!:–—-]*)?(?:такая |эта |запрошенная |запрашиваемая )?(?:страница|статья|материал|новость|страницы)(?: (?:не|был[аи]?|найден[ао]?|существует|удален[ао]?|удалён|больше|доступн[ао]|такой))+|ничего не найдено"),
    ("uk", r"(?:404\W*)?(?:сторінк[ау]|стаття|матеріал)(?: (?:не|було|знайдено|існує|видалено|знайдена))+"),
    ("bg", r"(?:404\W*)?страницата не (?:е намерена|съществува)"),
    ("ar", r"(?:404\W*)?(?:عذرا|عذراً|عفوا)?[\s،,!]*(?:الصفحة|المقال|المحتوى)(?: (?:التي تبحث عنها|المطلوبة|المطلوب|غير|موجودة?|متوفرة?|متاحة?|لم|يتم|العثور|عليها))+"),
    ("fa", r"(?:404\W*)?(?:صفحه|مطلب)(?: (?:مورد نظر|یافت|پیدا|نشد|وجود|ندارد|شما))+"),
    ("he", r"(?:404\W*)?(?:הדף|העמוד|הכתבה)(?: (?:שחיפשת|המבוקש|לא|נמצא|נמצאה|קיים))+"),
    ("hi", r"(?:404\W*)?(?:पृष्ठ|पेज)(?: (?:नहीं|मिला|उपलब्ध|है))+"),
    ("th", r"(?:404\W*)?(?:ไม่พบหน้า|ไม่พบหน้าที่|ไม่พบข้อมูล).{0,30}"),
    ("vi", r"(?:404\W*)?(?:không tìm thấy trang|trang (?:bạn tìm |này )?không (?:tồn tại|tìm thấy)).{0,20}"),
    ("zh", r"(?:404\W*)?(?:抱歉|对不起|對不起|很抱歉)?[\s，,!！]*(?:您?(?:访问|訪問|查找|请求|要找)的)?(?:页面|頁面|文章|网页|網頁|内容)(?:不存在|未找到|找不到|已(?:被)?删除|已(?:被)?刪除|没有找到|已下线|无法找到)(?:了)?|找不到(?:页面|頁面|网页|網頁|该页|您要的).{0,8}"),
    ("ja", r"(?:404\W*)?(?:お探しの|ご指定の|指定された)?(?:ページ|記事|ファイル)(?:は|が)?(?:見つかりません(?:でした)?|存在しません|削除されました|見つかりませんでした|ありません)"),
    ("ko", r"(?:404\W*)?(?:요청하신 |찾으시는 )?(?:페이지|기사|게시물)(?:를|을|가|이|은|는)? ?(?:찾을 수 없습니다|존재하지 않습니다|삭제되었습니다|없습니다)"),
)
# In the little text of an error page.
NOT_FOUND_TEXT: tuple[tuple[str, str], ...] = (
    ("en", r"(?:page|article|story|content|url|address|link|post|document) (?:that )?(?:you(?:'re| are| were) (?:looking for|trying to (?:reach|view|access))|you (?:have )?(?:requested|entered|followed))[^.]{0,60}(?:not|n'?t|no longer|moved|removed|deleted|expired|missing|unavailable)|(?:this|that|the) (?:page|article|story|content|link) (?:is no longer|no longer|may have been|has been|might have been|could not be|cannot be|can'?t be|doesn'?t|does not|isn'?t|is not) (?:available|exists?|moved|removed|deleted|found|expired)|we (?:can'?t|cannot|couldn'?t|could not)(?: seem to)? find (?:the|that|this|what)|page not found|error 404|404 error|404 not found"),
    ("de", r"(?:seite|artikel|inhalt|beitrag|adresse)[^.]{0,60}(?:nicht gefunden|existiert nicht|nicht mehr (?:verfügbar|vorhanden)|wurde (?:gelöscht|entfernt|verschoben)|konnte(?:n)? (?:leider )?nicht gefunden)|fehler 404|konnten? die (?:gewünschte )?seite (?:leider )?nicht finden"),
    ("fr", r"(?:page|article|contenu)[^.]{0,60}(?:n'existe (?:pas|plus)|introuvable|n'est (?:pas|plus) disponible|n'a pas (?:pu être|été) trouvée?|a été (?:supprimée?|déplacée?))|erreur 404"),
    ("es", r"(?:página|artículo|contenido|noticia)[^.]{0,60}(?:no existe|no (?:se )?(?:ha sido |ha |pudo ser )?encontr|ya no está disponible|no está disponible|ha sido (?:eliminad|movid))|error 404"),
    ("pt", r"(?:página|artigo|conteúdo|notícia|matéria)[^.]{0,60}(?:não existe|não (?:foi|pôde ser) encontrad|não está (?:mais )?disponível|foi removid)|erro 404"),
    ("it", r"(?:pagina|articolo|contenuto)[^.]{0,60}(?:non esiste|non è (?:stat[ao] trovat|più disponibile|disponibile)|è stat[ao] (?:rimoss|spostat))|errore 404"),
    ("nl", r"(?:pagina|artikel)[^.]{0,60}(?:niet (?:meer )?(?:gevonden|beschikbaar)|bestaat niet|is verwijderd)"),
    ("id", r"(?:halaman|berita|artikel|konten|tautan)[^.]{0,60}(?:tidak (?:dapat |bisa )?(?:ditemukan|tersedia|ada)|sudah tidak|telah (?:dihapus|dipindah))"),
    ("pl", r"(?:strona|strony|artykuł)[^.]{0,60}(?:nie (?:istnieje|została znaleziona|znaleziono|jest dostępn)|został[a]? usunięt)"),
    ("sv", r"(?:sidan|artikeln)[^.]{0,60}(?:hittades inte|kunde inte hittas|finns inte|har tagits bort)"),
    ("ru", r"(?:страниц[аы]|статья|материал|новость)[^.]{0,60}(?:не найден|не существует|удален|удалён|больше не|перемещен)|ошибка 404"),
    ("uk", r"(?:сторінк[аиу]|стаття)[^.]{0,60}(?:не знайден|не існує|видален)"),
    ("tr", r"(?:sayfa|haber|içerik)[^.]{0,60}(?:bulunamad|kaldırıl|mevcut değil)"),
    ("ar", r"(?:الصفحة|المقال|المحتوى)[^.]{0,60}(?:غير موجود|غير متوفر|غير متاح|لم يتم العثور|تم حذف)"),
    ("zh", r"(?:页面|頁面|文章|网页|網頁|内容)[^。]{0,20}(?:不存在|未找到|找不到|已被?删除|已被?刪除)"),
    ("ja", r"(?:ページ|記事)[^。]{0,30}(?:見つかりません|存在しません|削除|ありません|移動した可能性)"),
    ("ko", r"(?:페이지|기사|게시물|주소)[^.]{0,30}(?:찾을 수 없|존재하지 않|삭제되)"),
)
BOT_CHALLENGE: tuple[tuple[str, str], ...] = (
    ("en", r"just a moment\.\.\.|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|verify you'?re (?:a )?human|verifying that you are not a (?:ro)?bot|prove (?:that )?you(?:'re| are) (?:not a robot|human)|are you a robot|i'?m not a robot|you are not a robot|confirm (?:that )?you(?:'re| are) (?:a )?(?:human|not a (?:ro)?bot)|attention required!? \| cloudflare|ddos protection by|ray id:?|please (?:enable|turn on) (?:js|javascript)(?: and cookies)? (?:and disable any ad ?blocker|to continue)|enable javascript and cookies to continue|pardon our interruption|request unsuccessful\. incapsula|access to this page has been denied|unusual (?:traffic|activity) (?:from|on)|automated (?:access|requests|traffic|queries)|complete the (?:captcha|security check)|security check to access|needs to review the security of your connection|bot (?:detection|protection)|something about your browser made us think you (?:were|are) a bot|please stand by, while we are checking|access denied[^a-z]{0,6}you don'?t have permission to access|performing security verification|you have been blocked|sorry, you have been blocked"),
    ("de", r"(?:bestätigen|beweisen) sie[^.]{0,30}(?:mensch|kein (?:ro)?bot)|sicherheitsüberprüfung|ihr browser wird überprüft|kein roboter"),
    ("fr", r"vérifi(?:ez|er|cation)[^.]{0,40}(?:humain|robot|navigateur)|(?:pas|êtes) un robot|vérification de sécurité"),
    ("es", r"(?:verific|comprob|demuestr|confirm)[^.]{0,40}(?:humano|robot|navegador)|no (?:eres|soy|es usted) un robot"),
    ("pt", r"(?:verific|comprov|confirm)[^.]{0,40}(?:humano|robô|navegador)|não (?:é|sou) um robô"),
    ("it", r"(?:verific|conferm|dimostr)[^.]{0,40}(?:umano|robot|browser)|non sono un robot"),
    ("nl", r"(?:bevestig|controle)[^.]{0,40}(?:mens bent|geen robot|browser)"),
    ("id", r"(?:verifikasi|pastikan|konfirmasi|buktikan)[^.]{0,40}(?:manusia|bukan robot)|memeriksa (?:browser|peramban)|bukan robot"),
    ("pl", r"(?:potwierdź|sprawdzamy|weryfik)[^.]{0,40}(?:człowiek|robot|przeglądark)"),
    ("ru", r"(?:подтвердите|проверк[аи]|докажите|убедиться)[^.]{0,40}(?:не робот|человек|браузер)|вы не робот|проверяем ваш браузер|доступ ограничен"),
    ("uk", r"(?:підтвердьте|перевірк)[^.]{0,40}(?:не робот|людин|браузер)"),
    ("tr", r"(?:doğrula|kontrol)[^.]{0,40}(?:insan|robot|tarayıcı)|robot olmadığınızı"),
    ("zh", r"(?:人机|安全|滑动|真人)验证|人機驗證|请完成验证|請完成驗證|确认您?(?:不是机器人|是真人)|正在检查您的浏览器|访问过于频繁|您的访问.{0,6}异常"),
    ("ja", r"(?:人間|ロボットではない)(?:である)?ことを(?:確認|証明)|ロボットではありません|ブラウザ(?:ー)?を確認しています|セキュリティチェック"),
    ("ko", r"(?:사람|로봇이 아닌|로봇이 아님)[^.]{0,12}(?:확인|인증)|보안 확인|비정상적인 접근"),
    ("ar", r"(?:تحقق|التحقق)[^.]{0,30}(?:إنسان|روبوت|متصفح)|لست روبوت"),
    ("vi", r"xác (?:minh|nhận)[^.]{0,30}(?:con người|người máy|robot)"),
    ("th", r"(?:ยืนยัน|ตรวจสอบ)[^.]{0,30}(?:มนุษย์|ไม่ใช่หุ่นยนต์)"),
)
BOT_MARKS = re.compile(r"cf-(?:challenge|wrapper|error|browser-verification)|challenge-(?:form|running|error|stage|platform)|px-captcha|g-recaptcha|h-captcha|hcaptcha|captcha|cf-turnstile|ddg-captcha|datadome|botdetect|(?<![a-z])robot-check")
CONSENT: tuple[tuple[str, str], ...] = (
    ("en", r"(?:we|our partners|and our \d* ?partners)[^.]{0,60}(?:store|use|process|access)[^.]{0,60}(?:cookies|personal data|information on (?:a|your) device)|before you continue|we value your privacy|your privacy (?:matters|choices|is important)|manage (?:your )?(?:cookie|privacy|consent)|accept (?:all|cookies|and continue)|reject all|(?:cookie|privacy|consent) (?:settings|preferences|policy|choices)|legitimate interest|consent to|withdraw (?:your )?consent|personali[sz]ed (?:ads|advertising|content)"),
    ("de", r"einwilligung|zustimm(?:en|ung)|cookies?\b[^.]{0,60}(?:verwend|akzept|speicher|einsatz|zustimm)|(?:mit werbung|mit tracking|werbefrei|pur-abo)[^.]{0,40}(?:weiterlesen|nutzen|lesen|abonnieren)|personenbezogene(?:n|r)? daten|datenschutz(?:einstellungen|erklärung|hinweise)|privatsphäre|partner(?:n)? (?:verarbeiten|nutzen|speichern)|alle(?:s)? akzeptieren|bevor sie (?:fortfahren|weitermachen)"),
    ("fr", r"consentement|cookies?\b[^.]{0,60}(?:utilis|accept|dépos|stock)|(?:tout|accepter et) (?:accepter|continuer|refuser)|(?:respect(?:ons)?|vie privée|données personnelles)|nos \d* ?partenaires|paramétrer|avant de (?:poursuivre|continuer)|continuer sans accepter"),
    ("es", r"consentimiento|cookies?\b[^.]{0,60}(?:utiliz|acept|almacen|us)|aceptar (?:todo|y continuar|cookies)|privacidad|nuestros \d* ?socios|rechazar (?:todo|y)|datos personales|antes de continuar"),
    ("pt", r"consentimento|cookies?\b[^.]{0,60}(?:utiliz|aceit|armazen|us)|aceitar (?:tudo|todos|e continuar)|privacidade|nossos \d* ?parceiros|dados pessoais"),
    ("it", r"consenso|cookies?\b[^.]{0,60}(?:utilizz|accett|memorizz)|accetta(?:re)? (?:tutto|tutti|e continua)|privacy|nostri \d* ?partner|dati personali|rifiuta tutto|prima di continuare"),
    ("nl", r"toestemming|cookies?\b[^.]{0,60}(?:gebruik|accept|plaats)|alles accepteren|akkoord|privacy|onze \d* ?partners|persoonsgegevens|cookiewall"),
    ("id", r"persetujuan|cookie\b[^.]{0,60}(?:gunakan|terima|simpan)|terima semua|kebijakan privasi|privasi anda|data pribadi|mitra kami"),
    ("pl", r"zgod[aęy]|ciasteczk|pliki cookie|prywatno[śs]|akceptuj|przejdź do serwisu|dane osobowe|zaufan(?:i|ych) partner"),
    ("cs", r"souhlas|cookies|soukromí|přijmout vše|osobní(?:ch)? údaj"),
    ("sv", r"samtycke|cookies|kakor|integritet|godkänn|acceptera alla|personuppgifter"),
    ("da", r"samtykke|cookies|privatliv|accepter alle|personoplysninger"),
    ("no", r"samtykke|informasjonskapsler|cookies|personvern|godta alle"),
    ("fi", r"suostumu|eväste|hyväksy kaikki|yksityisyy|tietosuoj"),
    ("hu", r"hozzájárul|süti|cookie|elfogadom|adatvédel"),
    ("tr", r"çerez|rıza|kabul et|gizlilik|kişisel veri"),
    ("el", r"cookies|συγκατάθεση|απόρρητο|αποδοχή|προσωπικ[άώ]ν? δεδομέν"),
    ("ru", r"соглас(?:ие|ен|ны)|cookie|куки|файл(?:ы|ов) cookie|конфиденциальност|персональн(?:ых|ые) данн"),
    ("zh", r"同意|隐私|隱私|个人数据|接受全部|cookie"),
    ("ja", r"同意|プライバシー|クッキー|cookie|個人情報"),
    ("ko", r"동의|개인정보|쿠키|모두 수락"),
)
# A dialog's own words: without one of these a text about privacy is a text about privacy.
CONSENT_ACTS = re.compile(r"accept all|accept cookies|accept and|reject all|manage (?:options|settings|preferences|cookies|choices)|before you continue|we value your privacy|i (?:accept|agree)|agree and|alle(?:s)? akzeptieren|akzeptieren|zustimmen|ablehnen|einwilligen|mit werbung weiter|werbefrei|pur-abo|bevor sie|tout accepter|accepter et|continuer sans accepter|j'accepte|tout refuser|avant de (?:continuer|poursuivre)|aceptar|rechazar todo|antes de continuar|aceitar|concordo|rejeitar|accetta|rifiuta|akkoord|accepteren|weigeren|terima semua|setuju|tolak semua|akceptuj|przejdź do serwisu|zgadzam|přijmout|souhlasím|godkänn|acceptera|accepter alle|tillad alle|godta|hyväksy|elfogad|kabul et|αποδοχή|αποδέχομαι|принять|согласен|接受|同意して|同意する|同意并|全部接受|수락|동의합니다|we and our (?:\d+ )?partners|wir und unsere|nous et nos|nosotros y nuestros|noi e i nostri|wij en onze", re.IGNORECASE)
LOGIN: tuple[tuple[str, str], ...] = (
    ("en", r"(?:please )?(?:log ?in|sign ?in|register|create (?:a |an |your )?(?:free )?account)[^.]{0,40}(?:to (?:continue|read|view|access|see|proceed)|is required)|you (?:must|need to|have to) (?:be logged|log|sign|register)|(?:log ?in|sign ?in) (?:required|to your account)|forgot(?:ten)? (?:your )?password|members only|this content is (?:only )?(?:available|for) (?:to )?(?:registered|members|logged)"),
    ("de", r"(?:bitte )?(?:melden sie sich|loggen sie sich|registrieren sie sich|einloggen|anmelden)[^.]{0,50}(?:um|weiter|lesen|fortzufahren|an\b|ein\b)|passwort vergessen|anmeldung erforderlich|nur für (?:angemeldete|registrierte)"),
    ("fr", r"(?:connectez-vous|identifiez-vous|inscrivez-vous|créez (?:un|votre) compte)[^.]{0,40}(?:pour|afin|à votre)|vous devez être connecté|mot de passe oublié|réservé aux (?:membres|inscrits)"),
    ("es", r"(?:inici[ae] sesión|regístr[ae](?:te|se)|identifícate|accede)[^.]{0,40}(?:para|a tu cuenta)|debes? (?:iniciar|estar)|(?:olvidaste|olvidó|olvidado)[^.]{0,12}contraseña"),
    ("pt", r"(?:faça (?:o )?login|entre|cadastre-se|acesse sua conta)[^.]{0,40}(?:para|na sua conta)|esqueceu[^.]{0,10}senha|você precisa (?:estar|fazer)"),
    ("it", r"(?:accedi|effettua (?:il login|l'accesso)|registrati)[^.]{0,40}(?:per|al tuo)|password dimenticata|devi (?:accedere|effettuare)"),
    ("nl", r"(?:log in|meld je aan|inloggen|registreer)[^.]{0,40}(?:om|verder)|wachtwoord vergeten"),
    ("id", r"(?:silakan |harap )?(?:masuk|login|log in|daftar)[^.]{0,40}(?:untuk (?:melanjutkan|membaca|melihat|mengakses)|terlebih dahulu)|lupa (?:kata sandi|password)|anda harus (?:masuk|login)"),
    ("pl", r"(?:zaloguj się|zarejestruj się)[^.]{0,40}(?:aby|żeby|by)|nie pamiętasz hasła|musisz (?:się zalogować|być zalogowany)"),
    ("sv", r"logga in[^.]{0,30}(?:för att)|glömt (?:ditt )?lösenord|du måste (?:logga|vara inloggad)"),
    ("ru", r"(?:войдите|авторизуйтесь|зарегистрируйтесь)[^.]{0,40}(?:чтобы|для|,)|забыли пароль|необходимо (?:войти|авторизоваться)|требуется авторизация"),
    ("tr", r"(?:giriş yap|oturum aç|üye ol)[^.]{0,40}(?:devam|için|gerek)|şifremi unuttum"),
    ("zh", r"请(?:先)?登录|請(?:先)?登入|登录后(?:查看|阅读|继续)|登入後|忘记密码|忘記密碼|注册会员"),
    ("ja", r"ログイン(?:して(?:ください|続き)|が必要|すると)|パスワードを(?:お忘れ|忘れ)|会員登録"),
    ("ko", r"로그인[^.]{0,12}(?:필요|후|해\s?주|하세요|하시기)|비밀번호(?:를)? (?:찾기|잊으)"),
    ("ar", r"(?:سجل|تسجيل) (?:الدخول|دخول)[^.]{0,30}(?:للمتابعة|لقراءة|لعرض|للوصول)|نسيت كلمة (?:المرور|السر)"),
)
PAYWALL: tuple[tuple[str, str], ...] = (
    ("en", r"(?:subscribe|become a (?:subscriber|member)|start your (?:free )?trial|unlock|upgrade|register)[^.]{0,50}(?:to (?:continue|keep|read|finish|get|access|unlock)|for (?:full|unlimited) access|this article|now)|(?:to (?:continue|keep) reading|read the (?:full|rest of (?:the|this)) (?:story|article)|continue reading)[^.]{0,60}(?:subscri|sign|log|register|member|account|trial|become|with)|(?:this|the full) (?:article|story|content) is (?:only |exclusively |reserved )?(?:for|available to) (?:our )?(?:paying |premium )?(?:subscribers|members)|(?:subscriber|member|premium)[- ](?:only|exclusive)|already a (?:subscriber|member)|you(?:'ve| have) (?:reached|used) (?:your|all)[^.]{0,40}(?:free|articles|limit)"),
    ("de", r"(?:weiterlesen|weiter lesen|lesen sie (?:den )?(?:ganzen|vollständigen)|vollständigen? artikel|ganzen artikel|diesen artikel)[^.]{0,60}(?:abo|abonn|plus|\+|testen|anmeld|kostenlos|freischalt|premium)|(?:abo|plus|premium)[- ](?:artikel|inhalt)|(?:exklusiv|nur) für (?:abonnent|mitglied|plus)|jetzt (?:abonnieren|freischalten|weiterlesen|testen)|(?:bereits|schon) (?:abonnent|abonniert|kunde|mitglied)|sie haben (?:bereits )?ein abo|artikel freischalten|zugang zu allen (?:artikeln|inhalten)"),
    ("fr", r"(?:article|contenu) (?:est )?(?:réservé|exclusivement)[^.]{0,20}abonné|il vous reste[^.]{0,20}(?:à lire|de cet article|à découvrir)|(?:abonnez-vous|s'abonner|je m'abonne)[^.]{0,40}(?:pour|lire|dès|continuer)|la suite (?:de cet article )?est réservée|déjà abonné|pour lire la suite|lire la suite[^.]{0,30}abonn"),
    ("es", r"(?:suscríb|hazte (?:socio|premium)|suscripción)[^.]{0,50}(?:para (?:seguir|continuar|leer)|leyendo|acced)|(?:para (?:seguir|continuar) leyendo)|(?:contenido|artículo|noticia) (?:exclusiv|solo|para|premium)[^.]{0,20}(?:suscriptor|socio|abonad)|(?:ya eres|ya soy|¿ya es) suscriptor|solo para suscriptores"),
    ("pt", r"(?:assine|assinatura)[^.]{0,50}(?:para (?:continuar|ler)|lendo|acess)|(?:conteúdo|matéria|artigo) exclusiv[ao][^.]{0,20}(?:assinante|membro)|já (?:é|sou) assinante|para continuar lendo|exclusivo para assinantes"),
    ("it", r"(?:abbonati|abbonamento)[^.]{0,50}(?:per (?:continuare|leggere)|leggere|accedere)|(?:contenuto|articolo) (?:riservato|per)[^.]{0,20}abbonati|sei già abbonato|per continuare a leggere|riservato agli abbonati"),
    ("nl", r"(?:abonneer|word (?:lid|abonnee)|neem een abonnement)[^.]{0,50}|(?:exclusief|alleen) voor (?:abonnees|leden)|verder lezen\??[^.]{0,40}(?:abonn|account|proef)|al abonnee"),
    ("id", r"(?:berlangganan|langganan|jadi member)[^.]{0,50}(?:untuk (?:membaca|melanjutkan|mengakses)|sekarang|selengkapnya)|(?:khusus|eksklusif)[^.]{0,20}(?:pelanggan|member|berlangganan)|artikel (?:premium|berbayar)|baca (?:artikel )?selengkapnya[^.]{0,40}(?:berlangganan|langganan|kompas\.id)|sudah berlangganan"),
    ("pl", r"(?:wykup|kup|zacznij)[^.]{0,30}(?:dostęp|prenumerat|subskrypcj|abonament)|(?:artykuł|treść|materiał) (?:dostępn|tylko|przeznaczon)[^.]{0,30}(?:subskryben|prenumerator|abonent)|pozostało[^.]{0,10}%|czytaj dalej z"),
    ("sv", r"(?:bli prenumerant|prenumerera|skaffa)[^.]{0,50}(?:för att|läs|nu)|(?:endast|bara|enbart) för prenumeranter|redan prenumerant|lås upp"),
    ("da", r"(?:bliv abonnent|køb abonnement|få adgang)[^.]{0,40}|(?:kun|forbeholdt)[^.]{0,10}abonnenter|allerede abonnent"),
    ("no", r"(?:bli abonnent|kjøp tilgang|abonner)[^.]{0,40}|(?:kun|bare|forbeholdt)[^.]{0,10}abonnenter|allerede abonnent"),
    ("fi", r"(?:tilaa|tilaajille|tilaajana)[^.]{0,40}(?:lukea|luku|jatka)|vain tilaajille|jatka lukemista"),
    ("ru", r"(?:оформите|купите|доступ|оформить)[^.]{0,40}(?:подписк|подписчик)|(?:только|доступн[оаы]?) (?:для|по) подпис|читать дальше по подписке|уже подписаны"),
    ("tr", r"abone ol[^.]{0,40}(?:devam|oku|için)|sadece abone|abonelere özel"),
    ("zh", r"(?:订阅|訂閱|成为会员|加入會員|付费)[^。]{0,16}(?:阅读|閱讀|继续|繼續|全文|解锁|解鎖)|(?:付费|會員|会员|订户|訂戶)(?:专享|專享|限定|专属)|剩余[^。]{0,6}%|余下(?:全文|内容)"),
    ("ja", r"(?:有料|会員|購読者)(?:会員)?(?:限定|記事|のみ)|この記事は(?:有料|会員)|残り[^。]{0,8}文字|続きを(?:読む|お読み)[^。]{0,20}(?:登録|会員|購読|ログイン)|ここから先は"),
    ("ko", r"(?:구독|유료|프리미엄)[^.]{0,16}(?:전용|회원|계속|전문|하시면)|이 기사는 (?:유료|구독자)"),
    ("ar", r"(?:اشترك|اشتراك)[^.]{0,40}(?:لقراءة|للمتابعة|لمتابعة|للوصول)|للمشتركين فقط"),
    ("th", r"(?:สมัครสมาชิก)[^.]{0,30}(?:อ่าน)"),
)
PAYWALL_CLASS = re.compile(r"(?<![a-z])(?:paywall|pay-wall|regwall|piano-(?:offer|paywall|container)|tp-(?:modal|container-inner)|subscriber-only|subscribers-only|premium-(?:paywall|barrier|content-barrier|box)|barrier(?:-page)?|meter(?:ed)?-(?:paywall|gate)|pw-(?:gate|container)|paid-barrier|paidcontent-barrier|article-gate|content-gate|gateway-(?:content|container)|abo-schranke|plus-paywall|leaky-paywall|lp-offer|fade-?out|article-fade|wall-(?:bottom|text))(?![a-z])")
# fmt: on


def _compile(lists: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for _, pattern in lists), re.IGNORECASE)


NOT_FOUND_TITLE = _compile(NOT_FOUND_TITLES)
NOT_FOUND = _compile(NOT_FOUND_TEXT)
CHALLENGE = _compile(BOT_CHALLENGE)
CONSENT_TEXT = _compile(CONSENT)
LOGIN_TEXT = _compile(LOGIN)
PAYWALL_TEXT = _compile(PAYWALL)
