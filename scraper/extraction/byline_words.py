"""What stands around the names in a credit, by what it says. ``_`` is a space inside a phrase.

Words are compared in lower case and without accents of no weight (see ``_key`` in
:mod:`scraper.extraction.names`).
"""

from __future__ import annotations

ROLE_LABELS: dict[str, str] = {
    "author": """
        by written_by reported_by story_by text_by words_by reporting_by article_by report_by
        author authors reporter reporters writer writers words text story correspondent
        posted_by published_by submitted_by view_all_posts_by more_by posts_by articles_by
        oleh ditulis_oleh laporan_oleh diposting_oleh dilaporkan_oleh laporan_wartawan laporan_jurnalis
        laporan_reporter laporan_koresponden penulis penulis_berita reporter rep pewarta jurnalis
        wartawan koresponden peliput kontributor laporan teks naskah disusun_oleh pelapor pemberita
        von text_von autor autorin autoren verfasser geschrieben_von erstellt_von ein_beitrag_von
        ein_artikel_von ein_bericht_von eine_analyse_von ein_gastbeitrag_von ein_kommentar_von
        par texte auteur auteure auteurs rédigé_par écrit_par publié_par article_de texte_de
        por texto textos autor autora autores escrito_por redactado_por publicado_por
        reportagem texto_de reportagem_de escrito_por_ redacción_de
        di a_cura_di testo testi testo_di autore autrice scritto_da articolo_di servizio_di
        door tekst auteur geschreven_door tekst_van
        av text skriven_av reporter skribent forfatter tekst_av af skrevet_af journalist tekst_af
        skrevet_av text_av teksti kirjoittaja toimittaja tekstit autor tekst toimetaja_ autors
        teksts autorius autorė tekstas
        autor_tekstu oprac opracował opracowała opracowanie tekst napisał napisała
        autor_článku autorka text napsal napsala připravil zpracoval zpracovala
        írta szerző szerzők szöveg
        text_de autor_ articol_de scris_de de_
        του της γράφει_ο γράφει_η γράφει του/της κείμενο ρεπορτάζ συντάκτης συντάκτρια αρθρογράφος
        γράφουν των από_τον από_την
        yazan yazar haber haberi_yazan derleyen hazırlayan muhabir metin
        müəllif hazırladı muəllif
        автор авторы автори автори_ текст подготовил подготовила подготовили написал написала
        автор_статьи автор_текста корреспондент репортаж материал_подготовил материал_подготовила
        підготував підготувала текст_ журналіст журналист аўтар аутор пише аутори от текст_на
        autor_teksta piše pišu napisao napisala tekst autorica avtor avtorica piše_
        автор_материала мақола_муаллифи muallif автор_ авторлар
        ავტორი ավտորը հեղինակ հեղինակը հեղինակ՝
        מאת כתב כתבה כותב
        بقلم كتب كتبت كتب_ كتبه إعداد تقرير تحقيق الكاتب حرره كتابة مراسل تقرير_وإعداد
        نویسنده به_قلم نوشته گزارشگر گزارش خبرنگار نگارنده یادداشت
        تحریر از_قلم رپورٹ مصنف رپورٹر
        द्वारा रिपोर्ट लेखक लेखिका रिपोर्टर संवाददाता लिखित_द्वारा प्रस्तुति लेखन बातमीदार लेखक_
        লেখক প্রতিবেদক প্রতিবেদন লিখেছেন লেখা
        எழுதியவர் ஆசிரியர்_ செய்தியாளர் రచన రచయిత ವರದಿ ಲೇಖಕ ಬರಹ തയ്യാറാക്കിയത് ലേഖകൻ ലേഖിക ਲੇਖਕ ਰਿਪੋਰਟ
        લેખક અહેવાલ લેખન රචනා ලේඛක
        โดย ผู้เขียน เรื่อง เขียนโดย เรื่องโดย ผู้สื่อข่าว รายงานโดย เรียบเรียง เรียบเรียงโดย
        tác_giả bài bài_viết phóng_viên người_viết thực_hiện nhóm_phóng_viên tin
        ni nina ulat_ni ulat_nina isinulat_ni balita_ni
        na imeandikwa_na mwandishi daga marubuci deur geskryf_deur nga autori per text_de_
        gan le eftir höfundur egilea testua idazlea
        ዘጋቢ በ ዝግጅት አዘጋጅ_ ጸሐፊ
        """,
    "editor": """
        editor edited_by editing_by editors copy_editor produced_by_editor
        redaktur red penyunting disunting_oleh diedit_oleh redpel redaktur_pelaksana editor_ penyelaras
        redaktion_ redigiert_von bearbeitet_von redakteur lektorat
        édité_par relecture edición editado_por edição edição_de editor_a editado_por_
        redattore a_cura_della_redazione_di redactie_ bewerkt_door redigering redaktör redigerad_av
        redaktør redigeret_af toimittanut_ redakcja redaktor redagował redagowała redaktor_ editoval
        szerkesztő szerkesztette editat_de επιμέλεια επιμέλεια_κειμένου σύνταξη_επιμέλεια editör
        redaktor_ редактор редакторы отредактировал редагувала редагував уредник уредила urednik
        urednica uredila רедактор רедакторы
        עריכה עורך עורכת ערך
        تحرير محرر المحرر مراجعة ویراستار ویرایش دبیر مدیر سردبیر_ ایڈیٹر
        संपादन संपादक सम्पादन সম্পাদনা সম্পাদক
        บรรณาธิการ แก้ไขโดย
        biên_tập biên_tập_viên inedit_ni redigatu_ mhariri
        """,
    "photographer": """
        photo photos photograph photographs photo_by photos_by photographs_by pictures_by
        picture pictures photographer photography photography_by image images images_by
        photo_credit visuals video video_by illustration illustration_by illustrations_by
        foto fotografer fotografi juru_foto gambar juru_gambar foto-foto pewarta_foto infografis
        fotos fotograf fotografin bild bilder bildquelle fotografie fotografías fotografía fotógrafo
        fotógrafa imágenes imagens fotos_de fotos_por fotografia fotografie_di foto_di
        photographie photographies crédit_photo crédits_photo crédit_photos beeld foto's fotografe
        bild_och_foto fotograf_ fotografii zdjęcia fot fotografové fotó fotók fotoğraf fotoğraflar
        foto_van valokuva kuvat kuva kuvaaja foto_av foto_af φωτογραφίες φωτο φωτογραφία φωτό
        φωτογράφος poze kép képek
        фото фотограф фотографии фотографії снимки снимка фотографије foto_ fotografije
        ფოტო լուսանկարը
        צילום צילומים צלם
        تصوير صورة صور عدسة تصویر عکس عکاس عکس‌ها تصاویر
        फोटो छाया तस्वीर ছবি আলোকচিত্র படங்கள் படம் ఫోటో ಚಿತ್ರ ചിത്രം
        ภาพ ภาพโดย ช่างภาพ
        ảnh hình_ảnh larawan_ni kuha_ni picha
        """,
    "translator": """
        translator translated_by translation translation_by penerjemah diterjemahkan_oleh
        terjemahan penterjemah alih_bahasa übersetzung übersetzt_von übersetzer übersetzerin
        traduction traduit_par traducteur traduit_de_l'anglais_par traducción traducido_por
        traductor traductora tradução traduzido_por traduzione traduzione_di tradotto_da vertaling
        vertaald_door översättning översatt_av oversættelse oversat_af oversatt_av tłumaczenie
        tłumaczył tłumaczyła překlad přeložil přeložila fordította fordítás μετάφραση çeviri çeviren
        перевод перевел перевела переводчик переклад переклала переклав превод превео prevod prijevod
        תרגום תרגם תרגמה ترجمة ترجمه مترجم المترجم مترجمة अनुवाद অনুবাদ แปล แปลโดย แปลและเรียบเรียง
        dịch người_dịch biên_dịch tłum traducere suomennos salin_ni
        """,
    "interviewer": """
        interview_by interviewed_by interviewer pewawancara diwawancarai_oleh interview_von interview_geführt_von
        das_gespräch_führte das_gespräch_führten die_fragen_stellte die_fragen_stellten
        das_interview_führte das_interview_führten interview
        propos_recueillis_par recueilli_par entretien_réalisé_par interview_réalisée_par entrevista_de
        entrevista entrevista_por entrevistado_por intervista_di intervista interview_door
        беседовал беседовала беседовали интервью интервью_взял интервью_взяла розмовляла розмовляв
        спілкувалася спілкувався интервю разговарала разговарао razgovarala razgovarao
        rozmawiał rozmawiała rozmawiali rozmowę_przeprowadził röportaj söyleşi حوار حاوره حاورته
        حاورها أجرى_الحوار گفتگو گفت‌وگو مصاحبه साक्षात्कार সাক্ষাৎকার interjú készítette
        """,
    "contributor": """
        contributors contributor additional_reporting_by additional_reporting with_contributions_from
        contributions_from contributing contributed_by reporting_contributed_by
        dengan_kontribusi kontribusi mit_beiträgen_von mitarbeit unter_mitarbeit_von
        avec_la_collaboration_de con_la_colaboración_de com_colaboração_de colaboró colaborou
        colaboração ha_collaborato con_la_collaborazione_di med_bidrag_från при_участии за_участю
        """,
    "compiler": """
        compiled_by dihimpun_oleh penyusun disusun_oleh_ zusammengestellt_von compilado_por
        """,
    "source": """
        source sources sumber sumber_berita quelle quellen fuente fuentes fonte fonti bron källa kilde
        lähde źródło zdroj forrás sursa πηγή πηγές kaynak mənbə источник по_материалам джерело
        за_матеріалами извор izvor allikas avots šaltinis წყარო մקור מקור المصدر مصدر منبع ماخذ
        ذریعہ स्रोत সূত্র उत्स ที่มา แหล่งที่มา แหล่งข่าว nguồn theo pinagmulan chanzo iturria font
        fonte_ dikutip_dari dilansir_dari vir مصادر via copyright copyright_© ©
        """,
}

