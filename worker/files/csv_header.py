"""Whether the first row of a csv file is names of columns. A row of data taken for them would come back in clear."""

import re
from collections.abc import Sequence
from typing import Final

from worker.anonymization.folding import fold

#: Words that stand in names of columns, folded, in English and French; half of the cells must have one.
_WORDS: Final = frozenset(
    """account address adresse age amount author birth birthday body category city civilite client code comment
    comments commentaire commentaires company compte contact content country created customer date dates day
    department description details diagnosis dob document email employee employer entreprise fax first firstname
    gender hospital iban id identifiant index job key label language lang langue last lastname line lieu mail message
    mobile montant mot naissance name names nom nombre note notes number numero observation observations occupation
    order organisation organization pays patient pays phone place postal postcode prenom price prix profession
    prix quantity rank ref reference region remark remarks row salary section sender sexe sex siret ssn state status
    statut street subject sujet surname tel telephone text texte time timestamp title titre total type uid updated url
    user username uuid value ville year zip""".split()
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST_NAME: Final = 40


def looks_like_header(cells: Sequence[str]) -> bool:
    """All cells differ, none is blank or holds a digit or an @, and half of them have a word of such names."""
    names = [cell.strip() for cell in cells]
    if len(set(names)) < len(names) or not all(_could_be_name(name) for name in names):
        return False
    known = sum(any(word in _WORDS for word in _words(name)) for name in names)
    return known * 2 >= len(names)


def _could_be_name(name: str) -> bool:
    return bool(name) and len(name) <= _LONGEST_NAME and "@" not in name and not any(map(str.isdigit, name))


def _words(name: str) -> list[str]:
    # camelCase is words too.
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return _WORD.findall(fold(spaced))
