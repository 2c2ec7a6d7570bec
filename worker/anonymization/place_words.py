"""Words that tell what kind a place is: countries and regions by name, other kinds by the word for the kind."""

import re
from typing import Final

from worker.anonymization.folding import fold
from worker.anonymization.word_lists import words

#: English and French names of one country each; for pseudonyms the order is frozen (tests/unit/test_pseudonyms.py).
COUNTRY_NAMES: Final[tuple[tuple[str, str], ...]] = tuple(
    (english, french)
    for english, _, french in (
        line.strip().partition("|")
        for line in """
        Afghanistan|Afghanistan
        Albania|Albanie
        Algeria|Algérie
        Andorra|Andorre
        Angola|Angola
        Argentina|Argentine
        Armenia|Arménie
        Australia|Australie
        Austria|Autriche
        Azerbaijan|Azerbaïdjan
        Bangladesh|Bangladesh
        Belarus|Biélorussie
        Belgium|Belgique
        Benin|Bénin
        Bolivia|Bolivie
        Bosnia and Herzegovina|Bosnie-Herzégovine
        Botswana|Botswana
        Brazil|Brésil
        Bulgaria|Bulgarie
        Burkina Faso|Burkina Faso
        Burundi|Burundi
        Cambodia|Cambodge
        Cameroon|Cameroun
        Canada|Canada
        Chad|Tchad
        Chile|Chili
        China|Chine
        Colombia|Colombie
        Costa Rica|Costa Rica
        Croatia|Croatie
        Cuba|Cuba
        Cyprus|Chypre
        Czech Republic|République tchèque
        Denmark|Danemark
        Djibouti|Djibouti
        Ecuador|Équateur
        Egypt|Égypte
        Eritrea|Érythrée
        Estonia|Estonie
        Ethiopia|Éthiopie
        Finland|Finlande
        France|France
        Gabon|Gabon
        Georgia|Géorgie
        Germany|Allemagne
        Ghana|Ghana
        Greece|Grèce
        Guatemala|Guatemala
        Guinea|Guinée
        Haiti|Haïti
        Honduras|Honduras
        Hungary|Hongrie
        Iceland|Islande
        India|Inde
        Indonesia|Indonésie
        Iran|Iran
        Iraq|Irak
        Ireland|Irlande
        Israel|Israël
        Italy|Italie
        Ivory Coast|Côte d'Ivoire
        Jamaica|Jamaïque
        Japan|Japon
        Jordan|Jordanie
        Kazakhstan|Kazakhstan
        Kenya|Kenya
        Kosovo|Kosovo
        Kuwait|Koweït
        Laos|Laos
        Latvia|Lettonie
        Lebanon|Liban
        Liberia|Libéria
        Libya|Libye
        Liechtenstein|Liechtenstein
        Lithuania|Lituanie
        Luxembourg|Luxembourg
        Madagascar|Madagascar
        Malaysia|Malaisie
        Mali|Mali
        Malta|Malte
        Mauritania|Mauritanie
        Mauritius|Maurice
        Mexico|Mexique
        Moldova|Moldavie
        Monaco|Monaco
        Mongolia|Mongolie
        Montenegro|Monténégro
        Morocco|Maroc
        Mozambique|Mozambique
        Myanmar|Birmanie
        Namibia|Namibie
        Nepal|Népal
        Netherlands|Pays-Bas
        New Zealand|Nouvelle-Zélande
        Nicaragua|Nicaragua
        Niger|Niger
        Nigeria|Nigeria
        North Macedonia|Macédoine du Nord
        Norway|Norvège
        Oman|Oman
        Pakistan|Pakistan
        Panama|Panama
        Paraguay|Paraguay
        Peru|Pérou
        Philippines|Philippines
        Poland|Pologne
        Portugal|Portugal
        Qatar|Qatar
        Romania|Roumanie
        Russia|Russie
        Rwanda|Rwanda
        San Marino|Saint-Marin
        Saudi Arabia|Arabie saoudite
        Senegal|Sénégal
        Serbia|Serbie
        Singapore|Singapour
        Slovakia|Slovaquie
        Slovenia|Slovénie
        Somalia|Somalie
        South Africa|Afrique du Sud
        South Korea|Corée du Sud
        Spain|Espagne
        Sri Lanka|Sri Lanka
        Sudan|Soudan
        Sweden|Suède
        Switzerland|Suisse
        Syria|Syrie
        Taiwan|Taïwan
        Tanzania|Tanzanie
        Thailand|Thaïlande
        Togo|Togo
        Tunisia|Tunisie
        Turkey|Turquie
        Uganda|Ouganda
        Ukraine|Ukraine
        United Kingdom|Royaume-Uni
        United States|États-Unis
        Uruguay|Uruguay
        Uzbekistan|Ouzbékistan
        Venezuela|Venezuela
        Vietnam|Viêt Nam
        Yemen|Yémen
        Zambia|Zambie
        Zimbabwe|Zimbabwe
        """.strip().splitlines()
    )
)
_ALIASES: Final = {
    "usa": "United States", "u.s.a.": "United States", "u.s.": "United States", "us": "United States",
    "united states of america": "United States", "etats-unis d'amerique": "United States", "uk": "United Kingdom",
    "u.k.": "United Kingdom", "great britain": "United Kingdom", "britain": "United Kingdom",
    "england": "United Kingdom", "angleterre": "United Kingdom", "russian federation": "Russia",
    "federation de russie": "Russia", "holland": "Netherlands", "hollande": "Netherlands", "burma": "Myanmar",
    "czechia": "Czech Republic", "tchequie": "Czech Republic", "bielorussie": "Belarus", "vietnam": "Vietnam",
}  # fmt: skip
#: Folded name to the country's index in COUNTRY_NAMES.
COUNTRIES: Final[dict[str, int]] = {
    fold(name): index for index, names in enumerate(COUNTRY_NAMES) for name in names
} | {alias: next(i for i, names in enumerate(COUNTRY_NAMES) if names[0] == name) for alias, name in _ALIASES.items()}

