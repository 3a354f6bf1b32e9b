# ruff: noqa: E501 - a language's phrases read best on one line
"""Lines that are no text although they stand in it, by what they say in many languages: as data,
each list with the reason why it is one. Lines known by their form are in ``pointers``."""

from __future__ import annotations

import re

from scraper.extraction.body.words.starts import Starts

# A line that begins like this inside an article leads away from it. By language, as printed.
PROMO_STARTS: tuple[tuple[str, str], ...] = (
    ("en", r"this summary (?:was|is|has been)|listen to this|this (?:article|story|content) is (?:sponsored|paid|brought)|follow (?:our|the) live|you can share this|"
           r"your subscription could not|by (?:providing|entering|submitting) (?:an|your) e-?mail|(?:after|before|skip past) newsletter promotion|reporting from [A-Z][\w ]{2,30}$|"
           r"for the latest (?:stories|news|updates)\b.{0,80}\b(?:apps?|subscribe|sign up|follow|visit|download)\b|if you(?:'|’)?re (?:seeing|reading) this (?:message|notice)|"
           r"required reading:|we may (?:earn|receive|get) (?:a |an )?(?:affiliate )?commission|this (?:post|article|page) (?:may )?contains? (?:affiliate|sponsored)|you have full access|to (?:view|read) (?:the (?:full|entire|whole) (?:story|article)|more),? (?:please )?(?:subscribe|log in|sign)|if you enjoyed (?:reading )?this|suggested citation|see more from\b|recommended videos$|first-time subscribers|more information and .{0,30}here$|"
           r"this (?:article|story|content) is (?:only |exclusively )?(?:for|available to) (?:our )?(?:subscribers|members|registered)|(?:to )?continue reading (?:this|for)|you(?:'|’)?ve (?:reached|read) (?:your|all|the)\b.{0,60}(?:limit|free articles?)|create (?:a|your) free account|your browser (?:is|does)\b|please (?:enable|turn on) javascript|"
           r"advertisement|sponsored(?: content)?$|read more\b|read also|also read|read next|read:|"
           r"more on this|more:|next read this|related roundup|people are also reading|published under\b|"
           r"read our (?:full|complete)\b.{0,60}$|best prices? (?:today|now)\b|scroll (?:through|down for) .{0,80}gallery|"
           r"waiting for your permission|includes information from|get the latest (?:news|stock|updates)\b|see also|see more:|watch:|watch (?:more|now|the video|video)|"
           r"listen:|related(?: (?:articles?|stories|content|posts|links|topics|news|coverage))?\s*:?$|"
           r"related:|story continues|article continues|continue reading|scroll (?:down )?to continue|"
           r"sign up\b|subscribe (?:to|now|here)|subscribe$|click (?:here|to)\b|tap here|share (?:this|on|via)\b|"
           r"share$|follow us|follow .{2,30} on (?:twitter|facebook|instagram)|like us on|join us on|download (?:the|our) .{0,20}app|"
           r"get (?:the|our) .{0,40}(?:newsletter|app|inbox)|most (?:read|popular)|recommended(?: for you)?$|"
           r"you (?:may|might) (?:also )?(?:like|be interested)|don'?t miss|"
           r"print(?: this)?(?: article)?$|email(?: this)?(?: article)?$|e-mail$|tweet$|facebook$|"
           r"twitter$|whatsapp$|linkedin$|pinterest$|reddit$|copy link|image source|getty images$|"
           r"loading\.*$|this (?:article|story) (?:was|has been) (?:originally|first) published|"
           r"(?:photo|image|picture)(?: by| credit|:)|credit:|all rights reserved|©|copyright\b|"
           r"up next|play video|video:$|comments?$|\d+ comments?$|leave a (?:comment|reply)|"
           r"log in to|sign in to|already a subscriber|this content is|we use cookies|"
           r"view (?:all|more|gallery|comments)|show (?:all|more)|load more|"
           r"tags? (?=[^,]{2,60},[^,]{2,60},)|contributing:|enlarge|hide caption|toggle caption|top stories|trending|newsletter$|tags?:|"
           r"filed under|categories:|posted in\b|topics:?$|table of contents$|contents$|skip to|back to top|"
           r"report a typo|send (?:us )?(?:a )?(?:tips?|feedback)|"
           r"(?:for )?more (?:from|stories|news|coverage|information) (?:from|on|about|in)?\b.{0,40}$"),
    ("de", r"kommentarfeed\b|diese zusammenfassung wurde|(?:artikel|text) anhören|"
           r"(?:der )?(?:artikel|text) (?:wird nach|geht (?:nach|unter|weiter))|weiter nach der (?:anzeige|werbung)|"
           r"auch lesen:|dieser artikel wurde (?:ausgedruckt|zuerst|erstmals)|dieses thema im programm|link zum (?:youtube|instagram|twitter|externen)|vergrößern$|die inhalte dieser (?:web)?(?:site|seite) sind|(?:bitte )?klicken sie auf .{0,40}button|vorschau auf den nächsten|verfügbar bis|kommentare geschlossen|zum weiterlesen$|"
           r"(?:dieser|diesen|der) (?:artikel|beitrag|inhalt) (?:ist|weiterlesen|lesen)\b.{0,40}(?:abonnent|abo\b|registriert)|sie haben (?:bereits|noch kein|kein aktives) (?:ein )?abo|ihr browser (?:ist|unterstützt)|bitte aktivieren sie javascript|"
           r"mehr zum|mehr zu\b.{0,40}$|mehr dazu|lesen sie (?:auch|mehr|hier|dazu)|lies auch|auch interessant|"
           r"anzeige$|werbung$|teilen$|drucken$|e-mail$|twittern$|zur startseite|newsletter|"
           r"hier geht(?:'|’)?s|jetzt (?:anmelden|abonnieren|testen|lesen)|"
           r"das könnte (?:sie|dich) auch|weitere (?:artikel|themen|nachrichten|meldungen)|weitere informationen(?: zum thema)?:?$|"
           r"empfohlener (?:redaktioneller )?(?:inhalt|externer)|externe(?:r|n) inhalt|an dieser stelle (?:finden|befindet)|"
           r"ich bin damit einverstanden|(?:foto|bild|quelle|grafik|video|symbolbild)\s*:|"
           r"folgen sie uns|kommentare?$|kommentieren$|\d+ kommentare?|schlagw[oö]rter|themen:|tags:|"
           r"nach oben|bildunterschrift|schließen$|vorlesen$|merken$|artikel (?:teilen|drucken|merken)|"
           r"die wichtigsten (?:nachrichten|news)|siehe auch|zum thema$|beitrags-navigation|ähnliche (?:beiträge|artikel)|"
           r"verwandte (?:artikel|themen)|stand:|ressort:|gefällt mir|wird geladen|melden sie sich|"
           r"sie (?:möchten|wollen) .{0,40}newsletter"),
    ("fr", r"ce résumé a été|écoutez? cet article|"
           r"a lire(?: aussi)?\b|"
           r"tous droits réservés|pour commenter|"
           r"(?:cet article|ce contenu|la suite) est réservée? aux|déjà abonnée?|il vous reste .{2,20} de cet article|votre navigateur|"
           r"lire (?:aussi|également|la suite|plus)|à lire(?: aussi)?|voir aussi|à voir aussi|publicité$|partager|"
           r"suivez[- ]nous|s'abonner|abonnez-vous|inscrivez-vous|la suite après (?:la|cette) publicité|"
           r"newsletter|commentaires?$|réagir|sur le même (?:sujet|thème)|imprimer$|lire dans l.app|article réservé|"
           r"(?:photo|crédit)s?\s*:|mots[- ]clés|pour aller plus loin|recevez |écouter (?:l.article|plus tard)"),
    ("es", r"este resumen (?:ha sido|fue)|escuch(?:a|e|ar) (?:este|el) artículo|"
           r"para no perderte nada|suscríbete|"
           r"todos los derechos reservados|prohibida (?:su|la) reproducción|mire:|mira:|para comentar|"
           r"(?:este|contenido) (?:contenido|artículo|es)? ?(?:es )?exclusivo para (?:suscriptores|socios)|¿?ya eres suscriptor|tu navegador|"
           r"(?:le|te) puede interesar|(?:lea|lee|leer) (?:también|además|más)|vea (?:también|además)|ver (?:más|también)|más información$|"
           r"publicidad$|compartir|suscr[ií]b[aei]|s[ií]guenos|sigue leyendo|noticias relacionadas|"
           r"también (?:le|te) puede|no te pierdas|comentarios?$|(?:foto|imagen|crédito)s?\s*:|etiquetas|temas:?$|"
           r"recibe |archivado en|imprimir$|únete|puedes leer|te recomendamos"),
    ("pt", r"vídeos?:|"
           r"todos os direitos reservados|para comentar|"
           r"(?:este )?(?:conteúdo|artigo) (?:é )?exclusivo para assinantes|já é assinante|"
           r"leia (?:também|mais)|veja (?:também|mais)|saiba mais|publicidade$|continua (?:após|depois)|"
           r"compartilh|assine|siga[- ]nos|comentários?$|relacionad[ao]s$|(?:foto|crédito|imagem)s?\s*:|receba |"
           r"clique aqui|mais lidas|notícias relacionadas|continue lendo"),
    ("it", r"continua (?:a leggere|dopo)|"
           r"tutti i diritti riservati|"
           r"(?:questo )?(?:articolo|contenuto) (?:è )?riservato agli abbonati|sei già abbonato|"
           r"leggi (?:anche|tutto|di più)|vedi anche|guarda (?:anche|il video)|\d+ minuti di lettura|pubblicità$|condividi|"
           r"iscriviti|seguici|commenti$|potrebbe interessarti|approfondi(?:menti|sci)|stampa$|riproduzione riservata|©"),
    ("nl", r"(?:tekst|artikel|het artikel|de tekst) (?:loopt|gaat) (?:door|verder)|"
           r"dit artikel is (?:alleen|exclusief) (?:voor|beschikbaar)|al abonnee|"
           r"lees (?:ook|meer|verder)|bekijk (?:ook|hier)|zie ook|advertentie$|deel(?:\s(?:dit|op|via)|$)|reacties?$|"
           r"schrijf je in|meld je aan|meer over|volg ons|gerelateerde?"),
    ("id", r"hak cipta|dilarang (?:keras )?mengambil|"
           r"konten ini (?:khusus|eksklusif)|sudah berlangganan|berlangganan (?:sekarang|untuk)|"
           r"baca (?:juga|selengkapnya|lainnya|artikel)|lihat juga|simak (?:juga|video|breaking)|tonton juga|"
           r"\[gambas|advertisement|scroll to continue|dapatkan (?:update|berita|informasi)|ikuti (?:kami|berita|saluran)|"
           r"whatsapp channel|halaman selanjutnya|show all|cek berita|bagikan|komentar$|"
           r"berita terkait|artikel terkait|iklan\b|editor\s*:|reporter\s*:|penulis\s*:|foto\s*:|tag(?:s)?\s*:|"
           r"gabung|selengkapnya|pilihan redaksi|terpopuler|saksikan (?:juga|video)|copyright|hak cipta"),
    ("ms", r"baca (?:juga|lagi)|artikel berkaitan|berita berkaitan"),
    ("pl", r"ciąg dalszy|dalszy ciąg|"
           r"więcej (?:informacji|wiadomości|na)\b|"
           r"dowiedz się więcej|więcej (?:na ten temat|przeczytasz)|obejrzyj|"
           r"ten artykuł (?:jest dostępny|przeczytasz) |masz już (?:prenumeratę|subskrypcję)|"
           r"czytaj (?:też|także|również|więcej)|zobacz (?:też|także|również|więcej)|reklama$|udostępnij|"
           r"komentarze|dalsza część|polecamy|przeczytaj"),
    ("cs", r"pokračování (?:článku|textu)|"
           r"čtěte (?:také|více)|reklama$|sdílet|diskuze|související|přečtěte si"),
    ("sv", r"text fortsätter|sammanfattningen är|"
           r"(?:artikeln|texten?) fortsätter|"
           r"läs (?:också|mer|även)|annons$|dela(?: artikeln)?$|följ oss|kommentarer?$|relaterat|mer om|foto:"),
    ("da", r"artiklen fortsætter|teksten fortsætter|"
           r"læs (?:også|mere)|annonce$|del(?: artiklen)?$|se også|foto:"),
    ("no", r"oppsummeringen er|"
           r"teksten fortsetter|"
           r"les (?:også|mer|saken)|annonse$|saken fortsetter|artikkelen fortsetter|foto:|se også"),
    ("fi", r"(?:juttu|artikkeli|teksti) jatkuu|"
           r"lue (?:myös|lisää)|mainos$|jaa$|katso myös|kuva:"),
    ("hu", r"a cikk (?:a hirdetés|.{0,40}folytatódik)|"
           r"(?:olvas[dt]a?|kapcsolódó)|hirdetés$|megosztás|ez is érdekelhet"),
    ("ro", r"(?:cite[șş]te|articolul) continu|"
           r"cite(?:ș|ş|s)te (?:și|şi|si|mai)|publicitate$|distribuie|urmăre[șş]te"),
    ("tr", r"(?:bunu da|ayrıca|devamını) oku|ilgili haber(?:ler)?|reklam$|paylaş|haberin devamı|abone ol"),
    ("el", r"η συνέχεια (?:μετά|του|στη)|"
           r"διαβάστε (?:επίσης|ακόμη|ακόμα|περισσότερα)|δείτε (?:επίσης|ακόμη)|διαφήμιση$|σχετικά"),
    ("ru", r"реклама\. (?:ооо|ао|ип)|"
           r"продолжение (?:после|ниже|под)|больше новостей|"
           r"читайте .{2,40} в (?:telegram|телеграм|vk|дзен|мах|max)|"
           r"все права защищены|перепечатка|наш канал|подробнее:|"
           r"материал доступен (?:только )?(?:по подписке|подписчикам)|уже подписаны|"
           r"читайте (?:также|еще|ещё|по теме)|смотрите (?:также|еще|ещё)|реклама$|поделиться|подпис(?:ывайтесь|аться|ка)|"
           r"комментари(?:и|ев)|(?:фото|источник)\s*:|по теме:?$|материалы по теме|теги|читать (?:далее|также)|другие новости"),
    ("uk", r"продовження (?:після|нижче)|більше новин|реклама:?$|"
           r"читайте (?:також|ще)|дивіться також|реклама$|поділитися|підпис(?:уйтесь|атися)|фото\s*:"),
    ("bg", r"последвайте ни|"
           r"вижте (?:още|също)|прочетете (?:още|също)|реклама$|още по темата|сподели"),
    ("ar", r"اقرأ (?:أيضا|أيضًا|أيضاً|المزيد)|شاهد (?:أيضا|أيضًا|أيضاً)|إعلان$|المصدر\s*:|مواضيع (?:ذات|متعلقة)|شارك"),
    ("fa", r"تبلیغات$|"
           r"بیشتر بخوانید|همچنین بخوانید|اخبار مرتبط|مطالب مرتبط|انتهای پیام"),
    ("he", r"עקבו אחרינו|"
           r"קרא(?:ו)? (?:עוד|גם)|פרסומת$|שתפו"),
    ("hi", r"(?:यह|ये) भी (?:पढ़ें|पढ़ें|देखें)|विज्ञापन$|और पढ़ें|इसे भी पढ़ें"),
    ("bn", r"আরও পড়ুন|আরো পড়ুন|বিজ্ঞাপন$"),
    ("ta", r"மேலும் படிக்க|இதையும் படிக்க"),
    ("th", r"อ่าน(?:เพิ่มเติม|ข่าว|ต่อ)|ข่าวที่เกี่ยวข้อง|โฆษณา$|แชร์"),
    ("vi", r"xem thêm|đọc thêm|tin liên quan|quảng cáo$|chia sẻ"),
    ("sk", r"pokračovanie (?:článku|textu)|prečítajte si|reklama$"),
    ("hr", r"nastavak (?:članka|teksta)|oglas$|pročitajte (?:i|još)"),
    ("sl", r"preberite (?:še|tudi)|oglas$"),
    ("sr", r"пратите нас|прочитајте"),
    ("lt", r"taip pat skaitykite|skaitykite"),
    ("lv", r"lasi arī|reklāma$"),
    ("et", r"loe (?:ka|lisaks)|reklaam$"),
    ("ca", r"llegiu també|llegeix també"),
    ("sq", r"lexo edhe|lexoni edhe"),
    ("az", r"həmçinin oxuyun|reklam$"),
    ("kk", r"тағы оқыңыз|жарнама$"),
    ("ur", r"یہ بھی پڑھیں|مزید پڑھیں|اشتہار$"),
    ("mr", r"हे (?:पण|ही) वाचा|जाहिरात$"),
    ("te", r"ఇవీ చదవండి|ప్రకటన$"),
    ("sw", r"soma (?:pia|zaidi)|tufuate"),
    ("zh", r"分享让更多人看到|点击上方|关注我们|长按二维码|扫描二维码|"
           r"(?:本文|此文)为(?:会员|付费)|登录后(?:可|查看|阅读)|登入後|"
           r"相关(?:阅读|新闻|报道|文章|推荐)|延伸阅读|责任编辑|责编|編輯推薦|相關(?:新聞|文章|報導)|延伸閱讀|广告$|廣告$|更多(?:新闻|新聞|精彩|阅读)|"
           r"点击(?:查看|进入)|推荐阅读|推薦閱讀|图片来源|圖片來源|版权(?:声明|所有)|扫码|分享(?:到|至)?$|原标题|看更多"),
    ("ja", r"(?:この|※)?記事は(?:会員限定|有料)|(?:有料)?会員(?:登録|限定|向け|になると|の方)|ご利用には会員|ログイン(?:して|すると|が必要)|残り[：:]?\d+文字|(?:この)?記事を(?:マイページ|保存)|"
           r"関連(?:記事|リンク|ニュース|キーワード)|あわせて読みたい|続きを読む|広告$|【関連|シェア|ツイート|もっと見る|おすすめ(?:記事)?"),
    ("ko", r"(?:이|본) 기사는 (?:회원|유료|구독자)|로그인 (?:후|하시면|하면)|회원가입|"
           r"관련\s?(?:기사|뉴스)|광고$|무단\s?전재|ⓒ|저작권자|\[?사진\s?[=:]|공유하기|댓글|구독|제보는"),
)  # fmt: skip
PROMO_START = Starts(pattern for _, pattern in PROMO_STARTS)

