"""Search as one types, against a search written once more in plain Python."""

import random
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.core import pinyin
from desktop.core.clock import FixedClock
from desktop.core.db.database import Database
from desktop.core.db.unit import Actor
from desktop.features.office import api as office_api
from desktop.features.register import api as register
from desktop.features.register.search import MOST_WORDS
from tests.features.register.lists import VILLAGE, own_list, read_in, reader
from tests.office_maker import NOON

Office = tuple[Database, Actor]
ALL = 5_000
ODD = (
    "阿依古丽·买买提",
    "欧阳娜娜",
    "单晓",
    "𠮷野",
    "𪚥龘",
    "张秀兰",
    "张秀",
    "李Anna",
    "ᦰᦱ",
    "㐀一",
    "Ünalçelik",
)


@dataclass(frozen=True)
class Someone:
    """Everything that a person is found by."""

    id: bytes
    name: str
    address: str
    numbers: tuple[str, ...]


def bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "Co")


def told(office: Office) -> list[Someone]:
    with reader(office) as found:
        homes = register.households(found, register.household_ids(found))
    return [
        Someone(
            m.id,
            m.name,
            f"{h.village}{h.group}{h.facts.get('address', '')}",
            tuple(
                str(n)
                for n in (m.facts.get("id_number"), m.facts.get("phone"), *m.aliases, h.body, h.facts.get("phone"), *h.aliases)
                if n
            ),
        )
        for h in homes
        for m in h.members
    ]  # fmt: skip


def finds(typed: str, one: Someone) -> bool:
    words = [bare(w) for w in typed.split()][:MOST_WORDS]
    return any(words) and all(found_by(w, one) for w in words if w)


def found_by(word: str, one: Someone) -> bool:
    letters = word.rstrip("0123456789")
    if word.isascii() and word[0].isdigit():
        return any(in_number(word, bare(n)) for n in one.numbers)
    if word.isascii() and word != letters and len(letters) <= 2:
        return any(in_number(w, bare(n)) for n in one.numbers for w in (word, word[len(letters) :]))
    if word.isascii():
        initials = pinyin.initials(one.name).split()
        return any(word in i for i in initials) or any(
            p.startswith(word) for p in pinyin.full(one.name).split()
        )
    return word in bare(one.name) or (len(word) > 1 and word in bare(one.address))


def in_number(word: str, number: str) -> bool:
    if len(word) <= 2:
        return word == number
    birthday = len(number) >= 18 and number[6:].startswith(word)
    return number.startswith(word) or number.endswith(word) or birthday


