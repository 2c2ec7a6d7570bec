"""Licence plates."""

from worker.detection.european_numbers import is_plate_de
from worker.detection.recognizer import Check, Row, Table, mixed, terms
from worker.detection.recognizers.edges import CODE_END, CODE_START

VEHICLES = Table(
    "vehicles",
    (
        Row(
            type="LICENSE_PLATE",
            name="fr_siv",
            countries=("FR",),
            pattern=rf"{CODE_START}(?!SS|WW)[A-HJ-NP-TV-Z]{{2}}([- ]?)\d{{3}}\1(?!SS)[A-HJ-NP-TV-Z]{{2}}{CODE_END}",
            score=0.45,
            anchor=mixed(3, before=4),
            context=terms("""
                immatriculation, immatriculé, immatriculée, plaque, véhicule, voiture, plate, vehicle
            """),
            source="arrêté du 9 février 2009 (SIV)",
        ),
        Row(
            type="LICENSE_PLATE",
            name="fr_fni",
            countries=("FR",),
            pattern=rf"{CODE_START}\d{{1,4}} ?[A-Z]{{2,3}} ?(?:0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-6]){CODE_END}",
            score=0.04,
            anchor=mixed(3, before=0),
            context=("immatriculation", "immatriculé", "immatriculée", "plaque", "véhicule", "voiture", "plate"),
            source="arrêté du 5 novembre 1984 (FNI)",
        ),
        Row(
            type="LICENSE_PLATE",
            name="de",
            countries=("DE",),
            # X (NATO) and Y (Bundeswehr) begin no other district's code; some letters are no code alone.
            pattern=(
                rf"{CODE_START}(?![XY][A-Z]|[IOQTUÄÖÜ][- ])[A-ZÄÖÜ]{{1,3}}[- ]?[A-Z]{{1,2}}[- ]?[1-9]\d{{0,3}}"
                rf"(?:[- ]?[EH])?{CODE_END}"
            ),
            score=0.03,
            anchor=mixed(1, before=8),
            check=Check("eight characters", is_plate_de, passed=1),
            context=terms("""
                kennzeichen, plate, license plate, number plate, registration, vehicle, plaque, immatriculation
            """),
            source="FZV, Anlage 1 und 2",
        ),
        Row(
            type="LICENSE_PLATE",
            name="gb",
            countries=("GB",),
            pattern=rf"{CODE_START}[A-HJ-PR-Y]{{2}}(?:0[1-9]|[1-7]\d) ?[A-HJ-PR-Z]{{3}}{CODE_END}",
            score=0.3,
            anchor=mixed(2, before=3),
            context=terms("""
                plate, number plate, registration, vehicle, reg, car, plaque, immatriculation, véhicule
            """),
            source="DVLA, INF104",
        ),
    ),
)