# Where one of these stands alone on a line, what follows is not the article any more.
END_LINES: tuple[tuple[str, str], ...] = (
    ("en", r"related (?:articles?|stories|content|posts|links|topics|news|coverage|reading)|more (?:from|on|in) .{2,40}|"
           r"more (?:stories|news|articles|headlines)|(?:top|latest|popular|trending|recent) (?:stories|news|posts|articles)|comments?(?: \(?\d+\)?)?|"
           r"\d+ (?:comments?|responses?|replies|thoughts? on .*)|leave a (?:comment|reply)(?:\s.*)?|"
           r"most (?:read|popular|viewed)|recommended(?: (?:for you|stories|articles|reading))?|you (?:may|might) (?:also )?(?:like|enjoy|be interested in)(?:\s.*)?|"
           r"read (?:next|more|also)|what to read next|about the authors?|share this(?:\s(?:article|post|story))?|"
           r"join the (?:conversation|discussion)|editors?['’]? picks?|around the web|from around the web|post navigation|newsletter|tags|sign up for .*"),
    ("de", r"zum weiterlesen|vorschau auf den nächsten artikel|kommentare geschlossen|mehr zum thema|mehr zu .{2,40}|weitere (?:artikel|themen|beiträge|meldungen|nachrichten)(?:\s.{0,40})?|kommentare?(?: \(?\d+\)?)?|\d+ kommentare?(?:\s.*)?|"
           r"das könnte (?:sie|dich|ihnen|dir) auch .*|auch interessant|ähnliche (?:beiträge|artikel)|verwandte (?:artikel|themen|beiträge)|"
           r"schreibe? (?:einen|eine) (?:kommentar|antwort)(?:\s.*)?|kommentar (?:verfassen|schreiben|hinterlassen)|meistgelesen|"
           r"über den autor|über die autorin|beitrags-?navigation|empfehlungen(?:\s.*)?|lesen sie auch|neueste (?:artikel|beiträge|kommentare)|diesen (?:artikel|beitrag) teilen|"
           r"empfohlene (?:artikel|beiträge|inhalte)|(?:die )?meistgelesene[nr]?(?: artikel)?|mehr aus .{2,40}|artikel teilen"),
    ("fr", r"sur le même (?:sujet|thème)|à lire aussi|articles? (?:liés|similaires|associés|connexes)|(?:\d+ )?commentaires?(?: \(?\d+\)?)?|"
           r"les plus (?:lus|populaires)|laisser un commentaire|vous aimerez aussi.*|"
           r"(?:lire|voir|à voir|à découvrir) aussi|articles recommandés|recommandés? pour vous|(?:nos )?derniers articles|partager (?:cet|l['’])\s?article"),
    ("es", r"noticias relacionadas|(?:artículos|contenidos?|temas|entradas) relacionad[oa]s|(?:\d+ )?comentarios?(?: \(?\d+\)?)?|"
           r"(?:lo )?más (?:leído|visto|noticias)|te puede interesar|(?:deja|dejar) (?:un comentario|una respuesta)|más información|archivado en|"
           r"(?:notas|noticias|artículos) (?:recomendad[oa]s|de interés)|te recomendamos|también te puede interesar|últimas noticias|(?:lee|lea|leer|vea|ver) también"),
    ("pt", r"(?:notícias|matérias|artigos|conteúdos?) relacionad[oa]s|leia (?:também|mais)|(?:\d+ )?comentários?(?: \(?\d+\)?)?|mais lidas|veja também|"
           r"recomendad[oa]s para (?:você|si|ti)|(?:você|voce) (?:também )?pode (?:gostar|se interessar).{0,30}|últimas notícias|deixe (?:um comentário|uma resposta)|ler também"),
    ("it", r"(?:articoli|notizie) correlat[ie]|leggi anche|(?:\d+ )?commenti(?: \(?\d+\)?)?|potrebbe(?:ro)? interessart.*|i più letti|"
           r"(?:articoli|notizie) (?:simili|recenti|consigliat[ie])|ti potrebbe(?:ro)? (?:anche )?(?:interessare|piacere)(?:\s.{0,20})?|potrebbe(?:ro)? interessar[tv]i.*|lascia un commento|condividi(?: (?:questo|l['’])\s?articolo)?|ultime notizie"),
    ("nl", r"(?:\d+ )?reacties?(?: \(?\d+\)?)?|gerelateerde? .{0,30}|lees ook|meer over .*|meest gelezen|"
           r"aanbevolen(?: (?:voor jou|artikelen))?|lees (?:meer|verder)|meer nieuws|andere artikelen|laatste nieuws"),
    ("id", r"berita (?:terkait|terbaru|lainnya|populer)|artikel (?:terkait|lainnya|berikutnya|sebelumnya)|komentar(?: \(?\d+\)?)?|terpopuler|"
           r"baca juga|rekomendasi(?: untuk anda)?|tag(?:s)? ?:?|apa reaksi anda\??|"
           r"berita berkaitan|artikel (?:berkaitan|populer|terbaru)|simak juga|lihat juga|tinggalkan (?:komentar|balasan)"),
    ("pl", r"(?:\d+ )?komentarze?(?: \(?\d+\)?)?|czytaj (?:też|także|również)|zobacz (?:też|także|również)|polecane|polecamy|powiązane|"
           r"(?:przeczytaj|zobacz|czytaj) (?:więcej|też|także|również)|najczęściej czytane|najnowsze (?:wiadomości|artykuły)|podobne artykuły|powiązane (?:artykuły|tematy)|polecane artykuły"),
    ("sv", r"(?:\d+ )?kommentarer?(?: \(?\d+\)?)?|relaterat|läs (?:mer|också|även)|mest läst.*|"
           r"(?:fler|relaterade) (?:artiklar|nyheter)|senaste nytt|läs vidare"),
    ("ru", r"добавить (?:отзыв|комментарий)|оставить (?:отзыв|комментарий)|отзывы(?: \(?\d+\)?)?|самые популярные .{0,30}|(?:\d+ )?комментари(?:и|ев|й)(?: \(?\d+\)?)?|читайте также|(?:материалы )?по теме|похожие (?:новости|материалы|статьи)|другие новости.*|новости по теме|"
           r"(?:смотрите|читать|читайте) (?:также|ещё|еще)|новости партн[её]ров|последние новости|рекомендуем(?: почитать)?|материалы по теме|самое читаемое|самые читаемые.{0,20}"),
    ("uk", r"читайте також|коментарі(?: \(?\d+\)?)?|новини за темою|"
           r"(?:дивіться|читати) також|останні новини|матеріали за темою|схожі (?:новини|матеріали|статті)|новини партнерів|більше новин.{0,20}"),
    ("tr", r"ilgili haberler|yorumlar?(?: \(?\d+\)?)?|en çok okunanlar|benzer haberler|"
           r"bunlar(?:a|ı)? da (?:bak|oku).{0,15}|(?:diğer|son) haberler|yorum (?:yap|yaz).{0,10}|önerilen haberler"),
    ("zh", r"相关(?:阅读|新闻|报道|文章|推荐)|延伸阅读|相關(?:新聞|文章|報導)|延伸閱讀|推荐阅读|推薦閱讀|(?:网友|用户)?评论|留言|"
           r"热门(?:新闻|文章|推荐)|熱門(?:新聞|文章)|更多(?:新闻|新聞|文章)|推薦文章|推荐文章|猜你喜欢"),
    ("ja", r"関連(?:記事|リンク|ニュース)|あわせて読みたい|コメント|おすすめ記事|人気記事|"
           r"(?:最新|注目の|おすすめの?)(?:記事|ニュース)|この記事をシェア(?:する)?|記事ランキング|アクセスランキング"),
    ("ko", r"관련\s?(?:기사|뉴스)|댓글|많이 본 (?:기사|뉴스)|"
           r"(?:인기|추천|최신)\s?(?:기사|뉴스)|이 기사와 함께.{0,15}"),
    ("ar", r"مواضيع (?:ذات صلة|متعلقة)|اقرأ (?:أيضا|أيضًا|أيضاً)|التعليقات|"
           r"(?:أخبار|مقالات|موضوعات) (?:ذات صلة|متعلقة|مشابهة|مقترحة)|قد يهمك(?: أيضا| أيضًا| أيضاً)?|الأكثر (?:قراءة|مشاهدة|تداولا)|اخترنا لك|اترك تعليقا?ً?|آخر الأخبار"),
    ("da", r"læs også|se også|mest læste|relaterede artikler|(?:\d+ )?kommentarer?|seneste nyt|flere (?:artikler|nyheder)"),
    ("no", r"les også|se også|mest lest(?:e)?|relaterte (?:saker|artikler)|siste nytt|flere (?:saker|artikler|nyheter)"),
    ("fi", r"lue myös|katso myös|(?:päivän )?luetuimmat|aiheeseen liittyvää|(?:\d+ )?kommentit|lisää aiheesta|muut uutiset|uusimmat"),
    ("cs", r"související(?: (?:články|témata|zprávy))?|čtěte (?:také|též|dále|i)|přečtěte si (?:také|též|i)|nejčtenější(?: články)?|diskuse|komentáře|mohlo by (?:vás|tě) (?:také )?zajímat|další články.{0,30}"),
    ("sk", r"súvisiace(?: (?:články|témy|správy))?|(?:pre)?čítajte (?:si )?(?:tiež|aj|viac)|najčítanejšie(?: články)?|diskusia|komentáre|mohlo by (?:vás|ťa) zaujímať|ďalšie články.{0,30}"),
    ("hu", r"kapcsolódó(?: (?:cikkek|cikk|anyagok|hírek|tartalmak))?|(?:a )?legolvasottabb(?:ak)?|hozzászólások|ajánlott(?: cikkek)?|ez is érdekelhet(?:i)?|olvas(?:sa|d) el ezt is|további (?:cikkek|hírek)|legfrissebb(?: hírek)?"),
    ("ro", r"cite(?:ș|ş|s)te (?:și|şi|si)|articole (?:similare|recomandate|asemănătoare|pe aceeași temă)|comentarii|cele mai citite|(?:ș|ş)tiri (?:similare|recomandate|pe aceeași temă)|recomandări|recomandate"),
    ("el", r"διαβάστε (?:επίσης|ακόμη|ακόμα)|δείτε (?:επίσης|ακόμη|ακόμα)|σχετικά (?:άρθρα|νέα|θέματα)|σχετικές ειδήσεις|σχόλια|δημοφιλή|τελευταί(?:α νέα|ες ειδήσεις)|περισσότερα νέα"),
    ("bg", r"(?:вижте|прочетете) (?:още|също)|още по темата|коментари|свързани (?:статии|новини)|най-четени|още новини"),
    ("sr", r"(?:pročitajte|прочитајте) (?:i|и|još|још)|povezan[aeio]* ?(?:vijesti|vesti|članci|teme)|повезане вести|најчитаније|najčitanije|komentari|коментари|slične (?:vijesti|vesti|teme)|најновије вести|најнови вести|поврзани (?:вести|содржини)"),
    ("sl", r"preberite (?:še|tudi)|sorodn[ei] (?:novice|članki)|komentarji|najbolj brano"),
    ("lt", r"susiję (?:straipsniai|naujienos)|taip pat skaitykite|komentarai|skaitomiausi"),
    ("lv", r"saistītie (?:raksti|ziņas)|lasi arī|komentāri|lasītākie"),
    ("et", r"seotud (?:lood|artiklid|uudised)|loe (?:ka|lisaks)|kommentaarid|(?:enim )?loetumad"),
    ("he", r"כתבות (?:נוספות|קשורות|מומלצות)|קרא(?:ו)? (?:עוד|גם)|תגובות|אולי יעניין אותך.{0,10}|עוד (?:בנושא|כתבות).{0,10}"),
    ("fa", r"(?:اخبار|مطالب) (?:مرتبط|مشابه)|بیشتر بخوانید|همچنین بخوانید|نظرات(?: کاربران)?|پربازدیدترین.{0,15}|آخرین اخبار"),
    ("ur", r"متعلقہ (?:خبریں|مضامین)|یہ بھی پڑھیں|مزید (?:خبریں|پڑھیں)|تبصرے|تازہ ترین خبریں"),
    ("hi", r"(?:संबंधित|सम्बंधित) (?:खबरें|ख़बरें|खबर|समाचार|लेख)|(?:यह|ये|इसे) भी (?:पढ़ें|पढ़ें|देखें)|और (?:पढ़ें|पढ़ें)|टिप्पणियाँ?"),
    ("bn", r"আর(?:ও|ো) (?:পড়ুন|পড়ুন|খবর)|সম্পর্কিত (?:খবর|সংবাদ|নিউজ)|এ (?:সম্পর্কিত|বিভাগের) আর(?:ও|ো) (?:খবর|সংবাদ)|মন্তব্য(?: করুন)?"),
    ("mr", r"हे (?:पण|ही|देखील|सुद्धा) वाचा|संबंधित बातम्या|आणखी वाचा"),
    ("ne", r"(?:सम्बन्धित|सम्बन्धीत) (?:समाचार|खबर)|यो पनि (?:पढ्नुहोस्|पढ्नुस्)|प्रतिक्रिया(?: दिनुहोस्)?|थप समाचार"),
    ("ta", r"தொடர்புடைய (?:செய்திகள்|செய்தி)|மேலும் (?:படிக்க|செய்திகள்)|இதையும் படிக்க(?:வும்)?|கருத்துகள்"),
    ("te", r"సంబంధిత వార్తలు|(?:ఇవీ|ఇవి కూడా|ఇది కూడా) చదవండి|మరిన్ని వార్తలు"),
    ("ml", r"ബന്ധപ്പെട്ട വാർത്തകൾ|ഇതും വായിക്കുക|കൂടുതൽ വാർത്തകൾ"),
    ("th", r"(?:ข่าว|บทความ)ที่เกี่ยวข้อง|อ่าน(?:เพิ่มเติม|ข่าวอื่น.{0,20})|ความคิดเห็น|ข่าวแนะนำ|ข่าวล่าสุด"),
    ("vi", r"(?:tin|bài|bài viết) (?:liên quan|mới(?: nhất)?|cùng chuyên mục)|xem thêm|đọc (?:thêm|nhiều(?: nhất)?)|bình luận(?: \(?\d+\)?)?|có thể bạn quan tâm|cùng chuyên mục"),
    ("tl", r"kaugnay na (?:balita|artikulo)|basahin (?:din|rin)|mga kaugnay na .{2,20}"),
    ("sw", r"habari zinazohusiana|soma (?:pia|zaidi)|maoni"),
    ("ca", r"(?:notícies|articles) relacionad[ae]s|et pot interessar|(?:\d+ )?comentaris|més informació|llegi(?:u|x) també"),
    ("sq", r"lexo(?:ni)? edhe|(?:lajme|artikuj) të (?:ngjash(?:me|ëm)|lidhur)|komente"),
    ("az", r"(?:həmçinin|bunu da) oxuyun|(?:oxşar|digər|son) xəbərlər|şərhlər"),
    ("kk", r"(?:тағы|сондай-ақ) оқыңыз|ұқсас (?:жаңалықтар|материалдар)|пікірлер"),
    ("ka", r"(?:მსგავსი|დაკავშირებული) (?:სიახლეები|სტატიები)|კომენტარები"),
    ("hy", r"(?:առնչվող|նմանատիպ) (?:նյութեր|լուրեր)|կարդացեք նաև"),
)  # fmt: skip
END_LINE = Starts((pattern for _, pattern in END_LINES), tail=r"[\W_]{0,4}$")

