# ruff: noqa: E501 - markup stands as publishers write it
"""Front pages as publishers write them, generated: each with the links that are articles.

Every other link on a page is none. Articles are given as (address as printed, headline).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urljoin

Story = tuple[str, str]


@dataclass(frozen=True)
class FrontPage:
    name: str
    url: str
    html: str
    stories: tuple[Story, ...]
    hard: tuple[Story, ...] = ()
    """Articles that nothing on the page tells from a section: found by what the site taught."""
    charset: str = "utf-8"

    @property
    def body(self) -> bytes:
        return self.html.encode(self.charset)

    @property
    def articles(self) -> set[str]:
        return {urljoin(self.url, address) for address, _ in self.stories}


def each(template: str, stories: Iterable[Story]) -> str:
    return "\n".join(template.format(u=url, t=title) for url, title in stories)


def links(pairs: Iterable[Story], around: str = "<li>{}</li>") -> str:
    return "".join(around.format(f'<a href="{url}">{text}</a>') for url, text in pairs)


def wordpress_blocks() -> FrontPage:
    base = "https://harbourtimes.example"
    stories = tuple(
        (f"{base}/{slug}/", title)
        for slug, title in (
            ("council-approves-new-tram-line-after-ten-years", "Council approves new tram line"),
            ("fishing-fleet-returns-as-storm-passes", "Fishing fleet returns as storm passes"),
            ("school-meals-to-stay-free-until-summer", "School meals to stay free until summer"),
            ("mayor-resigns", "Mayor resigns"),
            ("why-the-old-lighthouse-matters", "Why the old lighthouse matters to us all"),
            ("derby-ends-in-goalless-draw", "Derby ends in goalless draw"),
            ("five-walks-for-a-wet-sunday", "Five walks for a wet Sunday"),
            ("port-strike-day-3", "Port strike: day 3"),
        )
    )
    card = (
        '<li class="wp-block-post post-12 post type-post status-publish format-standard '
        'has-post-thumbnail hentry category-news tag-city">'
        '<figure class="wp-block-post-featured-image"><a href="{u}" target="_self">'
        '<img width="600" src="/wp-content/uploads/2026/11/photo.jpg" alt="A photo"></a></figure>'
        '<h2 class="wp-block-post-title"><a href="{u}" target="_self">{t}</a></h2>'
        '<div class="wp-block-post-excerpt"><p class="wp-block-post-excerpt__excerpt">The vote on '
        "Tuesday night ended years of dispute about the route and its cost. "
        '<a class="wp-block-post-excerpt__more-link" href="{u}">Continue reading</a></p></div>'
        '<div class="wp-block-post-date"><time datetime="2026-11-24T18:00:00+00:00">'
        f'<a href="{{u}}">November 24, 2026</a></time></div>'
        f'<div class="taxonomy-category wp-block-post-terms"><a href="{base}/category/news/" '
        'rel="tag">News</a></div>'
        f'<p class="wp-block-post-author-name"><a href="{base}/author/jane-harbour/">Jane Harbour'
        "</a></p></li>"
    )
    navigation = links(
        (
            (f"{base}/", "Home"),
            (f"{base}/category/news/", "News"),
            (f"{base}/category/sport/", "Sport"),
            (f"{base}/opinion/", "Opinion"),
            (f"{base}/things-to-do/", "Things to do this weekend"),
            (f"{base}/about/", "About"),
        ),
        '<li class="wp-block-navigation-item"><a class="wp-block-navigation-item__content" '
        'href="#">{}</a></li>',
    )
    html = f"""<!doctype html><html lang="en-GB"><head><title>Harbour Times</title></head>