LABEL_LANGUAGES: dict[str, str] = {
    "di": "it", "na": "sw", "ni": "tl", "nina": "tl", "af": "da no", "av": "sv no nb nn",
    "del": "", "nga": "sq", "per": "ca it", "gan": "cy", "le": "ga", "от": "bg mk", "του": "el",
    "της": "el", "των": "el", "tin": "vi", "bài": "vi", "theo": "vi", "red": "id ms", "rep": "id",
    "daga": "ha", "deur": "af", "de": "ro", "በ": "am", "eftir": "is", "text": "de sv cs en",
    "haber": "tr", "video": "", "report": "", "pišu": "hr sr bs", "piše": "hr sr bs sl", "via": "",
    "kuva": "fi", "font": "ca", "vir": "sl af", "interview": "", "source": "", "editors": "en",
    "story": "", "words": "", "text ": "", "tin ": "", "laporan": "id ms", "دبیر": "fa",
    "مدیر": "", "कुंजी": "", "haber ": "", "reportagem": "pt", "гарын": "", "teks": "id ms",
    "bild": "de sv", "tekst": "", "texte": "", "texto": "", "photo": "", "foto": "", "image": "",
    "picture": "", "images": "", "video ": "", "testo": "", "testi": "", "tin tức": "",
    "gambar": "", "chanzo": "", "beeld": "", "kép": "", "poze": "", "fot": "pl", "bron": "",
    "lähde": "", "ảnh": "vi", "author": "", "autor": "", "kontribusi": "", "interjú": "",
    "entrevista": "", "intervista": "", "contributor": "", "contributing": "", "writer": "",
    "copyright": "*", "copyright ©": "*", "©": "*", "kaynak": "", "sumber": "", "por": "es pt gl ca en",
    "تقرير": "ar", "گزارش": "", "رپورٹ": "", "یادداشت": "", "تحقيق": "ar", "مصدر": "", "منبع": "",
}  # fmt: skip
"""Labels too short or too common to stand without a colon, and the languages (``*``: any) in which
they may; ``""``: none, a colon is needed."""