# A line of these words alone is a bar of buttons, in any language.
_SHARE_WORDS = frozenset(
    "facebook twitter x whatsapp telegram linkedin pinterest reddit email e mail messenger line vk "
    "instagram threads bluesky mastodon flipboard pocket tumblr viber weibo wechat kakao kakaotalk "
    "kakaostory band naver copy link url print pdf share on via by to this and sms xing ok skype "
    "youtube tiktok google news".split()
)


def is_share_line(folded: str) -> bool:
    """Names of networks and nothing else. ``folded`` by ``cleaning.fold_text``."""
    if len(folded) > 120:
        return False
    words = _WORD.findall(folded)
    return len(words) > 1 and _SHARE_WORDS.issuperset(words)


_WORD = re.compile(r"\w+")

_CREDITED = re.compile(
    r"(?:\b(?:credits?|photo(?:graph)?s?(?: by| credit)?|images?|picture|illustration|foto|fotos|bild|"
    r"grafik|fotografía|imagen|crédits?|crédito|reprodução|billede|kuva|fotka|fotó|zdj|fot|fotograf)|"
    r"\b(?:фото|зображення|снимка|φωτογραφία|φωτο|fotoğraf|ảnh|צילום|תמונה|תצלום)|(?:تصوير|الصورة|عکس|फोटो|ছবি|ภาพ)|写真|撮影|図|图片来源|图|사진)\s*[:：=/]\s*(?:©\s*)?[^.:!?]{2,60}[.)\]]{0,2}$|"
    r"[^。！？]{2,30}(?:摄|攝|供图|供圖)[)）]?$",
    re.IGNORECASE,
)