<body class="home blog wp-embed-responsive"><a class="skip-link" href="#main">Skip to content</a>
<header class="wp-block-template-part"><p class="wp-block-site-title"><a href="{base}">Harbour
Times</a></p><nav class="wp-block-navigation"><ul>{navigation}</ul></nav></header>
<main class="wp-block-group" id="main"><h1>Latest</h1><ul class="wp-block-post-template">
{each(card, stories)}</ul>
<nav class="wp-block-query-pagination"><a href="{base}/page/2/">Next Page</a></nav>
<h2 class="wp-block-heading"><a href="{base}/category/sport/">More sport from the harbour</a></h2>
</main><footer class="wp-block-template-part"><p><a href="{base}/privacy-policy/">Privacy
Policy</a> <a href="{base}/how-we-handle-your-personal-data/">How we handle your personal data</a>
<a href="https://facebook.com/harbourtimes">Facebook</a>
<a href="{base}/wp-content/uploads/ratecard-2026.pdf">Our advertising rates for 2026</a>
Powered by <a href="https://wordpress.org">WordPress</a></p></footer></body></html>"""
    return FrontPage("wordpress_blocks", base + "/", html, stories)


def newspack() -> FrontPage:
    base = "https://valleyreporter.example"
    stories = tuple(
        (f"{base}/2026/11/{day}/{slug}/", title)
        for day, slug, title in (
            ("25", "water-board-raises-rates", "Water board raises rates 12 percent"),
            ("25", "clinic-closing", "Rural clinic to close its doors in January"),
            ("24", "harvest-festival-photos", "Photos: Harvest festival draws record crowd"),
            ("24", "meth-lab-bust", "Deputies find drug lab beneath barn"),
            ("23", "obituary-ruth-ames", "Ruth Ames, who taught half the valley to read, dies"),
            ("22", "letters", "Letters: On roads, rates and rivers"),
        )
    )
    card = (
        '<article data-post-id="4711" class="tag-water category-government type-post '
        'post-has-image"><figure class="post-thumbnail"><a href="{u}" rel="bookmark" '
        'tabindex="-1" aria-hidden="true"><img alt="" src="x.jpg"></a></figure>'
        f'<div class="entry-wrapper"><div class="cat-links"><a href="{base}/category/government/">'
        'Government</a></div><h3 class="entry-title"><a href="{u}" rel="bookmark">{t}</a></h3>'
        '<div class="entry-meta"><span class="byline"><span>by</span> <span class="author vcard">'
        f'<a class="url fn n" href="{base}/author/sam-ortega/">Sam Ortega</a></span></span>'
        '<time class="entry-date published" datetime="2026-11-25T06:00:00-08:00">Nov. 25, 2026'
        "</time></div></div></article>"
    )
    html = f"""<html><head><title>Valley Reporter</title></head><body class="home page">
<header id="masthead" class="site-header"><div class="custom-logo"><a href="{base}/">Home</a></div>
<a class="button" href="{base}/donate/">Support our nonprofit newsroom today</a>
<nav class="main-navigation nav1"><ul class="main-menu">
{
        links(
            (
                (f"{base}/category/government/", "Government"),
                (f"{base}/category/health/", "Health"),
                (f"{base}/newsletters/", "Sign up for our newsletters"),
            )
        )
    }</ul></nav></header>
<div id="content"><main><article class="post-1 page"><div class="entry-content">
<div class="wp-block-newspack-blocks-homepage-articles">{each(card, stories)}</div>
<h4 class="article-section-title"><a href="{base}/category/health/">Health and wellness</a></h4>
<div class="wp-block-newspack-blocks-homepage-articles">
<article><h3 class="entry-title"><a href="{base}/2026/11/25/clinic-closing/?ref=home">Rural clinic
to close its doors in January</a></h3></article></div>
<div class="newspack-donate"><a href="{base}/donate/?type=monthly">Become a member and keep local
news alive</a></div></div></article></main></div>
<footer><div class="widget_nav_menu">{
        links(
            (
                (f"{base}/about-us/", "About us"),
                (
                    f"{base}/our-policies-and-editorial-standards/",
                    "Our policies and editorial standards",
                ),
                (f"{base}/2025/01/05/how-we-are-funded/?print=1", ""),
            )
        )
    }</div></footer></body></html>"""
    return FrontPage("newspack", base + "/", html, stories)


def indonesian_tables() -> FrontPage:
    base = "http://www.suaradaerah.example"
    titles = (
        "Bupati Resmikan Pasar Baru di Kecamatan Sukamaju",
        "Harga Cabai Naik, Pedagang Mengeluh",
        "Dua Rumah Rusak Tertimpa Pohon",
        "Persida Menang 2-0 atas Persikad",
        "Warga Blokir Jalan Rusak",
        "KPU Tetapkan Jadwal Debat",
        "Banjir Rendam Ratusan Rumah di Tiga Desa",
    )
    stories = tuple((f"berita.php?id={2310 + n}", title) for n, title in enumerate(titles))
    row = (
        '<tr><td width="90"><a href="{u}"><img src="foto/kecil.jpg" border=0></a></td><td>'
        '<a href="{u}"><b>{t}</b></a><br><font size=1 color=gray>Rabu, 25 November 2026 08:15 WIB'
        "</font><br>Suara Daerah - Bupati mengatakan pasar itu akan menampung ratusan pedagang. "
        '<a href="{u}">Selengkapnya</a></td></tr>'
    )
    kategori = links(
        (
            (f"kategori.php?id={n}", name)
            for n, name in enumerate(
                ("Pemerintahan", "Ekonomi", "Olah Raga", "Hukum dan Kriminal"), 1
            )
        ),
        "<tr><td class=menu>{}</td></tr>",
    )
    html = f"""<html><head><title>SUARA DAERAH - Koran Rakyat</title>
