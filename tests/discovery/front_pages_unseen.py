# ruff: noqa: E501 - markup stands as publishers write it
"""Front pages that no rule was written on: ``UNSEEN`` when the rules were first finished, ``LATER``
after those had been looked at."""

from __future__ import annotations

from tests.discovery.front_pages import FrontPage, each, links


def plain_links() -> FrontPage:
    base = "https://dispatch.example"
    stories = (
        ("stories/quarry.html", "The quarry that ate a village"),
        ("stories/wells-run-dry.html", "Wells run dry in the upper valley"),
        ("stories/bus-38.html", "Last ride of the 38"),
        ("stories/who-owns-the-river.html", "Who owns the river?"),
        ("stories/sheep.html", "Ten thousand sheep and one road"),
    )
    hard = (("2026/11/strike-ballot.html", "Strike ballot"),)
    html = f"""<html><head><title>The Dispatch</title></head><body><h1>The Dispatch</h1>
<p><a href="about.html">About</a> | <a href="archive.html">Archive</a> | <a href="feed.xml">RSS</a> |
<a href="contact.html">Contact</a></p><hr><ul>{links(stories)}</ul>
<p>Also: <a href="{hard[0][0]}">Strike ballot</a> (24 November)</p>
<p>Printed by <a href="https://press.invalid/our-fine-printing-works-since-1901">our friends at the
old press</a>. <a href="issue-38.pdf">This week's issue as it was printed</a></p>
<p><a href="subscribe.html">How to have the Dispatch sent to you</a></p></body></html>"""
    return FrontPage("plain_links", base + "/", html, stories, hard)


def hashed_classes() -> FrontPage:
    base = "https://longread.example"
    printed = (
        ("/the-cartographers-2f1c0d9e7a4b", "The Cartographers"),
        ("/what-we-lost-when-the-mill-closed-9ab8c7d6e5f4", "What we lost when the mill closed"),
        ("/@noor/on-waiting-31c2d4e5f6a7", "On waiting"),
        ("/city-desk/a-year-of-night-buses-77aa88bb99cc", "A year of night buses"),
        ("/city-desk/rent-strikes-explained-0f1e2d3c4b5a", "Rent strikes, explained"),
    )
    # The addresses carry where on the page they stand; that is part of them, for all we know.
    stories = tuple((f"{address}?source=home---------0-2", title) for address, title in printed)
    card = (
        '<div class="ab ac"><div class="l m hq"><a class="af ag ah" href="/@noor?source=home---1">'
        '<p class="be b ik">Noor Haddad</p></a><div class="in"><a rel="noopener follow" class="af ag" '
        'href="{u}"><h2 class="be ir is">{t}</h2><p class="be b jd">A short '
        'teaser that says what the piece is about in one line.</p></a></div><div class="ab q"><span '
        'class="be b">Nov 24</span><a class="af" href="/tag/cities?source=home">Cities</a><span>6 min '
        'read</span><a href="/m/signin?actionUrl=%2Fbookmark&operation=register">Save</a></div></div>'
        "</div>"
    )
    html = f"""<html lang="en"><head><title>Longread</title></head><body><div id="root"><div
class="a b c"><div class="d e"><a href="/?source=post_page">Home</a><a href="/about?autoplay=1">Our
story</a><a href="/membership">Membership</a><a href="/new-story">Write</a></div>
{each(card, stories)}<div class="l"><h2>Who to follow</h2><div><a href="/@iva.r?source=rail">Iva
Radic, who writes about rivers and rail</a></div><a href="/me/following/suggestions">See more
suggestions</a><h2>Recommended topics</h2><a href="/tag/data-science">Data Science</a>
<a href="/tag/self-improvement">Self Improvement</a></div><div class="x"><a
href="https://help.longread.example/hc/en-us">Help</a><a href="/jobs-at-longread/work-at-longread-\
959d1a85284e">Careers</a><a href="https://policy.longread.example/longread-terms-of-service-\
9db0094a1e0f">Terms</a></div></div></div></body></html>"""
    return FrontPage("hashed_classes", base + "/", html, stories)


