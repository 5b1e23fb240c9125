"""Which PC and which disk a folder lies on, as a short hash: data that was copied or moved is found out by it.

It is no identity (sync.md 2.1): it names nothing, is never sent, and where the system tells nothing it is the same
everywhere. Two images of one PC have the same; those are found out by the offices above (sync.md 2.9).
"""

import sys
from contextlib import suppress
from pathlib import Path

from desktop.core import crypto

_VOLUMES = Path("/dev/disk/by-uuid")


def of(folder: Path) -> str:
    """The same at every start, as long as neither the operating system nor the disk is another one."""
    return crypto.digest(b"hh/place/1", _system().encode(), b"\0", _volume(folder).encode())[:8].hex()


def _volume(folder: Path) -> str:
    """The disk's own number. Not the number by which Linux calls it today: that may be another one tomorrow."""
    with suppress(OSError):
        device = folder.stat().st_dev
        if sys.platform == "win32":
            return str(device)  # there it is the serial number
        return next((n.name for n in sorted(_VOLUMES.iterdir()) if n.stat().st_rdev == device), "")
    return ""


if sys.platform == "win32":
    import winreg

    def _system() -> str:
        """What Windows called itself when it was installed."""
        place = (winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography")
        with (
            suppress(OSError),
            winreg.OpenKey(*place, access=winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key,
        ):
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        return ""

else:

    def _system() -> str:
        """What Linux called itself when it was installed."""
        with suppress(OSError, UnicodeDecodeError):
            return Path("/etc/machine-id").read_text(encoding="ascii").strip()
        return ""