<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head>
<body bgcolor=#ffffff><table width=980 align=center><tr><td colspan=3><a href="index.php">
<img src="banner.gif" alt="Suara Daerah Koran Rakyat"></a></td></tr><tr><td valign=top width=160>
<table>{kategori}<tr><td class=menu><a href="hubungi.php">Hubungi Kami</a></td></tr>
<tr><td><a href="redaksi.php">Susunan Redaksi Suara Daerah</a></td></tr></table></td>
<td valign=top><table>{each(row, stories[:5])}</table>
<a href="index.php?page=2">Berita sebelumnya &raquo;</a></td><td valign=top width=200>
<b>TERPOPULER</b><ul>{links(stories[3:])}</ul>
<a href="http://www.suaradaerah.example/iklan/pasang.php">Pasang iklan murah di sini sekarang</a>
<a href="http://pemkab.go.id.example/"><img src="iklan1.jpg" alt="Pemerintah Kabupaten"></a>
<a href="polling.php?act=hasil">Lihat hasil polling minggu ini</a></td></tr>
<tr><td colspan=3>Copyright 2009-2026 <a href="mailto:red@suaradaerah.example">Redaksi</a>
</td></tr></table></body></html>"""
    return FrontPage("indonesian_tables", base + "/index.php", html, stories, charset="latin-1")


def guardian_cards() -> FrontPage:
    base = "https://www.thewarden.example"
    stories = (
        (
            f"{base}/world/2026/nov/25/ceasefire-talks-collapse",
            "Ceasefire talks collapse in Geneva",
        ),
        (f"{base}/politics/2026/nov/25/budget-chancellor-tax", "Chancellor rules out wealth tax"),
        (f"{base}/world/live/2026/nov/25/floods-live", "Floods: thousands told to leave homes"),
        (f"{base}/commentisfree/2026/nov/25/i-was-wrong", "I was wrong about everything"),
        (f"{base}/football/2026/nov/24/late-goal", "Late goal sinks City"),
        (f"{base}/film/2026/nov/25/the-quiet-sea-review", "The Quiet Sea review"),
        (f"{base}/environment/2026/nov/25/eels", "‘They are vanishing’: the last eels"),
    )
    card = (
        '<li class="dcr-1rbr7hv"><div class="dcr-f9aim1"><a href="{u}" '
        'data-link-name="news | group-0 | card-@1" class="dcr-2yd10d" aria-label="{t}"></a>'
        '<div class="dcr-1h7mjoe"><div class="dcr-1ay6c8s"><h3 class="card-headline"><span '
        'class="show-underline">{t}</span></h3></div><div class="dcr-ak7dfi">Officials said that '
        'no date had been set</div><footer class="dcr-1ll0m4j"><time datetime='
        '"2026-11-25T09:12:00.000Z">9h ago</time><a href="{u}#comments" data-link-name="Comment '
        'count" aria-label="212 Comments"><div>212</div></a></footer></div></div></li>'
    )
    html = f"""<html lang=en><head><title>The Warden</title></head><body>
