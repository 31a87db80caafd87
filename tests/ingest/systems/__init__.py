"""One and the same firm as the exports of nine systems, each in the format of its own, with what is true of it."""

from tests.ingest.systems.dynamics import DYNAMICS
from tests.ingest.systems.espocrm import ESPOCRM
from tests.ingest.systems.hubspot import HUBSPOT
from tests.ingest.systems.odoo import ODOO
from tests.ingest.systems.pipedrive import PIPEDRIVE
from tests.ingest.systems.salesforce import SALESFORCE
from tests.ingest.systems.suitecrm import SUITECRM
from tests.ingest.systems.twenty import TWENTY
from tests.ingest.systems.zoho import ZOHO

SYSTEMS = (HUBSPOT, SALESFORCE, DYNAMICS, PIPEDRIVE, ZOHO, ODOO, TWENTY, ESPOCRM, SUITECRM)
