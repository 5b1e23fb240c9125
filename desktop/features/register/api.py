"""What other features, the command line and the shell may use of the register."""

from desktop.features.register.actions import (
    ReadWorkbook,
    add_household,
    add_person,
    apply_import,
    change_household,
    change_person,
    read_workbook,
    remove_household,
    remove_person,
    set_prefix,
)
from desktop.features.register.disagreeing import told as disagreement_told
from desktop.features.register.fields import (
    HOUSEHOLD,
    HOUSEHOLD_FIELDS,
    PERSON,
    PERSON_FIELDS,
    Field,
    Kind,
    Section,
)
from desktop.features.register.import_plan import Counts, ImportPlan
from desktop.features.register.leaving import erase_household, erase_person, move_household, village_keys
from desktop.features.register.model import (
    STATE_NAMES,
    Hit,
    Household,
    HouseholdDraft,
    HouseholdLine,
    Person,
    PersonDraft,
    State,
)
from desktop.features.register.numbering import prefixes
from desktop.features.register.rules import check_household, check_person
from desktop.features.register.search import people as search_people
from desktop.features.register.sheet_model import Doubt, Layout, Recognised
from desktop.features.register.sheets import write_report
from desktop.features.register.store import (
    by_number,
    household,
    household_ids,
    household_lines,
    households,
    numbered,
    totals,
    villages,
)
from desktop.features.register.words import called, printed, shown
from desktop.features.standards.api import Lists

__all__ = [
    "HOUSEHOLD",
    "HOUSEHOLD_FIELDS",
    "PERSON",
    "PERSON_FIELDS",
    "STATE_NAMES",
    "Counts",
    "Doubt",
    "Field",
    "Hit",
    "Household",
    "HouseholdDraft",
    "HouseholdLine",
    "ImportPlan",
    "Kind",
    "Layout",
    "Lists",
    "Person",
    "PersonDraft",
    "ReadWorkbook",
    "Recognised",
    "Section",
    "State",
    "add_household",
    "add_person",
    "apply_import",
    "by_number",
    "called",
    "change_household",
    "change_person",
    "check_household",
    "check_person",
    "disagreement_told",
    "erase_household",
    "erase_person",
    "household",
    "household_ids",
    "household_lines",
    "households",
    "move_household",
    "numbered",
    "prefixes",
    "printed",
    "read_workbook",
    "remove_household",
    "remove_person",
    "search_people",
    "set_prefix",
    "shown",
    "totals",
    "village_keys",
    "villages",
    "write_report",
]
