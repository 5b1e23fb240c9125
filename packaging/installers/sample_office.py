"""The sample office that both proofs open, and what must not happen to it."""

import json
import shutil
import sys
from pathlib import Path

from installers import looking
from installers.common import (
    CACHE,
    PACKAGING,
    ROOT,
    BuildError,
    digest_of,
    files_under,
    is_done,
    mark_done,
    python,
    run,
    sha256,
    step,
)
from installers.screen import Screen

TITLE = "一牌一册"
LOGIN = "登录"
OFFICE = "里则街道"
PASSWORD = "yipaiyice"  # said in README: the sample holds invented people only
FIRST = "2-first-page.png"
_NUMBER = "number.txt"
# A password opens only on the PC on which it was set (desktop/core/keys.py), unless that PC could keep no secret.
_BOUND_TO_NO_PC = {"XDG_STATE_HOME": "/dev/null"}
EXCHANGE = 5  # places below 今日 in the menu


def office() -> Path:
    """The sample office, made once by the program itself."""
    folder = CACHE / "demo"
    wanted = digest_of([ROOT / "desktop", ROOT / "resources/codes", ROOT / "resources/areas"])
    if not is_done(folder, wanted):
        with step("sample office"):
            for left in (folder, folder.with_name("demo.part")):
                shutil.rmtree(left, ignore_errors=True)
            run([python(), "-m", "desktop", "demo", folder], env=_BOUND_TO_NO_PC)
            run([python(), __file__, folder], env={**_BOUND_TO_NO_PC, "PYTHONPATH": f"{ROOT}:{PACKAGING}"})
            mark_done(folder, wanted)
    return folder


def _note_number(folder: Path) -> None:
    """The number of one household: typed into the search it finds that one and no other."""
    from desktop import start
    from desktop.features.register import api as register

    with start.opened(folder, "admin", PASSWORD) as running, running.db.reader(running.actor) as reader:
        number = register.household_lines(reader, register.household_ids(reader)[:1])[0].number
    (folder / _NUMBER).write_text(number)


def put_office(target: Path) -> None:
    """The township's office of the sample, as if it had been worked on here."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(office(), target, ignore=shutil.ignore_patterns("products", ".made-from", _NUMBER))


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): sha256(path) for path in files_under(folder)}


def check_selftest(result: Path) -> None:
    """Every line of what --selftest wrote must be ok. Raises BuildError naming those that are not."""
    if not result.is_file():
        raise BuildError("--selftest wrote nothing")
    found = json.loads(result.read_text(encoding="utf-8"))
    bad = [f"{name}: {check['said']}" for name, check in found["checks"].items() if not check["ok"]]
    if bad or not found["checks"]:
        raise BuildError("--selftest: " + "; ".join(bad))
    print("   " + ", ".join(found["checks"]) + ": ok")


def bundle() -> Path:
    """A bundle that the office wrote for its county."""
    return next(p for p in sorted((office() / "products/stick").glob("*.hhb")) if "enrol" not in p.name)


def log_in(screen: Screen, pictures: Path, shown: str) -> str:
    """Type the password, and take a picture of what is shown then; the window of the office."""
    login = screen.wait_for(LOGIN)
    screen.settled(pictures / "1-login.png")
    for attempt in range(3):
        screen.focus(login)
        if attempt:
            # Typed keys may have gone astray on a busy machine: start over.
            screen.key("ctrl+a", "BackSpace")
        screen.type(PASSWORD)
        screen.key("Return")
        if screen.until(lambda: screen.windows(OFFICE), 90):
            break
    window = screen.wait_for(OFFICE, 5)
    screen.until(
        lambda: looking.mark(screen.shot(pictures / shown)), 60
    )  # a window is there before it is painted
    screen.settled(pictures / shown)
    return window


def click_through(screen: Screen, pictures: Path) -> None:
    """Log in, find a household by its number, open it, look at it. The window is left open."""
    window, number = log_in(screen, pictures, FIRST), (office() / _NUMBER).read_text()
    household = pictures / "4-household.png"
    # The first time the program tells that this data comes from another PC; that closes like everything else.
    for _ in range(4):
        screen.focus(window)
        screen.key("Escape", "ctrl+k")
        screen.type(number)
        screen.settled(pictures / "3-search.png")
        screen.key("Return")
        if screen.until(lambda: looking.code(screen.shot(household)) == number, 15):
            print(f"   logged in, the page of household {number} is open, see {pictures.name}")
            return
    raise BuildError(f"no household opened, see {pictures}")


def reads_bundle(screen: Screen, pictures: Path) -> None:
    """After `click_through`, in a program that was started by opening a bundle: the log-in leads to the exchange."""
    shown = pictures / "5-bundle.png"
    log_in(screen, pictures, shown.name)
    if not screen.until(lambda: looking.place(pictures / FIRST, screen.shot(shown)) == EXCHANGE, 60):
        raise BuildError(f"the opened bundle did not lead to the exchange, see {pictures}")
    screen.settled(shown)


def leave(screen: Screen) -> None:
    """Close the window as a clerk does. Raises BuildError when it stays."""
    for _ in range(3):
        for window in screen.windows(OFFICE):
            screen.focus(window)
            screen.key("alt+F4")
        if screen.until(lambda: not screen.windows(OFFICE), 20):
            return
    raise BuildError("the window did not close")


if __name__ == "__main__":
    _note_number(Path(sys.argv[1]))