_ARTICLE: Final = re.compile(r"^(?:(?:the|la|le|les) |l')")


def country_of(text: str) -> int | None:
    """The index of the country that a text names in either language, with or without an article; None for none."""
    folded = fold(text)
    return COUNTRIES.get(folded, COUNTRIES.get(without_article(folded)))


def without_article(folded: str) -> str:
    """A folded name without "the", "la", "l'"."""
    return _ARTICLE.sub("", folded)


_REGION_NAMES: Final = words("""
    Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Hawaii Idaho Illinois
    Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri
    Montana Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Wisconsin
    Wyoming Scotland Wales Ontario Quebec Alberta Manitoba Saskatchewan Bavaria Saxony Catalonia Andalusia
    Tuscany Sicily Lombardy Brittany Normandy Burgundy Provence Bretagne Normandie Bourgogne Alsace Lorraine
    Occitanie Aquitaine Auvergne Limousin Picardie Corse Martinique Guadeloupe Guyane Réunion Mayotte Wallonie
    Flandre Bavière Catalogne Andalousie Toscane Sicile Lombardie Écosse
""")
_LONG_REGION_NAMES: Final = (
    "new hampshire", "new jersey", "new mexico", "new york state", "north carolina", "north dakota", "rhode island",
    "south carolina", "south dakota", "west virginia", "northern ireland", "british columbia", "nova scotia",
    "ile-de-france", "hauts-de-france", "grand est", "pays de la loire", "centre-val de loire", "nouvelle-aquitaine",
    "auvergne-rhone-alpes", "bourgogne-franche-comte", "provence-alpes-cote d'azur", "irlande du nord",
)  # fmt: skip
REGIONS: Final = frozenset({*map(fold, _REGION_NAMES), *_LONG_REGION_NAMES})

#: Kind (as the placeholder names it) to folded words that mark it, in both languages; the first kind that fits.
PLACE_KINDS: Final[dict[str, frozenset[str]]] = {
    kind: frozenset(words(marks))
    for kind, marks in {
        "STREET": "street road avenue lane boulevard drive square rue chemin allee impasse quai route ruelle",
        "REGION": "region province county state district department departement canton oblast prefecture comte",
        "WATER": "river lake sea ocean bay gulf strait fleuve riviere lac mer golfe baie detroit etang",
        "MOUNTAIN": "mount mountain mountains hill hills alps mont montagne montagnes massif col alpes",
        "ISLAND": "island islands isle ile iles archipelago archipel",
        "BUILDING": "airport hospital station prison university school church stadium bridge tower palace hotel"
        " aeroport hopital gare universite ecole eglise stade pont tour palais clinique lycee college",
        "CITY": "city town village municipality ville commune arrondissement bourg",
    }.items()
}