def drupal_section() -> FrontPage:
    base = "https://www.pravdadnes.example"
    stories = (
        ("/node/88412", "Vláda schválila rozpočet na příští rok"),
        ("/domov/clanok/zeleznice-rusia-spoje", "Železnice rušia spoje"),
        ("/domov/clanok/v-tatrach-napadol-sneh", "V Tatrách napadol prvý sneh"),
        ("/domov/clanok/ucitelia-pojdu-do-strajku", "Učitelia pôjdu do štrajku"),
        ("/domov/clanok/sud", "Súd oslobodil bývalého ministra"),
    )
    row = (
        '<div class="views-row"><article role="article" about="{u}" class="node node--type-article '
        'node--promoted node--view-mode-teaser clearfix"><h2 class="node__title"><a href="{u}" '
        'rel="bookmark"><span class="field field--name-title">{t}</span></a></h2><div class='
        '"node__meta"><span class="submitted">25. 11. 2026 od <a href="/uzivatel/pnovak" '
        'class="username">Peter Novák</a></span></div><div class="node__content"><div class="field '
        'field--name-field-tags"><a href="/temy/slovensko">Slovensko</a></div><ul class="links '
        'inline list-inline"><li class="node-readmore"><a href="{u}" rel="tag" title="{t}">Čítať '
        "ďalej</a></li></ul></div></article></div>"
    )
    html = f"""<html lang="sk"><head><title>Domov | Pravda dnes</title></head><body
class="path-taxonomy"><div role="banner"><ul class="menu">{
        links(
            (
                ("/domov", "Domov"),
                ("/svet", "Svet"),
                ("/ekonomika/financie", "Financie a poistenie domácností"),
                ("/user/login?destination=/domov", "Prihlásiť sa"),
            )
        )
    }</ul></div><div class="breadcrumb"><a
href="/">Úvod</a></div><main role="main"><h1 class="page-title">Domov</h1><div class="view-content">
{each(row, stories)}</div><ul class="pager"><li><a href="?page=1" rel="next">Ďalšia</a></li></ul>
<a href="/domov/rss.xml" class="feed-icon">Subscribe to Domov</a></main><aside class="sidebar">
<h2>Najčítanejšie</h2><ul>{links(stories[1:3])}</ul><a href="/anketa">Hlasujte v našej ankete o
doprave</a></aside><div role="contentinfo"><a href="/kontakt">Kontakt</a><a
href="/ochrana-osobnych-udajov">Ochrana osobných údajov</a><a href="/vseobecne-obchodne-podmienky">
Všeobecné obchodné podmienky pre predplatiteľov</a></div></body></html>"""
    return FrontPage("drupal_section", f"{base}/domov", html, stories)


