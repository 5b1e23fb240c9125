"""What stays in the frozen program and what goes."""

from installers import trim

NEEDS = {
    "QtGui.abi3.so": ["libQt6Gui.so.6", "libc.so.6"],
    "libQt6Gui.so.6": ["libQt6Core.so.6", "libglib-2.0.so.0"],
    "libqxcb.so": ["libxcb-cursor.so.0"],
    "libqgtk3.so": ["libgtk-3.so.0"],
}
QT = "PySide6/Qt"
ENTRIES = [
    ("PySide6/QtGui.abi3.so", "QtGui.abi3.so", "EXTENSION"),
    (f"{QT}/lib/libQt6Gui.so.6", "libQt6Gui.so.6", "BINARY"),
    (f"{QT}/lib/libQt6Core.so.6", "libQt6Core.so.6", "BINARY"),
    (f"{QT}/lib/libQt6Quick.so.6", "libQt6Quick.so.6", "BINARY"),
    (f"{QT}/plugins/platforms/libqxcb.so", "libqxcb.so", "BINARY"),
    (f"{QT}/plugins/platformthemes/libqgtk3.so", "libqgtk3.so", "BINARY"),
    (f"{QT}/plugins/sqldrivers/libqsqlite.so", "libqsqlite.so", "BINARY"),
    (f"{QT}/qml/QtQuick/libx.so", "libx.so", "BINARY"),
    (f"{QT}/translations/qtbase_zh_CN.qm", "a.qm", "DATA"),
    (f"{QT}/translations/qtbase_de.qm", "b.qm", "DATA"),
    ("libxcb-cursor.so.0", "libxcb-cursor.so.0", "BINARY"),
    ("libglib-2.0.so.0", "libglib-2.0.so.0", "BINARY"),
    ("libgtk-3.so.0", "libgtk-3.so.0", "BINARY"),
    ("libpython3.11.so.1.0", "libpython3.11.so.1.0", "BINARY"),
    ("pypdfium2_raw/libpdfium.so", "libpdfium.so", "BINARY"),
    ("resources/app.svg", "app.svg", "DATA"),
]


def kept(entries: list[trim.Entry]) -> set[str]:
    return {e[1] for e in trim.without_needless(entries, lambda path: NEEDS.get(path, []))}


def test_only_what_somebody_loads_stays() -> None:
    assert kept(ENTRIES) == {
        "QtGui.abi3.so", "libQt6Gui.so.6", "libQt6Core.so.6", "libqxcb.so", "a.qm", "libxcb-cursor.so.0",
        "libglib-2.0.so.0", "libpython3.11.so.1.0", "libpdfium.so", "app.svg",
    }  # fmt: skip


def test_windows_names_are_judged_alike() -> None:
    entries = [
        ("PySide6\\plugins\\platforms\\qwindows.dll", "qwindows.dll", "BINARY"),
        ("PySide6\\plugins\\tls\\qschannelbackend.dll", "tls.dll", "BINARY"),
        ("PySide6\\opengl32sw.dll", "opengl32sw.dll", "BINARY"),
        ("PySide6\\Qt6Widgets.dll", "Qt6Widgets.dll", "BINARY"),
        ("python313.dll", "python313.dll", "BINARY"),
        ("VCRUNTIME140.dll", "VCRUNTIME140.dll", "BINARY"),
    ]
    assert kept(entries) == {"qwindows.dll", "python313.dll", "VCRUNTIME140.dll"}