NOBODY = """
    admin administrator adm editor_admin superadmin webmaster author guest guest_author user anonymous
    staff_reporter staff staff_writer our_correspondent our_reporter special_correspondent
    by_our_correspondent own_correspondent correspondent our_staff_reporter reporter
    web_admin news_admin ist istimewa dok dok_ist dokumentasi rls rilis release pers_rilis adv advertorial
    adv_rls pv p_v ctv nhóm_pv tv pv_tv ptv * ** *** anonim onbekend unknown none null undefined n/a na
    onze_redactie unserer_redaktion our_correspondents notre_rédaction nuestra_redacción onze_verslaggever onze_correspondent eigener_bericht
    von_unserem_korrespondenten notre_correspondant de_notre_correspondant nuestro_corresponsal
    dal_nostro_inviato dal_nostro_corrispondente del_nostro_inviato nostro_servizio
    নিজস্ব_প্রতিবেদক নিজস্ব_সংবাদদাতা স্টাফ_রিপোর্টার বিশেষ_প্রতিনিধি প্রতিনিধি জেলা_প্রতিনিধি নিজস্ব_প্রতিনিধি
    स्टाफ_रिपोर्टर विशेष_संवाददाता हमारे_संवाददाता संवाददाता எமது_நிருபர் நமது_நிருபர் സ്വന്തം_ലേഖകൻ
    స్టాఫ్_రిపోర్టర్ नामानिगार نامہ_نگار نمائندہ_خصوصی خصوصی_نمائندہ مراسلنا مراسلونا خاص
    собственный_корреспондент наш_корреспондент наш_корр muhabir özel_haber ผู้สื่อข่าว wartawan kontributor
    koresponden pewarta jurnalis penulis tamu guest_writer guest_contributor contributor
    facebook twitter instagram share whatsapp tiktok telegram follow follow_us read_more comments
    home news politics business sports opinion world culture lifestyle
"""
"""Account names, jobs without a name, and what stands near bylines: nobody is named."""

