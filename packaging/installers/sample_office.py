"""The sample office that both proofs open, and what must not happen to it."""

import json
import shutil
from pathlib import Path

from installers.common import (
    CACHE,
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
from installers.screen import Screen, difference

TITLE = "一牌一册"
LOGIN = "登录"
OFFICE = "里则街道"
PASSWORD = "yipaiyice"  # said in README: the sample holds invented people only
_NUMBER = "number.txt"
LEAST_CHANGE = 0.05  # a household's page differs from the first page in more than this part of the pixels


def office() -> Path:
    """The sample office, made once by the program itself."""
    folder = CACHE / "demo"
    wanted = digest_of([ROOT / "desktop", ROOT / "resources/codes", ROOT / "resources/areas"])
    if not is_done(folder, wanted):
        with step("sample office"):
            for left in (folder, folder.with_name("demo.part")):
                shutil.rmtree(left, ignore_errors=True)
            run([python(), "-m", "desktop", "demo", folder])
            (folder / _NUMBER).write_text(_a_number(folder))
            mark_done(folder, wanted)
    return folder


def _a_number(folder: Path) -> str:
    """The number of one household: typed into the search it finds that one and no other."""
    from desktop import start
    from desktop.features.register import api as register

    with start.opened(folder, "admin", PASSWORD) as running, running.db.reader(running.actor) as reader:
        return register.household_lines(reader, register.household_ids(reader)[:1])[0].number


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


def click_through(screen: Screen, pictures: Path) -> None:
    """Log in, find a household by its number, open it, look at it. The window is left open."""
    login = screen.wait_for(LOGIN)
    screen.settled(pictures / "1-login.png")
    for attempt in range(3):
        screen.focus(login)
        if attempt:
            # Typed keys may have gone astray on a busy machine: start over.
            screen.key("ctrl+a", "BackSpace")
        screen.type(PASSWORD)
        screen.key("Return")
        if screen.until(lambda: screen.windows(OFFICE), 40):
            break
    window, number = screen.wait_for(OFFICE, 5), (office() / _NUMBER).read_text()
    first = screen.settled(pictures / "2-first-page.png")
    for _ in range(3):
        screen.focus(window)
        screen.key("Escape", "ctrl+k")
        screen.type(number)
        screen.settled(pictures / "3-search.png")
        screen.key("Return")
        changed = difference(first, screen.settled(pictures / "4-household.png"))
        if changed > LEAST_CHANGE:
            print(
                f"   logged in, a household is open ({changed:.0%} of the screen changed), see {pictures.name}"
            )
            return
    raise BuildError(f"no household opened, see {pictures}")


def leave(screen: Screen) -> None:
    """Close the window as a clerk does. Raises BuildError when it stays."""
    for _ in range(3):
        for window in screen.windows(OFFICE):
            screen.focus(window)
            screen.key("alt+F4")
        if screen.until(lambda: not screen.windows(OFFICE), 20):
            return
    raise BuildError("the window did not close")