<header class="dcr-1"><a href="https://support.thewarden.example/contribute?x=1">Support independent
journalism with a gift</a><nav class="dcr-2"><ul>{
        links(
            (
                (f"{base}/uk-news", "UK news"),
                (f"{base}/world/europe-news", "Europe"),
                (f"{base}/uk/environment/climate-crisis", "Climate crisis"),
                (f"{base}/crosswords/series/quick", "Quick crosswords"),
                ("https://jobs.thewarden.example/", "Search jobs"),
                (f"{base}/tone/obituaries", "Obituaries"),
                (
                    f"{base}/info/2015/oct/09/subscription-terms-and-conditions",
                    "Terms and conditions of the paper",
                ),
            )
        )
    }</ul></nav></header><main><section id="headlines"><header><h2><a href="{base}/world">World
news</a></h2></header><ul class="dcr-list">{each(card, stories[:4])}</ul></section>
<section><h2><a href="{base}/uk/sport">Sport</a></h2><ul class="dcr-list">
{each(card, stories[4:])}</ul><a href="{base}/sport/all">More from sport and the people who play
it</a></section><aside><h2>Most viewed</h2><ol>{links(stories[:2])}</ol></aside></main>
<footer><ul>{
        links(
            (
                (f"{base}/help/privacy-policy", "Privacy policy"),
                (f"{base}/info/cookies", "Cookie policy"),
                (f"{base}/index/contributors", "All contributors"),
                (f"{base}/info/2022/nov/01/modern-slavery-act-statement", "Modern Slavery Act"),
            )
        )
    }</ul></footer>
</body></html>"""
    return FrontPage("guardian_cards", f"{base}/international", html, stories)


def detik_lists() -> FrontPage:
    base = "https://www.kabarkini.example"
    stories = (
        ("https://news.kabarkini.example/berita/d-7654321/presiden-lantik-menteri-baru-hari-ini",
         "Presiden Lantik Menteri Baru Hari Ini"),
        ("https://news.kabarkini.example/jawatengah/berita/d-7654300/longsor-tutup-jalur-pantura",
         "Longsor Tutup Jalur Pantura"),
        ("https://finance.kabarkini.example/moneter/d-7654222/rupiah-menguat", "Rupiah Menguat"),
        (f"{base}/read/2026/11/25/09300031/polisi-tangkap-pelaku-begal-di-bekasi",
         "Polisi Tangkap Pelaku Begal di Bekasi"),
        (f"{base}/read/2026/11/25/08451221/ihsg-dibuka-naik", "IHSG Dibuka Naik"),
        ("https://sport.kabarkini.example/sepakbola/d-7654199/timnas-vs-jepang-prediksi-skor",
         "Timnas Vs Jepang, Prediksi Skor"),
    )  # fmt: skip
    item = (
        '<article class="list-content__item"><div class="media media--left"><div '
        'class="media__image"><a href="{u}" class="media__link" dtr-evt="newsfeed"><span '
        'class="ratiobox"><img src="i.jpg" alt="{t}" title="{t}"></span></a></div>'
        '<div class="media__text"><h2 class="media__subtitle"><a href="https://www.kabarkini.'
        'example/tag/berita-utama">Berita Utama</a></h2><h3 class="media__title"><a href="{u}" '
        'class="media__link">{t}</a></h3><div class="media__date">kabarNews | <span '
        'title="Rabu, 25 Nov 2026 09:30 WIB" d-time="1">10 menit yang lalu</span></div></div></div>'
        "</article>"
    )
    menu = links((
        ("https://news.kabarkini.example/", "kabarNews"), (f"{base}/terpopuler", "Terpopuler"),
        ("https://finance.kabarkini.example/moneter", "Moneter"),
        ("https://20.kabarkini.example/live", "kabarTV"), (f"{base}/indeks", "Indeks Berita"),
        ("https://connect.kabarkini.example/accounts/login?clientId=1", "Masuk"),
        (f"{base}/tag/pilkada-serentak-2026-jawa-barat", "Pilkada Serentak 2026 Jawa Barat"),
    ))  # fmt: skip
    html = f"""<html lang="id-ID"><head><title>kabarkini - Berita Hari Ini</title></head><body>
