"""What the command line and the shell may use of the exchange."""

from desktop.features.sync.actions import enrol_next, overall, read_bundles, write_bundle
from desktop.features.sync.certificates import become_root
from desktop.features.sync.model import Enrolled, Outcome, Taken, Written
from desktop.features.sync.overview import Outlook, outlook
from desktop.features.sync.store import is_enrolled

__all__ = [
    "Enrolled",
    "Outcome",
    "Outlook",
    "Taken",
    "Written",
    "become_root",
    "enrol_next",
    "is_enrolled",
    "outlook",
    "overall",
    "read_bundles",
    "write_bundle",
]