DESK_WORDS = """
    redaksi redaktion redacción redacao redação redazione redactie rédaction redaktionen redakcja
    redakce redakcia redakcija redaktsioon redakcja_ redactia redacția toimitus szerkesztőség
    σύνταξη συντακτική newsroom desk editorial_board editorial_team editorial news_desk web_desk
    tim_redaksi dewan_redaksi team tim staff_ redaksiya redakziya redaktsiya редакция редакція редакцията
    редакція_ redacció erredakzioa newsdesk bureau merkezi haber_merkezi newsroom_ redaktion_
    डेस्क ब्यूरो টেক্সট ডেস্ক ব্যুরো ڈیسک ڈیسک_ نیوز_ڈیسک ویب_ڈیسک டெஸ்க் డెస్క్ ഡെസ്ക് ಡೆಸ್ಕ್ ડેસ્ક ਡੈਸਕ
    تحرير_ غرفة_الأخبار فريق هيئة_التحرير قسم تحریریه گروه سرویس מערכת המערכת דסק กองบรรณาธิการ ทีมข่าว
    ทีมงาน toà_soạn tòa_soạn ban_biên_tập nhóm_phóng_viên dawati
"""

ORG_WORDS = """
    news times post daily herald tribune gazette chronicle journal telegraph guardian observer
    independent star express mail mirror sun globe magazine press media agency agencies network
    radio tv television channel broadcasting corporation online wire wires bulletin review weekly
    monitor standard inquirer courier examiner dispatch reporter_ newspaper institute foundation
    university council ministry association committee group inc ltd llc gmbh services
    agence agencia agência agenzia agentur agentschap presse prensa imprensa stampa
    zeitung nachrichten rundfunk tageblatt anzeiger kurier blatt allgemeine noticias notícias jornal
    diario diário periódico gazeta folha nación razón mundo giornale corriere notizie journal_
    quotidien dagblad krant nieuws tidning tidningen nyheter nyheder avis avisen uutiset sanomat
    wiadomości dziennik gazeta_ noviny zprávy hírlap hírek hírügynökség ziarul știri εφημερίδα
    ειδήσεις haber haberler haberleri gazetesi gazete ajansı ajans agentlik xəbər
    новости новостей агентство газета издание телеканал радио журнал новини агенція агенция вестник
    медиа медіа вести весті ведомости известия
    koran harian warta berita kabar surat_kabar antara kantor_berita televisi pos suara republika
    akhbar sinar utusan harian_ berita_ nasional
    वार्ता समाचार न्यूज न्यूज़ टाइम्स दैनिक एजेंसी एजेंसियां पत्रिका जागरण भास्कर टीवी लाइव संवाद
    সংবাদ সংবাদসংস্থা নিউজ টিভি পত্রিকা অনলাইন এজেন্সি বার্তা দৈনিক সংস্থা
    நியூஸ் செய்திகள் செய்தி న్యూస్ వార్తలు ನ್ಯೂಸ್ ന്യൂസ് ਨਿਊਜ਼ ન્યૂઝ
    نیوز اخبار روزنامہ روزنامه خبرگزاری ٹی_وی خبر وكالة وكالات صحيفة جريدة قناة شبكة موقع الأنباء
    أخبار الأخبار تلفزيون مؤسسة
    חדשות סוכנות סוכנויות עיתון ערוץ
    ออนไลน์ ข่าว สำนักข่าว หนังสือพิมพ์ ทีวี ไทยรัฐ เดลินิวส์ มติชน
    báo đài tạp_chí thông_tấn_xã truyền_hình ttxvn
    pahayagan habari shirika gazeti integrated
"""