<div class="header"><div class="nav nav--primary"><ul class="nav__wrap">{menu}</ul></div></div>
<div class="container"><div class="column-8"><div id="nhl" class="list-content">
{each(item, stories)}</div><a href="{base}/indeks?page=2" class="btn">Muat lebih banyak berita</a>
</div><div class="column-4"><div class="box cb-mostpop"><h3><a href="{base}/mostpopular/news">Berita
Terpopuler Hari Ini di Indonesia</a></h3><div class="list-content list-content--ranking">
{each('<div class="media__text"><a href="{u}?tag_from=mostpop">{t}</a></div>', stories[:2])}
</div></div></div></div><div class="footer"><a href="{base}/pedoman-media-siber/">Pedoman Media
Siber dan Kode Etik</a><a href="{base}/kotak-pos">Kotak Pos</a>
<a href="https://www.facebook.com/kabarkini">Facebook</a></div></body></html>"""
    return FrontPage("detik_lists", base + "/", html, stories)


def japanese_numbers() -> FrontPage:
    base = "https://www.minatoshimbun.example"
    titles = (
        "政府、来年度予算案を閣議決定 過去最大の規模に",
        "県内で震度４の地震、津波の心配なし",
        "新幹線、大雪で一部運休",
        "円相場、一時１５０円台に下落",
        "高校サッカー県大会 決勝は港南と東高",
        "社説：地方の医療を守るために",
    )
    stories = tuple((f"/article/{448120 + 7 * n}", title) for n, title in enumerate(titles))
    card = (
        '<li class="newslist-item"><a href="{u}"><p class="thumb"><img src="/i/{t}.jpg" alt=""></p>'
        '<div class="txt"><p class="ttl">{t}</p><p class="date">11月25日 19時20分</p></div></a></li>'
    )
    menu = links((
        ("/n/politics", "政治"), ("/n/economics", "経済"), ("/n/sports", "スポーツ"),
        ("/r/localnews", "首都圏ニュース"), ("/tags_topic/election", "衆院選２０２６特集"),
        ("/membership/", "会員登録のご案内"), ("/f/senryaku/index", "電子版のお申し込みはこちらから"),
    ))  # fmt: skip
    html = f"""<html lang="ja"><head><meta charset="shift_jis"><title>港新聞</title></head><body>
<div id="gnav"><ul class="gnav-list">{menu}</ul></div><div id="contents"><ul class="newslist">
{
        each(card, stories)
    }</ul><p class="more"><a href="/n/top_news">新着記事をもっと見る・一覧はこちら</a>
</p><div class="ranking"><h2>アクセスランキング</h2><ol>{links(stories[1:4])}</ol></div></div>
<div id="footer"><ul>{
        links(
            (
                ("/info/privacy", "プライバシーポリシー"),
                ("/info/tokusho", "特定商取引法に基づく表示について"),
                ("/info/contact", "お問い合わせ"),
            )
        )
    }</ul>
</div></body></html>"""
    return FrontPage("japanese_numbers", base + "/", html, stories, charset="shift_jis")


def thai() -> FrontPage:
    base = "https://www.khaosakon.example"
    titles = (
        "นายกรัฐมนตรีเดินทางเยือนญี่ปุ่นหารือเศรษฐกิจ",
        "น้ำท่วมหาดใหญ่ ชาวบ้านอพยพนับพัน",
        "ตำรวจจับแก๊งคอลเซ็นเตอร์ข้ามชาติ",
        "ราคาทองวันนี้ปรับขึ้นสองร้อยบาท",
        "ทีมชาติไทยชนะเวียดนามสองประตูต่อหนึ่ง",
    )
    stories = tuple(
        (f"{base}/{'news' if n % 2 else 'politics'}/{quote(title.replace(' ', '-'))}", title)
        if n < 2
        else (f"{base}/news/local/2{n}84{n}17", title)
        for n, title in enumerate(titles)
    )
    card = (
        '<div class="item"><a class="item__link" href="{u}"><div class="item__img"></div>'
        '<div class="item__body"><div class="item__name">{t}</div><span class="item__time">'
        "25 พ.ย. 2569</span></div></a></div>"
    )
    menu = links((
        ("/politics", "การเมือง"), ("/economy", "เศรษฐกิจ"), ("/crime", "อาชญากรรม"),
        ("/category/pr-news", "ข่าวประชาสัมพันธ์"), ("/horoscope/daily", "ดูดวงรายวัน"),
        (f"/tag/{quote('เลือกตั้ง')}", "เลือกตั้งท้องถิ่นทั่วประเทศปีนี้"),
    ))  # fmt: skip
    html = f"""<html lang="th"><head><meta charset=utf-8><title>ข่าวสาคร</title></head><body>
