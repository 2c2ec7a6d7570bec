"""Places by the words before them: birth, residence."""

from worker.detection.recognizer import Row, Table, terms, words

_TOWN = (
    r"[A-ZÀ-ÖØ-ÞĀ-ŽİȘŐ][\w'’]{1,25}(?:-[\w'’]{1,25}){0,5}(?: (?:[A-ZÀ-ÖØ-ÞĀ-Žİ][\w'’]{1,25}|sur|lès|les|"
    r"la|de|du|en|on|upon|of)"
    r"(?:[- ][A-ZÀ-ÖØ-ÞĀ-Ž][\w'’-]{1,25})){0,2}"
)

PLACES = Table(
    "places",
    (
        Row(
            type="LOCATION",
            name="fr_lives",
            pattern=(
                r"(?i:n[ée]e?s?(?: le \d{1,2}(?:er)? \w{3,9} \d{4}| en \d{4}|"
                r" le \d{1,2}[/.]\d{1,2}[/.]\d{2,4})?|demeurant|"
                r"domicili[ée]e?s?|r[ée]sidant|r[ée]sident?|habitant|habite|vit|vivant|vivent|d[ée]tenue?|"
                r"incarc[ée]r[ée]e?|fait|exerçant|[ée]tablie?|"
                rf"avocate? à|natifs? de|native de|originaires? de)(?: actuellement| aujourd['’]hui)?(?i: "
                rf"(?:à|au|aux))? (?P<value>{_TOWN})"
            ).replace("(?i: (?:à|au|aux))?", "(?i: (?:à|au|aux|de))"),
            score=0.6,
            anchor=words(
                *terms("""
                    né, née, nés, nées, demeurant, domicilié, domiciliée, domiciliés, résidant, réside,
                    résident, habitant, habite, vit, vivant, détenu, détenue, incarcéré, exerçant, établi,
                    natif, native, originaire
                """),
                reach=120,
            ),
            language="fr",
            whole_text_counts=False,
        ),
        Row(
            type="LOCATION",
            name="en_lives",
            pattern=(
                r"(?i:born|lives?|living|lived|resid(?:es?|ed|ing)|residents?|practising|practicing|"
                r"detained|imprisoned|domiciled|native)"
                rf"(?: on \d{{1,2}} \w{{3,9}} \d{{4}}| in \d{{4}})? (?i:in|at|of|near) (?:the (?:city|town|"
                rf"village) of )?(?P<value>{_TOWN})"
            ),
            score=0.6,
            anchor=words(
                *terms("""
                    born, live, lives, living, lived, reside, resides, resided, residing, resident, residents,
                    practising, practicing, detained, imprisoned, domiciled, native
                """),
                reach=100,
            ),
            language="en",
            whole_text_counts=False,
        ),
    ),
)
