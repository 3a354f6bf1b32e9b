"""What stands under a text that a paywall cut, and under one that a newsroom corrected."""

from __future__ import annotations

SUBSCRIBE = {
    "en": "Subscribe now to read on. Already a subscriber? Log in here.",
    "de": "Weiterlesen mit dem Probe-Abo. Sie haben schon ein Konto? Hier anmelden.",
    "fr": "Il vous reste 80 % de cet article à lire. La suite est réservée aux abonnés.",
    "zh": "登录后阅读全文，成为会员即可解锁更多内容。",
    "ja": "この記事は有料会員限定です。残り七割をお読みいただくには会員登録が必要です。",
    "th": "เนื้อหานี้สำหรับสมาชิกเท่านั้น สมัครสมาชิกเพื่ออ่านต่อ",
}
# Written before the phrase lists were, and never looked at for them: what a wall says that a site
# puts under most of a text. In each language one that asks to log in, and one that sells.
CALLS = {
    "en": (
        "The rest of this report is free for registered readers. Create an account or sign in.",
        "Want to see it all? Get unlimited digital access from $1 a week.",
    ),
    "de": (
        "Dieser Beitrag ist unseren Abonnentinnen und Abonnenten vorbehalten. Hier einloggen.",
        "Sie möchten weiterlesen? Testen Sie M+ einen Monat lang für 1 Euro.",
    ),
    "fr": (
        "Connectez-vous ou créez un compte gratuit pour poursuivre votre lecture.",
        "Retrouvez l’intégralité du texte avec l’offre numérique, 1 € le premier mois.",
    ),
    "es": (
        "Este contenido es para lectores registrados. Inicia sesión o crea una cuenta.",
        "Sigue leyendo por solo 1 euro el primer mes.",
    ),
    "pt": (
        "Já é assinante? Faça login e leia a reportagem completa.",
        "Continue lendo por R$ 1,90 no primeiro mês.",
    ),
    "it": (
        "Hai già un account? Accedi per leggere l’articolo completo.",
        "Leggi tutto con la prova gratuita di un mese.",
    ),
    "id": (
        "Lanjutkan membaca dengan akun gratis. Masuk atau daftar.",
        "Artikel ini khusus untuk pelanggan digital, mulai Rp 50.000 per bulan.",
    ),
    "ru": (
        "Чтобы читать дальше, зарегистрируйтесь бесплатно.",
        "Полный текст открыт тем, кто нас поддерживает: 199 рублей в месяц.",
    ),
    "ar": (
        "سجّل مجاناً لمواصلة القراءة.",
        "هذا المحتوى للمشتركين، اشترك الآن بدولار واحد شهرياً.",
    ),
    "hi": (
        "पूरी खबर पढ़ने के लिए लॉग इन करें।",
        "आगे पढ़ने के लिए सदस्यता लें, सिर्फ 99 रुपये महीने में।",
    ),
    "zh": (
        "您已閱讀三篇免費文章，請登入或註冊以繼續。",
        "完整报道仅供付费用户阅读，每月仅需十八元。",
    ),
    "ja": (
        "無料会員に登録すると、残りの文章が読めます。",
        "この先は電子版の契約者だけがご覧になれます。月額千円から。",
    ),
    "ko": (
        "나머지 기사는 로그인 후 보실 수 있습니다.",
        "월 9,900원으로 모든 기사를 무제한으로 읽으세요.",
    ),
    "th": ("ลงทะเบียนฟรีเพื่ออ่านบทความฉบับเต็ม", "อ่านต่อได้ทันทีเพียงเดือนละ 99 บาท"),
}
# What a newsroom puts under its text, and no call.
REMARKS = {
    "en": "This report was amended to make clear that readers had asked for the figures in May.",
    "de": "Anmerkung: In einer früheren Fassung dieses Textes stand eine falsche Zahl.",
    "fr": "Mise à jour : une version antérieure de cet article donnait un chiffre inexact.",
    "es": "Una versión anterior de este artículo daba una cifra equivocada.",
    "pt": "Uma versão anterior desta reportagem trazia um número errado.",
    "it": "Una versione precedente di questo articolo riportava una cifra errata.",
    "id": "Ralat: versi awal artikel ini memuat angka yang salah.",
    "ru": "В первой версии этого материала была приведена неверная цифра.",
    "ar": "تضمنت نسخة سابقة من هذا التقرير رقماً غير صحيح.",
    "hi": "इस खबर के पिछले संस्करण में एक आंकड़ा गलत था।",
    "zh": "更正：本文较早版本中的一个数字有误。",
    "ja": "訂正：この記事の以前の版では数字に誤りがありました。",
    "ko": "정정: 이 기사의 이전 판에는 잘못된 숫자가 있었습니다.",
    "th": "แก้ไข: บทความฉบับก่อนหน้านี้มีตัวเลขที่ไม่ถูกต้อง",
}
PLAN = (
    "Print and digital: the paper in the morning, every story on all of your devices, the archive"
    " since 1946 and two tickets for the theatre. Cancel whenever you like, by mail or by phone.",
    "Weekend: the long reads, a crossword and the magazine on Saturdays, and a cup for your desk.",
)
"""What a wall praises, in whatever language: text that makes up for the length of what is gone."""
