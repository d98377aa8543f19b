"""Sentences written for the tests in many languages, with invented names."""

# ruff: noqa: E501
SENTENCES = {
    "en": "The café in Orlén was “shut” on Tuesday – its owner, René Dupont, paid €40 for it. Åse Sjöö cut the ribbon; "
    "it’s the captain’s day, she said. Zoë Pell sold her naïve paintings in the old town hall…",
    "de": "Die Fähre nach Halden fährt seit Sonntag wieder über die Bucht. Bürgermeisterin Käthe Möller sagte: „Das Geld "
    "reicht nicht für die Brücke.“ Eine Karte kostet künftig 6,50 €, für Schüler die Hälfte.",
    "fr": "Le café du port a été fermé mardi après une fuite d’eau à l’étage. La maire, Hélène Dûval, a déclaré que "
    "l’école rouvrirait bientôt. « Ça ne coûte pas très cher », a-t-elle répété aux élèves.",
    "es": "El puente de Cañada será cerrado mañana por la tarde. La alcaldesa, Begoña Núñez, dijo que el año próximo "
    "habrá más árboles. ¿Quién pagará la reparación del túnel?",
    "pl": "Prom do Halden znów pływa przez zatokę od niedzieli. Burmistrz Łucja Wójcik powiedziała, że most będzie gotowy "
    "dopiero jesienią. Właściciel sklepu zapłacił za naprawę dachu.",
    "cs": "Přívoz do Haldenu jezdí od neděle znovu přes záliv. Starostka Božena Říhová řekla, že most bude hotový až na "
    "podzim. Lístek stojí šest korun, děti platí polovinu.",
    "hu": "A komp vasárnap óta újra közlekedik az öbölben. A polgármester, Szőke Ágnes elmondta, hogy a híd csak ősszel "
    "készül el. A jegy ára hat korona, a gyerekek a felét fizetik.",
    "ru": "Паром в Хальден снова ходит через залив с воскресенья. Мэр города Вера Ладова сказала, что мост будет готов "
    "только осенью. Билет стоит шесть крон, дети платят половину.",
    "el": "Το φέρι για το Χάλντεν ταξιδεύει ξανά από την Κυριακή. Η δήμαρχος Ελένη Ράπτη είπε ότι η γέφυρα θα είναι "
    "έτοιμη το φθινόπωρο. Το εισιτήριο κοστίζει έξι κορόνες.",
    "tr": "Halden feribotu pazar gününden beri yeniden çalışıyor. Belediye başkanı Ayşe Gündoğdu köprünün ancak "
    "sonbaharda açılacağını söyledi. Bilet altı kron, çocuklar ise yarısını ödüyor.",
    "he": "המעבורת להלדן חזרה לפעול ביום ראשון. ראשת העיר נועה ברק אמרה שהגשר יהיה מוכן רק בסתיו. הכרטיס עולה שישה כתרים.",
    "ar": "عادت العبارة إلى هالدن إلى العمل يوم الأحد. قالت رئيسة البلدية سلمى حداد إن الجسر لن يكتمل قبل الخريف.",
    "th": "เรือข้ามฟากไปฮัลเดนกลับมาให้บริการตั้งแต่วันอาทิตย์ นายกเทศมนตรีกล่าวว่าสะพานจะเสร็จในฤดูใบไม้ร่วง",
    "ja": "ハルデン行きのフェリーは日曜日に再開した。町長の佐川みどり氏は、橋は秋まで完成しないと述べた。切符は六クローネで、子供は半額である。",
    "zh": "开往哈尔登的渡轮从星期日起重新通航。镇长林秀兰说，大桥要到秋天才能完工。船票六克朗，儿童半价。这一次没有人掉进水里。",
    "zh-tw": "開往哈爾登的渡輪從星期日起重新通航。鎮長林秀蘭說，大橋要到秋天才能完工。船票六克朗，兒童半價。這一次沒有人掉進水裡。",
    "ko": "할덴으로 가는 여객선이 일요일부터 다시 다닌다. 시장 오세린은 다리가 가을에야 완공된다고 말했다. 표는 여섯 크로네이다.",
}
"""By language code; each has letters or signs that tell its encodings apart."""


def text_of(language: str, length: int) -> str:
    """Return a text of about `length` characters."""
    sentences = SENTENCES[language]
    return (f"{sentences} " * (length // len(sentences) + 1))[:length].strip()
