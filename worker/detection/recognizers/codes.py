"""Identifying codes by context: case, application, file, patient, policy and employee numbers."""

from worker.detection.recognizer import Row, Table, digits, terms, words

_CODE = r"(?=[A-Za-z]{0,6}[-/. ]?\d)[A-Za-z0-9](?:[A-Za-z0-9]|[-/.](?=[A-Za-z0-9])){2,30}"
_LABELS = terms("""
    ipp, nda, iep, nip, mrn, rpps, adeli, finess, medical record, medical record number, patient id, patient number,
    numéro de patient, id patient, visite dossier, numéro de séjour, n° de séjour, n° patient, application,
    applications, case, case number, case no, file, file number, docket, docket number, dossier, requête, requêtes,
    affaire, rg, pourvoi, parquet, numéro de dossier, n° de dossier, instance, arrêt, policy, policy number, policy
    no, contract, contract number, claim, claim number, police, contrat, sinistre, adhérent, numéro d'adhérent,
    employee, employee id, employee number, staff number, matricule, badge, badge number, student id, student
    number, member id, member number, membership number, customer id, customer number, client number, numéro client,
    numéro de client, n° client, account id, user id, reference, reference number, référence, réf, ref, order
    number, invoice, facture, commande, ticket, booking, réservation, serial number, numéro de série, registration
    number, n° d'identification, identifiant, identifier, id number, passport no, licence no, permit number, n°
    allocataire, allocataire
""")
_NUMBER_SIGN = r"(?:n°s?|nos?\.?|nº|n os|№|#|num[ée]ros?|numbers?|num\.?|nr\.?|id)"

CODES = Table(
    "codes",
    (
        Row(
            type="ID_CODE",
            name="after_number_sign",
            pattern=(
                rf"(?i:{_NUMBER_SIGN})[ \u00a0:]{{0,2}}(?P<value>\d{{2,7}}/\d{{2,4}}(?:/\d{{1,5}}){{0,2}}|"
                rf"[A-Z]{{1,4}}[-/]?\d[\w/-]{{3,20}}|\d{{5,14}})(?![\w]|[.,]\d)"
            ),
            score=0.8,
            anchor=words(
                "n°",
                "no",
                "no.",
                "nos",
                "nos.",
                "nº",
                "№",
                "number",
                "numbers",
                "numéro",
                "numéros",
                "num",
                "nr",
                "n° s",
                reach=60,
            ),
            whole_text_counts=False,
        ),
        Row(
            type="ID_CODE",
            name="number_and_year",
            pattern=r"(?<![\w/.,-])\d{3,6}/\d{2}(?:\d{2})?(?![\w/]|[.,]\d)",
            score=0.3,
            anchor=digits(5, guard=r"\d{3,6}/\d"),
            context=terms("""
                application, applications, no, nos, case, requête, requêtes, affaire, v, c, file, dossier, and, et,
                n
            """),
            whole_text_counts=False,
        ),
        Row(
            type="ID_CODE",
            name="law_report",
            pattern=r"(?<![\w/.-])[CTF]-\d{1,4}/\d{2}(?!\w)",
            score=0.8,
            anchor=digits(3, before=2, guard=r"\d{1,4}/\d"),
            whole_text_counts=False,
            source="Court of Justice of the European Union, case numbers",
        ),
        Row(
            type="ID_CODE",
            name="labelled",
            pattern=(
                rf"(?i:{'|'.join(sorted(_LABELS, key=len, reverse=True))})(?i:[ ]?(?:{_NUMBER_SIGN}|is|est|"
                rf"étant|le|la|l['’]|du|de|patient)){{0,3}}"
                rf" ?[:=°#]?[ \u00a0]{{0,2}}(?P<value>{_CODE})(?!\w)"
            ),
            score=0.7,
            anchor=words(*_LABELS, reach=90),
            whole_text_counts=False,
        ),
    ),
)
