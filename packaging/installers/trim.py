"""What of Qt and of the libraries the frozen program does not need: used by app.spec, proved by the self-test."""

from collections.abc import Callable, Iterable, Sequence

Entry = tuple[
    str, str, str
]  # name in the bundle, source, kind: as PyInstaller's tables of contents have them

# Of every kind of plugin only these stay; a kind that is not named here goes.
PLUGINS = {
    "platforms": {"qwindows", "qoffscreen", "qxcb"},
    "iconengines": {"qsvgicon"},
    "imageformats": {"qico", "qjpeg", "qsvg"},
    "printsupport": {"cupsprintersupport"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},
    "platformthemes": {"qxdgdesktopportal"},
}
TRANSLATIONS = {"qtbase_zh_CN.qm"}
# Modules that libraries import when they happen to be there, and that nothing here calls.
MODULES = [
    "tkinter", "_tkinter", "unittest", "pydoc", "doctest", "test", "lib2to3", "distutils", "setuptools", "pip",
    "pkg_resources", "numpy", "pandas", "IPython", "matplotlib", "pytest",
    "PIL.ImageTk", "PIL.ImageQt", "PIL._avif", "PIL._webp", "PIL._imagingtk", "PIL._imagingcms", "PIL._imagingmath",
    "sqlite3", "_sqlite3", "alembic.testing", "sqlalchemy.testing",
    "PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets",
    "PySide6.QtTest", "PySide6.QtSql", "PySide6.QtXml", "zstandard.backend_cffi", "zstandard._cffi",
]  # fmt: skip
# Qt loads these by itself only for 3D pictures, which no screen here has.
_LIBRARIES = ("opengl32sw", "d3dcompiler", "libegl", "libglesv2")


def without_needless(entries: Iterable[Entry], imports_of: Callable[[str], Iterable[str]]) -> list[Entry]:
    """The entries that stay: no needless plugin or translation, and of the libraries those that somebody loads.

    `imports_of` gives the names of the libraries that a library asks the system for.
    """
    kept = [entry for entry in entries if _is_wanted(entry[0])]
    optional = {_parts(e[0])[-1].lower(): e for e in kept if _is_library(e)}
    reached: set[str] = set()
    waiting = [e[1] for e in kept if e[2] in ("BINARY", "EXTENSION") and not _is_library(e)]
    while waiting:
        for name in imports_of(waiting.pop()):
            low = _parts(name)[-1].lower()
            if low in optional and low not in reached:
                reached.add(low)
                waiting.append(optional[low][1])
    return [e for e in kept if not _is_library(e) or _parts(e[0])[-1].lower() in reached]


def _is_wanted(name: str) -> bool:
    parts = _parts(name)
    low = parts[-1].lower()
    if "PySide6" not in parts:
        return True
    if "plugins" in parts[:-1]:
        kind = parts[parts.index("plugins") + 1]
        return low.split(".")[0].removeprefix("lib") in PLUGINS.get(kind, set())
    if "translations" in parts:
        return parts[-1] in TRANSLATIONS
    return "qml" not in parts and not low.startswith(_LIBRARIES)


def _is_library(entry: Entry) -> bool:
    """Qt's libraries, and on Linux those of the system: not Python's, not a module, not a plugin, not ctypes' ones."""
    parts = _parts(entry[0])
    low = parts[-1].lower()
    if entry[2] != "BINARY" or "plugins" in parts or low.startswith(("libpython", "python3")):
        return False
    if low.endswith(".pyd") or ".abi3." in low or ".cpython-" in low:
        return False
    of_qt = bool({"PySide6", "shiboken6"} & set(parts[:-1]))
    of_system = len(parts) == 1 and ".so" in low
    return of_qt or of_system


def _parts(name: str) -> Sequence[str]:
    return name.replace("\\", "/").split("/")
