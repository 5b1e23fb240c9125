"""The features in menu order: their tables (so that the log and the migrations know them), and their doors."""

from desktop.core.db import log_tables
from desktop.features.attachments import tables as attachment_tables
from desktop.features.handbook import tables as handbook_tables
from desktop.features.office import tables as office_tables
from desktop.features.register import api as register
from desktop.features.register import tables as register_tables
from desktop.features.standards import tables as standards_tables
from desktop.features.sync import tables as sync_tables
from desktop.features.visits import tables as visit_tables
from desktop.features.volunteers import api as volunteers
from desktop.features.volunteers import tables as volunteer_tables

TABLES = (
    log_tables,
    office_tables,
    standards_tables,
    sync_tables,
    register_tables,
    attachment_tables,
    visit_tables,
    volunteer_tables,
    handbook_tables,
)
# Importing a door registers what must happen inside each transaction: the register's index, no overspent account.
DOORS = (register, volunteers)
FEATURES = ("office", "standards", "sync", "register", "attachments", "volunteers", "visits", "handbook")
