# ruff: noqa: E501
"""English for frequent words in German, French, Spanish and Japanese questions, to search English articles.

Each line holds an English word, then prefixes of its translations, without accents, in German, French, Spanish and
Japanese. A prefix that ends in "." is a whole word. Question words come first, the longest first.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

LANGUAGES = ("de", "fr", "es", "ja")
_ASKING = """
how many|wie viele|combien de;combien d'|cuantos;cuantas|何人;何冊;何台;何軒;何件;何回;いくつ
how much|wie viel;was kostet;wieviel|combien;a quel prix|cuanto;cuanta|いくら
how old|wie alt|quel age|que edad;cuantos anos tiene|何歳
how long|wie lang;wie lange|combien de temps;quelle est la longueur|en cuanto tiempo;cuanto tiempo;cuanto mide|どのくらい
how high|wie hoch;wie gross|quelle est la hauteur|que altura|高さ
how far|wie weit|a quelle distance|a que distancia|どこまで
how heavy|wie schwer|combien pese|cuanto pesa|重さ
how often|wie oft|tous les combien|con que frecuencia|何回
what year|in welchem jahr|en quelle annee|en que ano|何年
which day|an welchem tag|quel jour|que dia|何曜日;何日
what name|wie heisst;wie heissen|comment s'appelle;comment se nomme|como se llama|名前
when|wann;ab wann;seit wann|quand;a quelle date|cuando|いつ
where|wo.;woher.;wohin.|ou est;ou a;ou se;d'ou|donde;adonde|どこ
who|wer.;wen.;wem.;wessen.|qui.|quien|誰;だれ
why|warum.;weshalb.;wieso.|pourquoi|por que|なぜ;どうして
which|welche;welcher;welches|quel.;quelle.;quels.;quelles.|cual;cuales|どの;どちら
how|wie.|comment|como.|どう
what|was.;worueber;woran;womit|qu'est-ce;que.;quoi.|que.|何;なに
"""
_WORDS = """
accident|unfall;unfaelle|accident|accidente|事故
age|alter.|age.|edad|年齢
agree|vereinbar;zustimm;einig|accord;convenir|acuerdo;acord|合意
airport|flughafen|aeroport|aeropuerto|空港
animal|tier.;tiere|animal;animaux|animal|動物
announce|angekuendig;ankuendig;verkuend|annonc|anunci|発表
arrest|verhaft;festgenomm|arret.;arrete.;interpell|deten;arrest|逮捕
article|artikel|article|articulo|記事
attack|angriff;angegriff|attaqu|ataque;atac|攻撃
author|autor;verfasser|auteur|autor|著者
award|auszeichn;preis.|prix.|premi|賞
bank|bank.;banken|banque|banco|銀行
beach|strand|plage|playa|海岸;浜
begins|beginn;anfang;begonn;startet|commenc;debut|empiez;empez;comienz;inici|始;開始
bell|glocke|cloche|campana|鐘
big|gross|grand|grand|大き
boat|boot|bateau|barco;bote|船;ボート
book|buch.;bucher;buecher|livre|libro|本.;書籍
born|geboren|ne.;nee.;naquit|nacio;nacid|生まれ
bridge|bruecke|pont.|puente|橋
brother|bruder|frere|hermano|兄;弟
built|gebaut;baut.;bau.;bauen;erbaut;errichtet|construi;bati|constru|建て;建設
building|gebaeude|batiment|edificio|建物;校舎
bus|bus.;busse|bus.;autobus|autobus|バス
bought|kauf;gekauft;erwerb;erworb|achet;achat|compr|買
capital|hauptstadt|capitale|capital|首都
captain|kapitaen|capitaine|capitan|船長
car|auto.;autos|voiture|coche;carro|車
carry out|durchgefuehrt|effectu|realiz|実施
cast|gegossen|fondu;coule|fundi|鋳造
cause|ursache;verursach|cause|causa|原因
cheese|kaese|fromage|queso|チーズ
chief|chef.;chefin|chef.|jefe;jefa|長.
child|kind.;kinder|enfant|nino;hijo;hija|子供;子ども
church|kirche|eglise|iglesia|教会
city|stadt;staedte|ville|ciudad|都市;市.;町
close|geschloss;schliess;schloss.|ferm|cerr;cierr|閉
coach|trainer|entraineur|entrenador|監督;コーチ
company|firma;unternehm;gesellschaft|entreprise;societe;compagnie|empresa;compania|会社;企業
cost|kost;gekostet|cout;prix|cuest;cost|費用;かか;値段
council|rat.;stadtrat;gemeinderat|conseil|consejo;concejo;ayuntamiento|議会
country|land.;laender|pays.|pais|国.
county|kreis.;landkreis|comte;departement|condado|郡
court|gericht|tribunal;cour.|tribunal;corte|裁判
customer|kunde|client|client|客
dairy|molkerei|laiterie|lecheria;lacteo|乳製品
daughter|tochter|fille|hija|娘
day|tag.;tage.|jour|dia.;dias|日.
dead|tot.;tote;gestorb;starb;stirbt|mort;mourut;deces|muri;muer;muert;fallec|死;亡
debt|schuld|dette|deuda|債務;借金
demand|forder;geforder|exig;demand|exig;demand|要求
design|entworf;entwarf;gestalt|concu;dessin|disen|設計
destroy|zerstoer|detrui|destru|破壊
director|direktor;leiter.;leiterin|directeur;directrice|director|館長;所長;社長;部長;監督
discover|entdeck|decouv|descubr|発見
doctor|arzt;aerzt|medecin|medico|医師;医者
dog|hund|chien|perro|犬
drove|fahren;faehrt;fuhr;gefahren|condui|conduc;conduj|運転
earn|verdien|gagne.;salaire|gana.;salario|給料
election|wahl.;wahlen|election|eleccion|選挙
employee|mitarbeit;angestellt;beschaeftigt|employe;salarie|emplead|従業員;職員
end|ende.;endet|fin.;termin|termin;fin.|終
engine|motor|moteur|motor|エンジン
engineer|ingenieur|ingenieur|ingenier|技師;エンジニア
evening|abend|soir|noche|夕方;夜
exercise|turn.;turnen;ueben|exercic|ejercici|運動
factory|fabrik|usine|fabrica|工場
family|familie|famille|familia|家族
farm|bauernhof;hof.|ferme.|granja|農場
farmer|bauer.;bauern;landwirt|agriculteur;fermier|agricultor|農家;農民
father|vater|pere|padre|父
fee|gebuehr|frais;tarif|tarifa|料金
ferry|faehr|ferry;bac.|ferry;transbordador|フェリー;渡し船
festival|fest.;festival|festival;fete|festival;fiesta|祭
film|film|film|pelicula|映画
found|fand.;fanden;gefund;find|trouv|encontr;hall|見つ
fire|brand.;feuer|incendie;feu.|incendio;fuego|火事;火災
first|erste|premier|primer|最初;初
fish|fisch|poisson|pez;pescado;peces|魚
fisheries|fischerei|peche|pesca|漁業
flat|wohnung|appartement|apartamento;piso|アパート
flood|ueberschwemm;hochwasser;flut|inond;crue|inundac|洪水
food|essen.;lebensmittel|nourriture;aliment|comida;alimento|食べ物;食品
forest|wald;waelder|foret|bosque|森
founded|gegruend;gruend|fond|fund|設立;創立
founder|gruender|fondateur|fundador|創立者
free|kostenlos;frei.|gratuit|gratis;gratuit|無料
friend|freund|ami.;amie|amig|友人;友達
went out|erlosch;ausgegang|eteint|apag|消え
government|regierung|gouvernement|gobierno|政府
grandfather|grossvater|grand-pere|abuelo|祖父
ground|boden|sol.|suelo|地面
group|gruppe|groupe|grupo|グループ
gymnasium|turnhalle;sporthalle|gymnase|gimnasio|体育館
harbour|hafen|port.|puerto|港
head|leit.;leitet;leiter|dirige;diriger|dirige;dirig|率い
head teacher|schulleit;rektor|directeur de l'ecole|director de la escuela|校長
help|hilf;geholf|aid|ayud|助け
hospital|krankenhaus|hopital|hospital|病院
hotel|hotel|hotel|hotel|ホテル
hour|stunde|heure|hora|時間
house|haus.;haeuser|maison|casa.;casas|家.
husband|ehemann;gatte|mari.;epoux|marido;esposo|夫
injured|verletz|bless|herid|負傷;けが
inspector|inspektor;pruefer|inspecteur|inspector|検査官
island|insel|ile.|isla|島
Japan|japan.|japon|japon|日本
job|beruf.;arbeitsplatz;arbeitsplaetze|metier;emploi|trabajo;empleo|仕事;職業
judge|richter|juge|juez|裁判官
keeper|waerter;huet|gardien|guardian;farero|守
killed|getoet;toet|tue.;tues.|mat.;mato|殺
king|koenig|roi.|rey.|王
lake|see.|lac.|lago|湖
last|letzte|dernier|ultim|最後;昨年
law|gesetz|loi.|ley.|法律
lawyer|anwalt|avocat|abogad|弁護士
leader|anfuehrer;vorsitzend|dirigeant|lider|指導者
leak|leck.|fuite|fuga|漏
left|verlass;verliess|quitt|abandon;dej|去
library|bibliothek;buecherei|bibliotheque|biblioteca|図書館
light|licht|lumiere|luz.|光
lighthouse|leuchtturm|phare|faro|灯台
line|linie|ligne|linea|線.;路線
live|wohn;lebt.;leben|habite;vit.|vive;vivir|住
loan|kredit;darlehen|pret.;emprunt|prestamo|融資
long|lang.;laenge|long|larg|長さ
look for|such;gesucht|cherch|busc|探
lost|verlor;verlier|perd|perd;pierd|失
lorry|lastwagen;lkw|camion|camion|トラック
made|hergestell;macht.|fait.;fabriqu|hizo;hace.;fabric|作
man|mann.|homme|hombre|男
manager|manager;geschaeftsfuehrer|gerant|gerente|経営者
marathon|marathon|marathon|maraton|マラソン
market|markt|marche|mercado|市場
mayor|buergermeister|maire|alcalde|市長;町長;村長
met|getroff;treff|rencontr|encuentr;reun|会
member|mitglied|membre|miembro|会員;メンバー
mill|muehle|moulin|molino|製粉
minister|minister|ministre|ministr|大臣
money|geld|argent|dinero|お金;金額
month|monat|mois|mes.;meses|月.
mother|mutter|mere.|madre|母
mountain|berg.;berge|montagne|montana|山
move|umgezog;zog.|demenag|mud|引っ越
museum|museum|musee|museo|博物館;美術館
music|musik|musique|musica|音楽
name|name.|nom.|nombre|名前
new|neu|nouve|nuev|新
newspaper|zeitung|journal.|periodico|新聞
night|nacht|nuit|noche|夜
nurse|krankenschwester;pflege|infirmi|enfermer|看護師
office|buero;amt.|bureau|oficina|事務所
oil|oel.|petrole;huile|petroleo;aceite|油
old|alt.|vieux;vieille;ancien|viej;antigu|古
open|eroeffn;geoeffnet;oeffn|ouvr;ouvert;inaugur|abr;abiert;inaugur|開く;開い;開通
opera|oper.|opera|opera|オペラ
opponent|gegner|adversaire;opposant|opositor;rival|反対
owner|besitzer;eigentuemer;gehoert|proprietaire;appartient|dueno;propietari|所有
painter|maler|peintre|pintor|画家
park|park.|parc.|parque|公園
parliament|parlament|parlement|parlamento|国会
party|partei|parti.|partido|党
pass|verabschied|adopt|aprob|可決
passenger|passagier;fahrgaest|passager|pasajer|乗客
paid|zahl;bezahl|pay.;paie;paye|pag|払
people|leute;menschen;personen|gens.;personnes|personas;gente|人々
person|person.|personne|persona|人
pilot|pilot|pilote|piloto|パイロット
plan|plan.;plant|projet;prevoi|plan.;planea|計画
plant|werk.|centrale|planta|工場
play|spiel;gespielt|jou|jueg;jug|演奏;上演
police|polizei|police|policia|警察
politician|politiker|politicien|politic|政治家
pollution|verschmutz|pollution|contaminacion|汚染
population|einwohner;bevoelker|habitant;population|habitant;poblacion|人口
present|geschenk|cadeau|regalo|贈り物
president|praesident|president|president|大統領;会長
price|preis.|prix|precio|価格;値段
prison|gefaengnis|prison|carcel;prision|刑務所
prize|preis.;hauptpreis|prix|premio|賞
production|produktion|production|produccion|生産
profit|gewinn.|benefice|beneficio;ganancia|利益
protest|protest|protest;manifest|protest|抗議
pupil|schueler|eleve|alumn|生徒;児童
queen|koenigin|reine|reina|女王
race|rennen.;lauf.|course|carrera|レース;競走
railway|bahn.;eisenbahn|chemin de fer|ferrocarril|鉄道
rain|regen.|pluie|lluvia|雨
reason|grund.|raison|razon|理由
recall|zurueckgeruf;rueckruf|rappel|retir|回収
refuse|weiger;abgelehn|refus|neg;rechaz|拒否
rent|miete|loyer|alquiler|家賃
reopen|wiedereroeffn|rouvr;rouvert|reabr|再開
repair|reparatur;reparier|repar|repar|修理
report|bericht|rapport|informe|報告
reservoir|stausee|reservoir|embalse|貯水池
resign|zurueckgetret;ruecktritt|demission|dimit;renunci|辞任
restaurant|restaurant|restaurant|restaurante|レストラン
river|fluss|riviere;fleuve|rio.|川
road|strasse|route.;rue.|carretera;calle|道路
roof|dach|toit|techo;tejado|屋根
run|betreib;betrieb|gere.;exploite|gestiona;opera.|運営
runner|laeufer|coureur|corredor|参加者
sail|segel;auslauf|navigu|naveg;zarp|出航
said|gesagt;sagt|dit.;declar|dijo;dice|言
school|schule|ecole|escuela;colegio|学校
scientist|wissenschaftl;forscher|scientifique;chercheur|cientific|科学者
sea|meer|mer.|mar.|海
season|saison|saison|temporada|季節
seat|sitzplaetz;platz.|place.;places|asiento|席
seen|sehen.;gesehen;sichtbar|voir.;visible|ver.;visible|見え
sold|verkauf;verkauft|vend|vend|売
ship|schiff|navire|buque|船
shop|laden.;geschaeft|magasin;boutique|tienda|店
show|zeigt;gezeigt;ausstell|montr;expos|muestr;expon;mostr|展示
sick|krank.|malade|enferm|病気
singer|saenger|chanteu|cantante|歌手
sister|schwester|soeur|hermana|姉;妹
small|klein|petit|pequen|小さ
snow|schnee|neige|nieve|雪
son|sohn;soehne|fils.|hijo|息子
spoke|sprach.;spricht|parl|habl|話
speed|geschwindigkeit|vitesse|velocidad|速度
spring|fruehling|printemps|primavera|春
stand|steht.;stand.|trouve.|encuentra.|立
station|bahnhof|gare.|estacion|駅
stolen|gestohl;stahl.|vol.;vole|rob|盗
stop|gestoppt;angehalten;unterbroch|interromp;arret|interrump;par.;detuv|中断;止
storm|sturm|tempete|tormenta|嵐
street|strasse|rue|calle|通り
strike|streik|greve|huelga|ストライキ
student|student|etudiant|estudiant|学生
study|studier|etudi|estudi|研究;勉強
successor|nachfolg|succed;successeur|suced;sucesor|後任
summer|sommer|ete.|verano|夏
support|unterstuetz|soutien;soutenu|apoy|支持
surgeon|chirurg|chirurgien|cirujano|外科
survey|umfrage|sondage|encuesta|調査
swimmer|schwimmer|nageu|nadador|水泳
took|nahm.;genommen|pris.|tom|取
took over|uebernomm;uebernimmt|repris;reprend|asum|引き継
took part|nahm;teilnahm;teilgenommen;teil.|particip|particip|参加
tax|steuer.|impot;taxe|impuesto|税
teacher|lehrer|professeur;enseignant|profesor;maestr|教師;先生
team|mannschaft;team|equipe|equipo|チーム
temperature|temperatur|temperature|temperatura|温度;気温
theatre|theater|theatre|teatro|劇場
thief|dieb|voleur|ladron|泥棒
ticket|fahrkarte;ticket;eintrittskarte|billet;ticket|billete;boleto;entrada|切符;チケット
time|zeit.|temps|tiempo;hora.|時間
tower|turm|tour.|torre|塔
town|stadt;ort.;gemeinde|ville;commune|ciudad;pueblo|町
train|zug.;zuege|train|tren|列車;電車
tram|strassenbahn|tramway|tranvia|路面電車
travel|reis|voyag|viaj|旅
tree|baum;baeume|arbre|arbol|木.
tunnel|tunnel|tunnel|tunel|トンネル
university|universitaet|universite|universidad|大学
use|benutz;verwend|utilis|utiliz;us|使
victim|opfer|victime|victima|犠牲
village|dorf|village|pueblo;aldea|村
visitor|besucher|visiteur|visitante|来場者;訪問者
vote|abstimm;gestimmt;stimm|vot|vot|投票
wall|mauer|mur.|muro|壁
want|will.;wollen|veut;vouloir|quiere|欲し
war|krieg|guerre|guerra|戦争
warn|warn;gewarnt|averti;alert|advirt;advert|警告
water|wasser|eau.|agua|水.
week|woche|semaine|semana|週
weight|gewicht;wiegt|poids;pese|peso;pesa|重さ
wife|frau.;ehefrau|femme;epouse|esposa;mujer|妻
won|gewann;gewinn;gewonn;sieger|gagn;remport;vainqueur|gan;venc|優勝;勝
winter|winter|hiver|invierno|冬
woman|frau.;frauen|femme|mujer|女
work|arbeit;gearbeitet|travail;travaux|trabaj;obra|働;工事
worker|arbeiter|ouvrier|obrer;trabajador|労働者
wrote|geschrieb;schrieb|ecri|escrib|書
writer|schriftsteller|ecrivain|escritor|作家
year|jahr|an.;ans.;annee|ano.;anos|年.
"""
_FUNCTION_WORDS = {
    "de": "der die das den dem des ein eine einen einem einer eines und oder in im an am auf aus bei mit nach von vom zu "
    "zum zur fuer ueber unter hat haben hatte ist sind war waren wird werden wurde wurden kann konnte man sich es er sie "
    "ihr sein seine nicht noch auch als viele viel denn mal jetzt",
    "fr": "le la les l un une des du de d et ou a au aux en dans sur par pour avec est sont etait a-t-il a-t-elle t il elle "
    "ils on se s son sa ses ce cette ne pas plus qu c y sera ete ont avait etre fut",
    "es": "el la los las un una unos unas de del y o a al en con por para sobre es son era fue ha han se su sus lo le que no "
    "mas ya esta esa este ese hay ahora",
    "ja": "",
}


def plain(text: str) -> str:
    """Return a text in lower case without accents, with German umlauts as two letters."""
    lowered = text.lower().replace("’", "'")
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("œ", "oe")):
        lowered = lowered.replace(letter, letters)
    return "".join(char for char in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(char))


@cache
def asking_words(language: str) -> dict[str, str]:
    """Return the question words of a language with their English, longest first."""
    return dict(sorted(_entries(_ASKING, language), key=_length))


@cache
def words(language: str) -> dict[str, str]:
    """Return the frequent words of a language with their English, longest first."""
    return dict(sorted(_entries(_WORDS, language), key=_length))


def _length(entry: tuple[str, str]) -> int:
    return -len(entry[0].rstrip("."))


@cache
def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language."""
    return frozenset(_FUNCTION_WORDS[language].split())


def _entries(table: str, language: str) -> Iterator[tuple[str, str]]:
    for line in table.split("\n")[1:-1]:
        english, *others = line.split("|")
        for beginning in others[LANGUAGES.index(language)].split(";"):
            yield beginning, english