@pytest.fixture(scope="module")
def searched(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The sample, and some whose names and addresses are out of the ordinary."""
    folder = tmp_path_factory.mktemp("searched")
    shutil.copytree(filled_folder, folder / "office")
    office = office_api.log_in(folder / "office", "admin", "pw", clock=FixedClock(NOON))
    headings = ("村", "户编号", "姓名", "与户主关系", "户联系电话", "住址")
    rows = [
        [VILLAGE, f"{n}", name, "户主", "0543-3218765", f"幸福路{n}号楼-2单元"]
        for n, name in enumerate(ODD, 1)
    ]
    read_in(office, own_list(folder / "a.xlsx", *rows, headings=headings))
    yield office
    office[0].close()


@pytest.fixture(scope="module")
def everybody(searched: Office) -> list[Someone]:
    return told(searched)


def names(office: Office, typed: str) -> list[str]:
    with reader(office) as found:
        return [hit.name for hit in register.search_people(found, typed, ALL)]


CASES = [
    ("张秀", {"张秀兰", "张秀"}), ("秀兰", {"张秀兰"}), ("古丽买", {"阿依古丽·买买提"}), ("古丽·买", {"阿依古丽·买买提"}),
    ("买买提", {"阿依古丽·买买提"}), ("dx", {"单晓"}), ("sx", {"单晓"}), ("cx", {"单晓"}), ("shanxiao", {"单晓"}),
    ("𠮷", {"𠮷野"}), ("𠮷野", {"𠮷野"}), ("𪚥龘", {"𪚥龘"}), ("龘", {"𪚥龘"}), ("㐀", {"㐀一"}), ("ᦱ", {"ᦰᦱ"}), ("ᦰᦱ", {"ᦰᦱ"}),
    ("anna", {"李Anna"}), ("李ａｎｎａ", {"李Anna"}), ("ouyangnana", {"欧阳娜娜"}), ("oynn", {"欧阳娜娜"}),
    ("幸福路 张秀兰", {"张秀兰"}), ("张秀兰 幸福路", {"张秀兰"}), ("3218765 欧阳", {"欧阳娜娜"}), ("0543 欧阳", {"欧阳娜娜"}),
    ("幸福路3号楼", {"单晓"}), ("号楼-2单元 单晓", {"单晓"}), ("路号", set()), ("ÜNAL", {"Ünalçelik"}),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "expected"), CASES)
def test_people_are_found_by(
    searched: Office, everybody: list[Someone], typed: str, expected: set[str]
) -> None:
    found = set(names(searched, typed))
    assert expected <= found
    assert found == {one.name for one in everybody if finds(typed, one)}


TYPED: list[Callable[[random.Random, Someone], str]] = [
    lambda r, one: one.name[:2],
    lambda r, one: one.name[r.randrange(len(one.name)) :],
    lambda r, one: one.name[:1],
    lambda r, one: pinyin.initials(one.name).split()[0][: r.randint(1, 3)],
    lambda r, one: pinyin.initials(one.name).split()[-1],
    lambda r, one: pinyin.full(one.name).split()[0][: r.randint(2, 9)],
    lambda r, one: one.address[(at := r.randrange(len(one.address) - 1)) : at + r.randint(2, 5)],
    lambda r, one: r.choice(one.numbers)[-r.randint(1, 10) :],
    lambda r, one: r.choice(one.numbers)[: r.randint(1, 18)],
    lambda r, one: one.numbers[0][6 : 6 + r.randint(3, 12)],
    lambda r, one: one.numbers[0].lower(),
    lambda r, one: r.choice("yw") + r.choice(one.numbers)[-r.randint(1, 6) :],
    lambda r, one: f"{one.address[:2]} {one.name[0]}",
    lambda r, one: f"{pinyin.initials(one.name).split()[0]} {one.numbers[-1][-4:]} {one.address[-3:]}",
    lambda r, one: "".join(r.sample(one.name + one.address, 3)),
    lambda r, one: str(r.randrange(10 ** r.randint(1, 6))),
]


@pytest.mark.parametrize("way", range(len(TYPED)))
def test_the_index_finds_whom_plain_python_finds(
    searched: Office, everybody: list[Someone], way: int
) -> None:
    chance = random.Random(way)
    with reader(searched) as found:
        for _ in range(25):
            typed = TYPED[way](chance, chance.choice(everybody))
            hits = {hit.person for hit in register.search_people(found, typed, ALL)}
            assert hits == {one.id for one in everybody if finds(typed, one)}, typed


@pytest.mark.parametrize(
    "typed",
    ['"', '""', "*", "张*", '张" OR "', "AND", "OR NOT", "NEAR(张 秀)", "-张", "张 -秀", "^张", "(", "a:b", "tokens:张",
     "%", "_", "张%", "张_", "\\", "'", "；DROP", "\x00", "张\x00秀", "\ud800", "{}", "+", "…", "　", " ", "", "\n", "½", "١٢٣",
     "a" * 5000, "张" * 5000, "1" * 5000, "张 " * 500, "x1 " * 500],
)  # fmt: skip
def test_whatever_is_typed_never_raises(searched: Office, everybody: list[Someone], typed: str) -> None:
    with reader(searched) as found:
        hits = {hit.person for hit in register.search_people(found, typed, ALL)}
        register.household_ids(found, typed)
        register.by_number(found, typed)
    assert hits == {one.id for one in everybody if finds(typed, one)}


def test_a_person_taken_out_or_renamed_is_found_no_more(filled: Office) -> None:
    db, actor = filled
    with reader(filled) as found:
        home = next(
            h for h in register.households(found, register.household_ids(found)[:50]) if len(h.members) > 2
        )
    second, third = home.members[1:3]
    with db.unit(actor, "改") as unit:
        register.change_person(unit, home.id, second.id, {"name": "改了名"})
        register.remove_person(unit, home.id, third.id)
    with reader(filled) as found:
        for m in (second, third):
            assert m.id not in [hit.person for hit in register.search_people(found, m.name, ALL)]
        assert [hit.person for hit in register.search_people(found, "改了名")] == [second.id]


def test_the_list_filters_by_the_same_words(searched: Office, everybody: list[Someone]) -> None:
    with reader(searched) as found:
        for typed in ("张", "蔡园 张", "zx", "1组", "0031", "没有这个人"):
            homes = register.households(found, register.household_ids(found, typed))
            expected = {one.id for one in everybody if finds(typed, one)}
            assert {m.id for h in homes for m in h.members} >= expected
            assert all(expected & {m.id for m in h.members} for h in homes)


def test_a_hit_tells_name_and_address(searched: Office) -> None:
    with reader(searched) as found:
        (hit,) = register.search_people(found, "买买提")
    assert (hit.name, hit.address) == ("阿依古丽·买买提", f"{VILLAGE}幸福路1号楼-2单元")