AGENCIES = """
    afp ap reuters απε-μπε upi dpa epd kna apa sda ats keystone-sda ansa agi adnkronos efe europa_press lusa belga anp
    tt ntb ritzau stt bns elta pap ctk čtk tasr mti hina tanjug srna fena bta agerpres ana-mpe
    тасс риа_новости интерфакс риа укринформ укрінформ уніан унн рбк тасс_ белта казинформ
    aa iha dha anka azertac азертадж
    antara bernama xinhua pti ani ians uni bbc cnn abc nbc cbs npr pbs nhk kbs sbs mbc vtv vov
    kyodo jiji yonhap cna pna app irna isna fars tasnim mehr wam spa mena sana qna kuna bna petra
    ايسنا ایسنا ایرنا تسنیم فارس مهر ایلنا رويترز رویترز أ_ف_ب أف_ب فرانس_برس واس وام بترا قنا سانا
    रॉयटर्स पीटीआई एएनआई भाषा एएफपी রয়টার্স এএফপি বাসস ইউএনবি টিবিএস
    bloomberg sapa nampa gna nan tass ria_novosti interfax getty getty_images epa shutterstock
    associated_press agence_france-presse deutsche_presse-agentur press_association pa pa_media
    canadian_press the_canadian_press aap the_associated_press the_conversation
    detikcom detik kompas tempo tribunnews tirto kumparan okezone liputan6 suara republika jawapos
    jpnn merdeka viva inews beritasatu sindonews cnbc voa dw rri tvri metrotv trans7
"""