_TAKEN = "摄攝图圖"
_CREDIT_STEMS = tuple(
    "credit photo image pictur illustr fot bild grafik imagen crédit reprod billede kuva zdj фото зображ "
    "снимк φωτ ảnh צילום תמונה תצלום تصوير الصورة عکس फोटो ছবি ภาพ 写真 撮影 図 图 圖 사진 摄 攝".split()
)
"""One of these stands in whatever ``_CREDITED`` finds: plain searches cost a tenth of it."""


def is_credited(text: str) -> bool:
    """Whether it ends as the caption of a picture does: who took it."""
    tail = text[-110:].lower()
    marked = ":" in tail or "：" in tail or "=" in tail or "/" in tail or tail[-1:] in _TAKEN
    return (
        (marked or tail[-2:-1] in _TAKEN)
        and any(stem in tail for stem in _CREDIT_STEMS)
        and _CREDITED.search(tail) is not None
    )


# How to reach the author, below the text.
CONTACT = re.compile(
    r"^(?:you can )?(?:contact|reach|e-?mail|follow|write to)\b.{2,80}(?:@\w|\bvia e-?mail|\bon (?:x|twitter|instagram|"
    r"facebook|threads|bluesky)\b)|\bfollow (?:him|her|them) (?:on|at|@)|\b(?:can be )?reached (?:at|via|on) \S+@|"
    r"\b(?:sie|er|ihm|ihr|autor(?:in)?) (?:auf|bei) (?:x|twitter|instagram)\b",
    re.IGNORECASE,
)

# Who the author is, in the third person, below the text.
BIO = re.compile(
    r"^(?:by )?(?:[^\W\d_a-zß-ÿ][\w.’'-]* ){1,4}(?:is|was|covers|writes|reports|ist|schreibt|arbeitet|est|es|è|é|adalah|är|er|on|jest)\b"
    r"(?:.{0,160}\b(?:reporter|journalist|editor|correspondent|columnist|writer|contributor|redakteur(?:in)?|"
    r"volontär(?:in)?|autor(?:in|a)?|journaliste|rédact(?:eur|rice)|periodista|redactora?|giornalista|jornalista|repórter|"
    r"wartawan|jurnalis|redacteur|dziennikar(?:z|ka)|skribent|toimittaja)\b|(?<=covers).{3,160}\bfor\b|(?<=writes) about\b)",
)