def subdomains() -> FrontPage:
    base = "https://www.stadtblatt.example"
    news, sport = "https://nachrichten.stadtblatt.example", "https://sport.stadtblatt.example"
    stories = (
        (f"{news}/artikel/Brand-im-Hafen-article24356155.html", "Brand im Hafen"),
        (f"{news}/artikel/Die-Bahn-kommt-spaeter-article24356101.html",
         "Warum die Bahn noch später kommt"),
        (f"{news}/politik/Haushalt-steht-article24355999.html", "Haushalt steht"),
        (f"{sport}/fussball/derby-heute-live-im-ticker,derby-114.html", "Derby heute im Ticker"),
        (f"{sport}/handball/aufsteiger-ueberrascht-den-meister,hb-228.html",
         "Aufsteiger überrascht den Meister"),
        (f"{base}/lokales/neue-bruecke-wird-teurer-id70015.html", "Neue Brücke wird teurer"),
    )  # fmt: skip
    card = (
        '<div class="teaser teaser--m"><a class="teaser__link" href="{u}" title="{t}"><picture><img '
        'data-src="b.jpg" alt="Ein Bild aus der Stadt"></picture><div class="teaser__content"><span '
        'class="teaser__kicker">Stadt und Land</span><span class="teaser__headline">{t}</span><p '
        'class="teaser__text">Ein kurzer Text, der sagt, worum es geht, und neugierig macht.</p>'
        "</div></a></div>"
    )
    html = f"""<html lang="de"><head><title>Stadtblatt</title></head><body><div class="page-header">
<div class="main-navigation">{
        links(
            (
                ("https://sport.stadtblatt.example/", "Sport"),
                (f"{base}/lokales/", "Lokales"),
                (f"{news}/politik", "Politik"),
                (
                    "https://abo.stadtblatt.example/angebote/digital-vier-wochen-gratis.html",
                    "Vier Wochen gratis lesen",
                ),
                (
                    "https://epaper.stadtblatt.example/ausgabe/2026-11-25/12",
                    "E-Paper von heute, 25. November",
                ),
                (f"{base}/wetter/", "Wetter"),
            ),
            "<span>{}</span>",
        )
    }</div></div>
<div class="page-content"><h2 class="section__headline"><a href="{base}/lokales/">Lokales aus der
Stadt und dem Umland</a></h2>{each(card, stories)}<div class="teaser"><a
href="https://shop.stadtblatt.example/kalender-2027-unsere-stadt-von-oben-4711.html">Kalender 2027:
Unsere Stadt von oben</a></div><div class="teaser"><a href="https://other.invalid/2026/11/25/ein-\
text-auf-einer-anderen-seite.html">Ein Text auf einer ganz anderen Seite</a></div></div>
<div class="page-footer"><a href="{base}/impressum-id5.html">Impressum</a>
<a href="{base}/datenschutz/">Datenschutz</a><a href="{
        base
    }/service/leserreisen-id1.html">Reisen Sie
mit uns durch die Welt</a><a href="{base}/themen/klimawandel">Klimawandel</a></div></body></html>"""
    return FrontPage("subdomains", base + "/", html, stories)


UNSEEN = (plain_links, hashed_classes, drupal_section, subdomains)


def portuguese_cards() -> FrontPage:
    base = "https://gazetadosul.example"
    stories = (
        (f"{base}/noticias/politica/camara-aprova-novo-plano-diretor,1f2a3b4c5d.html",
         "Câmara aprova novo plano diretor após dez horas de sessão"),
        (f"{base}/noticias/chuva-alaga-ruas,77ab12cd90.html", "Chuva alaga ruas no centro"),
        (f"{base}/esportes/gremista/2026/11/goleada.ghtml", "Goleada!"),
        (f"{base}/blog/cafe-da-manha/post/o-dia-em-cinco-notas.html", "O dia em cinco notas"),
        (f"{base}/noticias/saude/vacina-chega-aos-postos.html", "Vacina chega aos postos"),
    )  # fmt: skip
    card = (
        '<div class="feed-post bstn-item-shape type-materia"><div class="feed-post-body"><span '
        f'class="feed-post-header-chapeu">Cidade</span><div class="feed-post-body-title"><h2><a '
        'class="feed-post-link gui-color-primary" href="{u}">{t}</a></h2></div><div '
        'class="feed-post-metadata"><span class="feed-post-datetime">Há 2 horas</span> <span>Em <a '
        f'href="{base}/noticias/regiao/">Região</a></span></div></div></div>'
    )
    html = f"""<html lang="pt-BR"><head><title>Gazeta do Sul</title></head><body><div
id="glbbarra-topo"><a href="{base}/assine/digital-por-menos-de-um-real-por-dia.html">Assine a
gazeta digital agora</a></div><nav>{
        links(
            (
                (f"{base}/noticias/", "Notícias"),
                (f"{base}/esportes/", "Esportes"),
                (f"{base}/colunistas/", "Colunistas"),
            )
        )
    }</nav><main>
{each(card, stories)}<h3><a href="{base}/podcasts/">Podcasts</a></h3><div class="load-more"><a
href="{base}/index/feed/pagina-2.ghtml">Veja mais notícias da região</a></div></main>
<footer><a href="{base}/politica-de-privacidade/">Política de privacidade e cookies</a>
<a href="{base}/fale-conosco/">Fale com a redação da Gazeta</a></footer></body></html>"""
    return FrontPage("portuguese_cards", base + "/", html, stories)


