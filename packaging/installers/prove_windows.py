"""Installs, runs, updates and removes the Windows program in a new Wine prefix. This is not Windows: see RELEASE.md."""

import shutil
from collections.abc import Callable
from pathlib import Path

from installers import sample_office
from installers.common import CACHE, NAME, OUT, BuildError, fresh, step, version
from installers.screen import Screen
from installers.windows import BUNDLE, make_installer
from installers.wine import BUILD, Prefix, windows_path

OLDER = "0.0.1"
UNINSTALL = rf"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\{NAME}"
TOO_OLD, TOO_OLD_STATUS, RUNNING_STATUS, NEWER_STATUS = "17134", 3, 4, 5
PICTURES = OUT / "windows"


class Proof:
    """One Windows, from the first installation to the removal."""

    def __init__(self, installer: Path) -> None:
        self.newer, self.older = installer, _older_installer()
        self.prefix = Prefix(CACHE / "prefix-proof").make()
        self.program = self.prefix.drive / f"Program Files/{NAME}"
        self.data = self.prefix.drive / f"ProgramData/{NAME}/office"

    def run_all(self) -> None:
        steps: list[tuple[str, Callable[[], None]]] = [
            ("refuses a Windows that is too old", self.refuses_old_windows),
            ("installs silently", self.installs),
            ("self-test of the installed program", self.tests_itself),
            ("a clerk logs in and opens a household", self.is_clicked),
            ("a bundle that is opened leads to the exchange", self.opens_bundle),
            ("an update keeps the data", self.updates),
            ("an older installer does not replace a newer program", self.refuses_downgrade),
            ("removal keeps the data", self.is_removed),
            ("removal takes the data along when asked", self.is_removed_with_data),
        ]
        try:
            for title, prove in steps:
                with step("Wine: " + title):
                    prove()
        finally:
            self.prefix.stop()

    def refuses_old_windows(self) -> None:
        self.prefix.say_build(TOO_OLD)
        self._install(self.newer, TOO_OLD_STATUS)
        with Screen() as screen:
            started = self.prefix.start(["wine", windows_path(self.newer)], CACHE / "setup.log", screen.name)
            box = screen.wait_for(sample_office.TITLE)
            screen.settled(PICTURES / "0-too-old.png")
            for _ in range(5):
                screen.focus(box)
                screen.key("Return")
                if screen.until(lambda: started.poll() is not None, 10):
                    break
            expect(
                started.poll() == TOO_OLD_STATUS,
                "the sentence about the old Windows did not end the installer",
            )
        expect(not self.program.exists(), "something was copied onto a Windows that is too old")
        self.prefix.say_build(BUILD)

    def installs(self) -> None:
        self._install(self.older)
        expect(self.prefix.query(UNINSTALL, "DisplayVersion") == OLDER, "the version is not in the registry")
        expect(len(self._shortcuts()) == 2, "there are not two shortcuts")
        expect(self.data.is_dir(), "there is no folder for the data of all accounts")
        command = self.prefix.query(rf"HKLM\Software\Classes\{NAME}.bundle\shell\open\command", "")
        expect(f'{NAME}.exe" "%1"' in command, ".hhb files do not open with the program")

    def tests_itself(self) -> None:
        result = CACHE / "selftest-windows.json"
        result.unlink(missing_ok=True)
        self.prefix.run(["wine", self._exe(), "--selftest", windows_path(result)], check=False)
        sample_office.check_selftest(result)

    def is_clicked(self) -> None:
        sample_office.put_office(self.data)
        with Screen() as screen:
            self.prefix.start(["wine", self._exe()], CACHE / "window.log", screen.name)
            sample_office.click_through(screen, PICTURES)
            self._install(self.newer, RUNNING_STATUS)
            sample_office.leave(screen)
            self.prefix.settle()

    def opens_bundle(self) -> None:
        """By the file itself, as the Explorer does it."""
        bundle = windows_path(sample_office.bundle())
        with Screen() as screen:
            self.prefix.start(["wine", "start", bundle], CACHE / "window.log", screen.name)
            sample_office.reads_bundle(screen, PICTURES)
            sample_office.leave(screen)
            self.prefix.settle()

    def updates(self) -> None:
        left_over = self.program / "_internal/left-over.txt"
        left_over.write_text("of the older version")
        before = sample_office.contents(self.data)
        self._install(self.newer)
        expect(self.prefix.query(UNINSTALL, "DisplayVersion") == version(), "the version did not change")
        expect(not left_over.exists(), "a file of the older version is left")
        expect(sample_office.contents(self.data) == before, "the update touched the data")

    def refuses_downgrade(self) -> None:
        self._install(self.older, NEWER_STATUS)
        expect(
            self.prefix.query(UNINSTALL, "DisplayVersion") == version(), "the older installer went through"
        )

    def is_removed(self) -> None:
        """Also a silent removal that is asked for more than there is."""
        before = sample_office.contents(self.data)
        self.prefix.run(["wine", self._uninstaller(), "/S", "/DELETEDATA"])
        self._expect_removed()
        expect(sample_office.contents(self.data) == before, "the removal touched the data")

    def is_removed_with_data(self) -> None:
        """By hand: the box is ticked, and the question answered with yes."""
        self._install(self.newer)
        with Screen() as screen:
            self.prefix.start(["wine", self._uninstaller()], CACHE / "setup.log", screen.name)
            screen.focus(screen.wait_for(sample_office.TITLE))
            for number, keys in enumerate((["Return"], ["Down", "space"], ["Return"])):
                screen.settled(PICTURES / f"6-removal-{number}.png", 10)
                screen.key(*keys)
            is_asked = screen.until(lambda: len(screen.windows(sample_office.TITLE)) > 1, 60)
            expect(is_asked, "nobody asked before the data went")
            screen.settled(PICTURES / "6-removal-3.png", 10)
            screen.key("alt+y")
            screen.until(lambda: not self.program.exists(), 120)
            screen.until(lambda: self._is_closed(screen), 120)
            self._expect_removed()
        expect(not self.data.parent.exists(), "the data is still there")

    def _is_closed(self, screen: Screen) -> bool:
        """The last page stays until somebody presses its button."""
        if screen.windows(sample_office.TITLE):
            screen.key("Return")
        return not screen.windows(sample_office.TITLE)

    def _install(self, installer: Path, status: int = 0) -> None:
        done = self.prefix.run(["wine", windows_path(installer), "/S"], check=False)
        expect(done.returncode == status, f"the installer ended with {done.returncode} instead of {status}")

    def _expect_removed(self) -> None:
        self.prefix.settle()  # an uninstaller works as a copy of itself
        left = [str(path.relative_to(self.prefix.drive)) for path in [self.program] if path.exists()]
        expect(not left + [p.name for p in self._shortcuts()], "the removal left files")
        expect(not self.prefix.query(UNINSTALL, "DisplayVersion"), "the removal left its registry key")

    def _exe(self) -> str:
        return rf"C:\Program Files\{NAME}\{NAME}.exe"

    def _uninstaller(self) -> str:
        return rf"C:\Program Files\{NAME}\uninstall.exe"

    def _shortcuts(self) -> list[Path]:
        public, start = self.prefix.drive / "users/Public/Desktop", self.prefix.drive / "ProgramData"
        return [*public.glob("*.lnk"), *start.rglob("一牌一册*.lnk")]


def expect(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise BuildError(otherwise)


def _older_installer() -> Path:
    """The same program under an older number, packed quickly."""
    return make_installer(BUNDLE, OLDER, fresh(CACHE / "older"), "zlib")


def prove(installer: Path) -> None:
    shutil.rmtree(PICTURES, ignore_errors=True)
    Proof(installer).run_all()
