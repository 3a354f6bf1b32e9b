"""Notices in which a newspaper says that it has changed a text: corrections, updates, editor's
notes. Pure; the words are data.

The words are those with which newspapers of each language head such notices, singular and
plural; what else begins a paragraph with them ("Correction officers …") goes on without a colon.
"""

from __future__ import annotations

import re

from storage.text.fingerprint import fold
from storage.text.tokens import is_dense

# What a notice begins with, by language. A colon, a dash, a bracket, a date with a colon, or
# nothing at all must follow.
_HEADS = """
en: correction, corrections, corrected, correction notice, clarification, clarifications, erratum,
    errata, update, updated, editor's note, editors' note, editors note, editor's notes,
    editorial note, note to readers, note from the editor, correction and clarification,
    corrections and clarifications, corrects, clarifies, retraction, this article has been updated
de: berichtigung, korrektur, korrekturhinweis, richtigstellung, klarstellung, hinweis der
    redaktion, anmerkung der redaktion, anm. d. red., update, aktualisierung, transparenzhinweis
fr: rectificatif, rectification, correction, précision, erratum, mise à jour, mis à jour,
    note de la rédaction, ndlr, note de l'éditeur
es: corrección, rectificación, fe de errores, fe de erratas, aclaración, actualización, nota del
    editor, nota de la redacción, nota de redacción
pt: correção, correcção, errata, erramos, retificação, rectificação, atualização, actualização,
    nota da redação, nota do editor, esclarecimento
it: correzione, rettifica, errata corrige, precisazione, aggiornamento, nota della redazione, ndr
ca: correcció, rectificació, fe d'errors, actualització, nota de la redacció
nl: correctie, rectificatie, verbetering, aanvulling, update, noot van de redactie
sv: rättelse, förtydligande, uppdatering
da: rettelse, præcisering, opdatering
no: rettelse, retting, presisering, oppdatering
fi: korjaus, oikaisu, tarkennus, päivitys
pl: sprostowanie, korekta, aktualizacja, uzupełnienie, od redakcji
cs: oprava, upřesnění, aktualizace, aktualizováno, poznámka redakce
sk: oprava, spresnenie, aktualizácia
hu: helyesbítés, helyreigazítás, korrekció, frissítés, pontosítás
ro: corecție, rectificare, erată, actualizare, nota redacției, precizare
el: διόρθωση, διευκρίνιση, ενημέρωση, σημείωση της σύνταξης, σημείωση σύνταξης
tr: düzeltme, güncelleme, editörün notu, tekzip
id: ralat, koreksi, klarifikasi, hak jawab, pembaruan, catatan redaksi, perbaikan, update
ms: pembetulan, penjelasan, kemas kini, nota editor
vi: đính chính, cập nhật, lời tòa soạn, lời toà soạn
ru: исправление, уточнение, поправка, обновление, обновлено, дополнено, исправлено,
    от редакции, примечание редакции, опровержение
uk: виправлення, уточнення, спростування, оновлення, оновлено, від редакції
bg: поправка, уточнение, обновена, от редакцията
sr: исправка, ispravka, ispravak, ažurirano
ar: تصحيح, تصويب, توضيح, تحديث, ملاحظة المحرر, استدراك
he: תיקון, הבהרה, עדכון, תיקון טעות, הערת המערכת
fa: اصلاحیه, تصحیح, توضیح, به‌روزرسانی
ur: تصحیح, وضاحت
hi: सुधार, भूल सुधार, शुद्धिपत्र, स्पष्टीकरण, अपडेट, संपादक की टिप्पणी
bn: সংশোধনী, সংশোধন, হালনাগাদ
ta: திருத்தம்
ja: 訂正, お詫びと訂正, おわびと訂正, 訂正とお詫び, 訂正とおわび, 更新, 追記, 編集部注, 編集部より
zh: 更正, 更正启事, 更正啟事, 勘误, 勘誤, 订正, 訂正, 澄清, 更新, 编者按, 編者按,
    编者注, 編者註, 编注
ko: 정정, 바로잡습니다, 정정보도, 알려왔습니다, 업데이트, 편집자주, 편집자 주, 수정
th: แก้ไข, แก้ไขข้อมูล, แก้ข่าว, อัปเดต, หมายเหตุบรรณาธิการ, หมายเหตุกองบรรณาธิการ
sw: masahihisho, marekebisho
"""