def korean_queries() -> FrontPage:
    base = "http://www.hangangilbo.example"
    titles = (
        "정부, 내년 예산안 국무회의 의결",
        "한강 다리 보수공사 다음 달 시작",
        "첫눈 예보에 출근길 비상",
        "[사설] 지역 의료를 지켜야 한다",
    )
    stories = tuple(
        (f"/news/articleView.html?idxno={310455 + n}", title) for n, title in enumerate(titles)
    )
    row = (
        '<div class="item"><a href="{u}" class="auto-thumb"><img src="/t.jpg" alt=""></a><h4 '
        'class="titles"><a href="{u}" target="_top">{t}</a></h4><em class="info name">김한강 기자'
        "</em><em class='info dated'>11.25 09:10</em></div>"
    )
    sections = tuple(
        (f"/news/articleList.html?sc_section_code=S1N{n}&view_type=sm", name)
        for n, name in enumerate(("정치", "경제", "사회 일반 뉴스", "문화"), 1)
    )
    html = f"""<html lang="ko"><head><meta charset="utf-8"><title>한강일보</title></head><body>
<div id="user-menu"><ul>{links(sections)}</ul><a href="/member/login.html">로그인</a></div>
<section id="section-list">{each(row, stories)}</section><a
href="/news/articleList.html?page=2&total=900">다음 기사 목록 더 보기 클릭</a><div id="user-footer"><a
href="/com/privacy.html">개인정보처리방침</a><a href="/bbs/list.html?table=bbs_1">독자 게시판에 글을 남겨
주세요</a></div></body></html>"""
    return FrontPage("korean_queries", base + "/", html, stories)


def bare_slugs() -> FrontPage:
    base = "https://www.kanalvest.example"
    stories = (
        (
            "/brann-i-lagerbygg-pa-sotra-naboer-evakuert/s/5-95-2070077",
            "Brann i lagerbygg på Sotra",
        ),
        ("/nyheter/i/Kn8QxA/statsbudsjettet", "Slik blir statsbudsjettet for deg"),
        ("/nyheter/i/0GVbXw/ras-stengte-e39", "Ras stengte E39"),
        ("/sport/i/Wb77pO/seier", "Endelig seier"),
        ("/a/dRr5Lx", "Ble stoppet i 140 på vei til kirken"),
    )
    card = (
        '<article class="teaser _1x2y"><a itemprop="url" href="{u}"><figure><img alt=""></figure>'
        '<h2 itemprop="headline">{t}</h2></a></article>'
    )
    html = f"""<html lang="nb"><head><title>Kanal Vest</title></head><body><header><ul>{
        links(
            (
                ("/nyheter", "Nyheter"),
                ("/sport", "Sport"),
                ("/emne/krigen-i-europa", "Krigen i Europa"),
                ("/kundesenter", "Kundesenter"),
            )
        )
    }</ul></header><main>{each(card, stories)}<article><a
href="https://www.kanalvest.example/tegn-abonnement?kilde=forside"><h2>Les alt fra Kanal Vest i tre
måneder for én krone</h2></a></article></main><footer><a href="/om-oss">Ansvarlig redaktør: Kari Vest
</a><a href="/personvern">Personvern og informasjonskapsler</a></footer></body></html>"""
    return FrontPage("bare_slugs", base + "/", html, stories)


LATER = (portuguese_cards, korean_queries, bare_slugs)