<nav><ul>{menu}</ul></nav><div class="home"><h2><a href="/politics">การเมือง</a></h2>
{each(card, stories)}<a class="more" href="/politics?page=2">ดูข่าวการเมืองทั้งหมดที่นี่</a></div>
<div class="footer"><a href="/about">เกี่ยวกับเรา</a><a href="/privacy-policy">นโยบายความเป็นส่วนตัว
ของเว็บไซต์</a></div></body></html>"""
    return FrontPage("thai", base + "/", html, stories)


def arabic() -> FrontPage:
    base = "https://alwatan-alyawm.example"
    titles = (
        "مجلس الوزراء يقر موازنة العام المقبل",
        "وفاة الشاعر الكبير عن عمر ناهز الثمانين",
        "ارتفاع أسعار النفط بعد اجتماع أوبك",
        "المنتخب يفوز على ضيفه بهدفين",
        "زلزال بقوة خمس درجات يضرب الساحل",
    )
    stories = tuple(
        (f"{base}/{quote(title.replace(' ', '-'))}/" if n % 2 else f"{base}/news/2026/11/25/{n}418",
         title)
        for n, title in enumerate(titles)
    )  # fmt: skip
    card = (
        '<div class="jeg_post jeg_pl_md_1 format-standard"><div class="jeg_thumb"><a href="{u}">'
        '<div class="thumbnail-container"></div></a><div class="jeg_post_category"><span>'
        f'<a href="{base}/category/{quote("سياسة")}/">سياسة</a></span></div></div>'
        '<div class="jeg_postblock_content"><h3 class="jeg_post_title"><a href="{u}">{t}</a></h3>'
        '<div class="jeg_post_meta"><div class="jeg_meta_author"><a href="'
        f'{base}/author/admin/">هيئة التحرير</a></div><div class="jeg_meta_date"><a href="{{u}}">'
        "<i></i> 25 نوفمبر، 2026</a></div></div></div></div>"
    )
    html = f"""<html dir="rtl" lang="ar"><head><meta charset="utf-8"><title>الوطن اليوم</title>
</head><body class="rtl home"><div class="jeg_header"><ul class="jeg_menu">{
        links(
            (
                (base, "الرئيسية"),
                (f"{base}/category/{quote('اقتصاد')}/", "اقتصاد"),
                (f"{base}/category/{quote('عرب-وعالم')}/", "أخبار عربية وعالمية ومحلية اليوم"),
                (f"{base}/{quote('من-نحن')}/", "من نحن"),
            )
        )
    }</ul></div><div class="jeg_content">
{each(card, stories)}<div class="jeg_pagination"><a href="{base}/page/2/">التالي</a></div></div>
<div class="jeg_footer"><a href="{base}/{quote("سياسة-الخصوصية")}/">سياسة الخصوصية</a>
<a href="{base}/tag/{quote("انتخابات")}/">انتخابات</a>
<a href="https://t.me/alwatan">تابعونا على تلغرام الآن</a></div></body></html>"""
    return FrontPage("arabic", base + "/", html, stories)


TUNED = (
    wordpress_blocks, newspack, indonesian_tables, guardian_cards, detik_lists, japanese_numbers,
    thai, arabic,
)  # fmt: skip