# What a notice says, wherever it stands in the paragraph: of the text itself, since programs and
# laws have earlier versions, too.
_PHRASES = """
en: an earlier version of this, a previous version of this, earlier versions of this,
    an earlier version of the story, an earlier version of the article,
    this article was amended, this article has been amended,
    this article was corrected, this article has been corrected, this story was corrected,
    this story has been corrected, this article was updated, this article has been updated,
    this story was updated, this story has been updated, this headline has been,
    this version corrects, this story corrects, corrects spelling of, corrects the spelling,
    this piece has been updated, this piece was updated, this post has been updated,
    this report has been corrected, this report has been updated, the original version of this,
    this article has since been, has been updated to reflect, has been updated to include,
    has been updated to clarify, was updated to reflect,
    originally misstated, we regret the error, we apologise for the error
de: in einer früheren version dieses, in einer früheren version des artikels,
    in einer früheren fassung dieses, in einer früheren fassung des artikels,
    in einer früheren version hieß es, in einer früheren version hatten wir,
    in einer ersten version, in einer vorherigen version dieses, frühere version dieses,
    wir haben den fehler korrigiert, bitten den fehler zu entschuldigen,
    wir haben das korrigiert, wir haben die stelle korrigiert
fr: une version antérieure de cet article, une version précédente de cet article,
    une première version de cet article, dans une première version, cet article a été corrigé,
    cet article a été modifié, cet article a été mis à jour,
    contrairement à ce que nous avons écrit, contrairement à ce que nous avions écrit
es: una versión anterior de este, una primera versión de este, esta noticia ha sido corregida,
    este artículo ha sido corregido, este artículo ha sido actualizado, este artículo fue corregido,
    este artículo fue actualizado
pt: uma versão anterior deste, uma versão anterior desta, versão anterior desta reportagem,
    versão anterior deste texto, este texto foi corrigido, esta reportagem foi corrigida,
    esta matéria foi atualizada, este texto foi atualizado
it: in una versione precedente di questo, una versione precedente di questo,
    questo articolo è stato corretto, questo articolo è stato aggiornato, ci scusiamo per l'errore
ca: una versió anterior d'aquest
nl: in een eerdere versie van dit, een eerdere versie van dit, dit artikel is aangepast,
    dit artikel is gecorrigeerd
sv: i en tidigare version av artikeln, en tidigare version av artikeln, artikeln har uppdaterats,
    artikeln har rättats
da: i en tidligere version af artiklen, artiklen er rettet, artiklen er opdateret
no: i en tidligere versjon av artikkelen, artikkelen er oppdatert, artikkelen er rettet
fi: jutun aiemmassa versiossa, jutun aiemmassa, juttua korjattu, juttua päivitetty, korjattu klo
pl: we wcześniejszej wersji artykułu, w pierwotnej wersji artykułu, artykuł został zaktualizowany
cs: v předchozí verzi článku, v původní verzi článku, článek byl aktualizován,
    článek jsme aktualizovali
hu: cikkünk korábbi változatában, cikkünk egy korábbi, cikkünket frissítettük
ro: o versiune anterioară a acestui, într-o versiune anterioară
tr: haberin önceki, bu haber güncellenmiştir, haberin daha önceki
id: versi sebelumnya dari artikel, artikel ini telah diperbarui, artikel ini telah dikoreksi,
    artikel ini telah direvisi, berita ini telah diperbarui, berita ini telah dikoreksi,
    berita ini telah diralat, judul berita ini telah diubah, telah dilakukan perubahan pada judul,
    redaksi meminta maaf atas kekeliruan, versi awal artikel, versi awal berita
ms: artikel ini telah dikemas kini, versi terdahulu artikel
vi: phiên bản trước của bài, bài viết đã được cập nhật, bài viết đã được chỉnh sửa
ru: в предыдущей версии статьи, в предыдущей версии текста, в предыдущей версии материала,
    в первоначальной версии статьи, в первоначальной версии текста, новость дополнена,
    текст дополнен, текст исправлен, материал обновлен, редакция приносит извинения
uk: у попередній версії статті, у попередній версії тексту, текст оновлено, новину оновлено
ar: في نسخة سابقة من هذا, نسخة سابقة من هذا, تم تحديث هذا الخبر, تم تحديث هذا المقال
he: בגרסה קודמת של
ja: 訂正しました, 訂正します, 訂正いたします, 訂正してお詫び, 訂正しておわび, お詫びして訂正,
    おわびして訂正, 記事を修正しました, 記事を更新しました, 加筆しました
zh: 本文此前版本, 本文早前版本, 本文较早版本, 本文較早版本, 本文已更新, 本文已更正,
    特此更正, 本报道已更新
ko: 바로잡습니다, 정정합니다, 기사를 수정했습니다, 기사의 이전 버전
th: บทความนี้ได้รับการแก้ไข, บทความนี้ได้รับการอัปเดต
"""

_CLOSING = ":-([{|)]}】」』〉》/.!"
LONGEST_HEAD = 60
"""Characters before a colon that may hold a date ("Correction, 3 March 2026, 14:10: …")."""
LONGEST_NOTICE = 1500
"""A longer paragraph with such a phrase tells of something else, too: its head decides."""


def is_notice(text: str) -> bool:
    """Whether a paragraph is a correction, an update or an editor's note."""
    folded = fold(text[: LONGEST_NOTICE + 1]).casefold()
    if len(text) <= LONGEST_NOTICE and _SAID.search(folded):
        return True
    head = _HEAD.match(folded)
    return head is not None and _is_headed(folded[head.end() : head.end() + LONGEST_HEAD])


def _is_headed(rest: str) -> bool:
    """Whether what follows the first words lets them be a heading."""
    following = rest.lstrip()
    if not following or following[0] in _CLOSING:
        return True
    if rest[0] == " " and is_dense(following[:1]):  # where words have no spaces, a space parts
        return True
    before, colon, _ = rest.partition(":")
    return bool(colon) and (following[0] == "," or any(map(str.isdigit, before)))


def _words(listed: str) -> list[str]:
    lines = re.sub(r"\n +", " ", listed.strip()).split("\n")
    words = [one for line in lines for one in line.partition(":")[2].split(",")]
    return sorted({fold(one).casefold() for one in words if one.strip()}, key=len, reverse=True)


def _any_of(words: list[str]) -> str:
    return "|".join(map(re.escape, words))


_HEAD = re.compile(rf"[\W_]*(?:{_any_of(_words(_HEADS))})(?!\w)")
_SAID = re.compile(rf"(?<!\w)(?:{_any_of(_words(_PHRASES))})")
