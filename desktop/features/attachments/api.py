"""What other features and the shell may use of attachments."""

from desktop.features.attachments.actions import attach, content, detach, rename
from desktop.features.attachments.model import TITLES, Attachment, Draft
from desktop.features.attachments.store import of_household

__all__ = ["TITLES", "Attachment", "Draft", "attach", "content", "detach", "of_household", "rename"]