ALIASES = {"ant": "Antara", "red": "Redaksi", "redaksi": "Redaksi"}
"""Short forms in a sign-off that stand for an outlet."""

JOB_WORDS = """
    staff senior chief political health science business sports sport technology education
    religion crime court legal foreign diplomatic national international local home affairs
    environment economics financial royal media arts culture travel food deputy assistant associate
    managing executive special security defence defense investigative investigations digital data
    world us uk europe asia africa washington westminster
    correspondent reporter writer editor columnist contributor journalist producer critic analyst
    freelance bureau opinion features feature lead principal commentator blogger anchor presenter
    in and of the for at
    jurnalis wartawan penulis reporter redaktur koresponden kontributor kolumnis editor senior
    redakteur redakteurin korrespondent korrespondentin reporterin journalistin volontär autorin
    journaliste correspondant correspondante envoyé spécial envoyée spéciale grand rédacteur rédactrice
    chef cheffe periodista corresponsal redactor redactora enviado especial jornalista
    correspondente repórter editora giornalista inviato corrispondente redacteur verslaggever
    correspondent reporter journalist korrespondent toimittaja dziennikarz dziennikarka
    журналист журналистка корреспондент обозреватель обозревательница спецкор колумнист репортер
    журналіст журналістка кореспондент muhabir yazar gazeteci
    phóng viên صحفي صحفية كاتب كاتبة مراسل صحافي صحافية خبرنگار روزنامه‌نگار पत्रकार संवाददाता সাংবাদিক প্রতিবেদক
"""

OFFICIAL_WORDS = """
    president minister mayor governor senator chairman spokesman spokesperson spokeswoman secretary
    ceo director general chancellor ambassador lieutenant colonel police_chief
    presiden menteri bupati gubernur walikota wali kapolres kapolda kapolri kapolsek akbp akp kombes
    kompol iptu ipda bripka aiptu brigjen irjen komjen camat lurah kepala ketua sekretaris direktur
    jenderal letjen mayjen kolonel danrem dandim kasat kasi juru_bicara wakil anggota dpr dprd
    presidente ministro alcalde gobernador ministre président maire bundeskanzler minister_
    президент министр губернатор мэр премьер-министр президентка міністр
"""
"""Words of office: a person in the news, not one who writes."""

JOINERS: dict[str, str] = {
    "and": "*", "und": "*", "et": "*", "dan": "*", "och": "*", "og": "*", "и": "*", "та": "uk",
    "і": "*", "й": "uk", "ve": "tr", "və": "az", "και": "*", "és": "*", "și": "*", "şi": "*",
    "eta": "eu", "dhe": "sq", "agus": "ga", "ir": "lt", "un": "lv", "ja": "fi et", "en": "nl af",
    "y": "es", "e": "pt it gl", "i": "pl ca hr sr bs", "a": "cs sk cy", "in": "sl", "at": "tl",
    "na": "sw", "da": "ha", "và": "*", "และ": "*", "और": "*", "तथा": "*", "एवं": "*", "व": "mr hi",
    "आणि": "*", "এবং": "*", "ও": "bn", "மற்றும்": "*", "మరియు": "*", "ಮತ್ತು": "*", "ഒപ്പം": "*",
    "ਅਤੇ": "*", "અને": "*", "සහ": "*", "اور": "*", "و": "*", "და": "*", "և": "*", "եւ": "*",
    "және": "*", "жана": "*", "va": "uz", "ва": "uz tg", "болон": "mn", "እና": "*", "နှင့်": "*",
    "និង": "*", "ແລະ": "*", "with": "*", "mit": "de", "avec": "fr", "con": "es it", "com": "pt",
    "met": "nl", "med": "sv da no", "με": "el", "sowie": "*", "as told to": "*", "plus": "*",
    "за участю": "*", "bersama": "id ms", "serta": "id ms", "dengan": "id ms",
}  # fmt: skip
"""Words that join two names, with the languages in which they do (``*``: any)."""
