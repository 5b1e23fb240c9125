"""Both frozen programs are made of the versions that the tests ran on."""

import re

import pytest
from installers import locks
from installers.common import PACKAGING

PIN = re.compile(r"^([\w.-]+)==([^\s\\]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    found = PIN.findall((PACKAGING / name).read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


@pytest.mark.parametrize("system", ["windows", "linux"])
def test_the_lock_of_a_frozen_program_agrees_with_the_programs_own(system: str) -> None:
    """When this fails, `make package-lock` writes the lock files again."""
    locked = pins(locks.LOCKS[system].name)
    assert pins("requirements.txt").items() <= locked.items()
    asked = pins("requirements-freeze.in")
    if system == "linux":
        asked = {name: asked[name] for name in asked if name in locked}
    assert asked.items() <= locked.items()
    assert "pyinstaller" in locked


@pytest.mark.parametrize("system", ["windows", "linux"])
def test_every_pin_has_exactly_one_hash(system: str) -> None:
    text = locks.LOCKS[system].read_text(encoding="utf-8")
    assert len(PIN.findall(text)) == text.count("--hash=sha256:")
