"""The tables: one family a file."""

from worker.detection.recognizer import Table
from worker.detection.recognizers.addresses import ADDRESSES
from worker.detection.recognizers.ages import AGES
from worker.detection.recognizers.codes import CODES
from worker.detection.recognizers.contact import CONTACT
from worker.detection.recognizers.dates_numeric import DATES_NUMERIC
from worker.detection.recognizers.dates_written import DATES_WRITTEN
from worker.detection.recognizers.finance import FINANCE
from worker.detection.recognizers.identity_fr import IDENTITY_FR
from worker.detection.recognizers.identity_other import IDENTITY_OTHER
from worker.detection.recognizers.identity_uk import IDENTITY_UK
from worker.detection.recognizers.identity_us import IDENTITY_US
from worker.detection.recognizers.network import NETWORK
from worker.detection.recognizers.organizations import ORGANIZATIONS
from worker.detection.recognizers.people import PEOPLE
from worker.detection.recognizers.places import PLACES
from worker.detection.recognizers.postal import POSTAL
from worker.detection.recognizers.secrets import SECRETS
from worker.detection.recognizers.vehicles import VEHICLES

TABLES: tuple[Table, ...] = (
    CONTACT,
    NETWORK,
    FINANCE,
    SECRETS,
    IDENTITY_US,
    IDENTITY_UK,
    IDENTITY_FR,
    IDENTITY_OTHER,
    VEHICLES,
    POSTAL,
    DATES_WRITTEN,
    DATES_NUMERIC,
    AGES,
    ADDRESSES,
    PEOPLE,
    PLACES,
    ORGANIZATIONS,
    CODES,
)
