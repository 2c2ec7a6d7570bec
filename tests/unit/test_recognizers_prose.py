"""Dates, ages, addresses, people, places, organisations and codes as they are written in both languages."""

import pytest

from tests.unit.finding import found

_ENGLISH = [
    ("DATE_TIME", "On 12 January 2004 it rained", "12 January 2004"),
    ("DATE_TIME", "the 12th of June, 2001", "12th of June, 2001"),
    ("DATE_TIME", "by March 3rd, 2011", "March 3rd, 2011"),
    ("DATE_TIME", "since January 2004", "January 2004"),
    ("DATE_TIME", "on 3-Jan-99", "3-Jan-99"),
    ("DATE_TIME", "on 12/31/2004", "12/31/2004"),
    ("DATE_TIME", "2004-01-12T10:11:12Z", "2004-01-12T10:11:12Z"),
    ("DATE_TIME", "in 2004, he", "2004"),
    ("DATE_TIME", "in the summer of 1998", "summer of 1998"),
    ("DATE_TIME", "at 10.30 p.m. sharp", "10.30 p.m."),
    ("DATE_TIME", "Monday 3 May", "Monday 3 May"),
    ("AGE", "a 45-year-old man", "45"),
    ("AGE", "aged forty-five", "forty-five"),
    ("AGE", "She turned 21.", "21"),
    ("ADDRESS", "at 221B Baker Street, London NW1 6XE", "221B Baker Street, London NW1 6XE"),
    ("ADDRESS", "1600 Oak Ave NW, Washington, DC 20500", "1600 Oak Ave NW, Washington, DC 20500"),
    ("ADDRESS", "PO Box 123, Springfield, IL 62704", "PO Box 123, Springfield, IL 62704"),
    ("ADDRESS", "Bahnhofstrasse 12", "Bahnhofstrasse 12"),
    ("ADDRESS", "12 Oak Lane Apt. 4", "12 Oak Lane Apt. 4"),
    ("PERSON", "Mrs Jane O'Neil left", "Jane O'Neil"),
    ("PERSON", "Dr. J. R. Brown", "J. R. Brown"),
    ("PERSON", "Surname: Doe", "Doe"),
    ("TITLE", "Mr. Brown", "Mr."),
    ("LOCATION", "who lives in Norwich, has", "Norwich"),
    ("ORGANIZATION", "by Acme Widgets Ltd today", "Acme Widgets Ltd"),
    ("ORGANIZATION", "at the University of Oxford", "University of Oxford"),
    ("ORGANIZATION", "the Izmir Criminal Court held", "Izmir Criminal Court"),
    ("ID_CODE", "(application no. 36110/97)", "36110/97"),
    ("ID_CODE", "policy number AB-123456", "AB-123456"),
    ("ID_CODE", "Employee ID: 44321", "44321"),
]

_FRENCH = [
    ("DATE_TIME", "le 3 mars 2011 à midi", "3 mars 2011"),
    ("DATE_TIME", "né le 1er janvier 1975", "1er janvier 1975"),
    ("DATE_TIME", "du 10 au 11 mars 2020", "10 au 11 mars 2020"),
    ("DATE_TIME", "en mars 2014", "mars 2014"),
    ("DATE_TIME", "mars-avril 2005", "mars-avril 2005"),
    ("DATE_TIME", "vu le 12.01.04 au", "12.01.04"),
    ("DATE_TIME", "le 8/02, puis", "8/02"),
    ("DATE_TIME", "à 14h30", "14h30"),
    ("DATE_TIME", "vers 10 h 15", "10 h 15"),
    ("DATE_TIME", "deux janvier mille neuf cent soixante", "deux janvier mille neuf cent soixante"),
    ("DATE_TIME", "vu 01sep2018", "01sep2018"),
    ("AGE", "âgé de 45 ans", "45"),
    ("AGE", "un nourrisson de 15 mois", "15"),
    ("ADDRESS", "12 bis, rue de la République, 75011 Paris", "12 bis, rue de la République, 75011 Paris"),
    ("ADDRESS", "au 4 allée des Roses 77500 CHELLES", "4 allée des Roses 77500 CHELLES"),
    ("ADDRESS", "BP 123, 59000 LILLE CEDEX", "BP 123, 59000 LILLE CEDEX"),
    ("PERSON", "M. Dupont est venu", "Dupont"),
    ("PERSON", "avec Mme Le Goff, hier", "Le Goff"),
    ("PERSON", "Nom : DUPONT Prénom : Jean", "DUPONT"),
    ("PERSON", "Mme Martin née Durand", "Durand"),
    ("PERSON", "vu ce jour LEFORT Stéphanie, RAS", "LEFORT Stéphanie"),
    ("PERSON", "signé Anne-Marie DURAND", "Anne-Marie DURAND"),
    ("LOCATION", "demeurant à Saint-Denis, a", "Saint-Denis"),
    ("LOCATION", "née le 3 mars 1960 à Lille", "Lille"),
    ("ORGANIZATION", "adressé au CHU de Lille par", "CHU de Lille"),
    ("ORGANIZATION", "à l'Hôpital Saint-Louis", "Hôpital Saint-Louis"),
    ("ORGANIZATION", "la SARL Dupont et Fils", "SARL Dupont et Fils"),
    ("ID_CODE", "requête (no 15058/89)", "15058/89"),
    ("ID_CODE", "IPP : 8000123456", "8000123456"),
    ("ID_CODE", "n° de dossier 123456", "123456"),
]

_NOTHING = [
    ("DATE_TIME", "he may 3 times march 20 miles", "en"),
    ("DATE_TIME", "a ratio of 3/4, version 1.2.3, 45/67/8901", "en"),
    ("DATE_TIME", "tension 12/8, oeil gauche 10/12", "fr"),
    ("DATE_TIME", "article 1998 bis", "fr"),
    ("AGE", "I was 45 minutes late; he is 3rd", "en"),
    ("AGE", "un bail de 45 ans", "fr"),
    ("ADDRESS", "On 12 March 2004 the Izmir Criminal Court held", "en"),
    ("ADDRESS", "In 2004 the District Court closed 3 cases", "en"),
    ("PERSON", "M. le Président a dit; Mr President", "fr"),
    ("PERSON", "the name: of the game", "en"),
    ("PERSON", "IRM CEREBRALE Normale", "fr"),
    ("ORGANIZATION", "the court of appeal and a bank", "en"),
    ("ID_CODE", "in case of 3 fires, no 5", "en"),
    ("LOCATION", "born in 1969 and lives in peace", "en"),
]


@pytest.mark.parametrize(("type_", "text", "value"), _ENGLISH)
def test_is_found_in_english(type_: str, text: str, value: str) -> None:
    assert value in found(text, type_, "en")


@pytest.mark.parametrize(("type_", "text", "value"), _FRENCH)
def test_is_found_in_french(type_: str, text: str, value: str) -> None:
    assert value in found(text, type_, "fr")


@pytest.mark.parametrize(("type_", "text", "language"), _NOTHING)
def test_is_not_found(type_: str, text: str, language: str) -> None:
    assert found(text, type_, language) == []
