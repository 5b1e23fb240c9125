"""Code lists: names, what else means them, searching."""

import pytest

from desktop.core import resources
from desktop.core.codes import _synonyms, codes

LISTS = sorted(p.stem for p in resources.path("codes").glob("*.csv") if p.stem != "synonyms")


@pytest.mark.parametrize("name", LISTS)
def test_every_code_and_name_means_itself(name: str) -> None:
    for entry in codes(name).entries:
        assert codes(name).code(entry.code) == entry.code
        assert codes(name).code(entry.name) == entry.code
        assert codes(name).name(entry.code) == entry.name


def test_all_lists_of_the_register_are_there() -> None:
    wanted = {"jdlk_relation", "jdlk_education", "jdlk_health", "jdlk_labour", "jdlk_political", "jdlk_student_status",
              "gbt2261_1_sex", "gbt3304_ethnic", "poverty_cause", "monitor_class", "monitor_risk",
              "risk_removal_mode", "house_safety_level", "assistance_measure"}  # fmt: skip
    assert wanted <= set(LISTS)


def test_synonyms_lead_to_codes_and_hide_no_name() -> None:
    for name, synonyms in _synonyms().items():
        names = {entry.name for entry in codes(name).entries}
        assert not names & set(synonyms)
        assert all(code == "" or code in codes(name) for code in synonyms.values())


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("gbt3304_ethnic", "汉", "01"), ("gbt3304_ethnic", "汉族", "01"), ("gbt3304_ethnic", " 维吾尔 ", "05"),
        ("gbt2261_1_sex", "男", "1"), ("gbt2261_1_sex", "女性", "2"), ("gbt2261_1_sex", "１", "1"),
        ("jdlk_relation", "本人", "R01"), ("jdlk_relation", "妻", "R02"), ("jdlk_relation", "长子", "R03"),
        ("jdlk_relation", "女儿", "R04"), ("jdlk_relation", "之 儿媳", "R05"), ("jdlk_relation", "r01", "R01"),
        ("jdlk_health", "慢性病", "H02"), ("jdlk_labour", "弱劳动力", "L03"),
        ("jdlk_student_status", "初二", "S05"), ("jdlk_student_status", "非在校生", ""),
        ("house_safety_level", "D级", "D"), ("poverty_cause", "缺劳动力", "C08"),
    ],
)  # fmt: skip
def test_what_a_list_may_say(name: str, text: str, code: str) -> None:
    assert codes(name).code(text) == code


@pytest.mark.parametrize("text", ["", "远亲", "子女", "孙子女", "R99", "户", "3"])
def test_what_is_not_known_is_not_guessed(text: str) -> None:
    assert codes("jdlk_relation").code(text) is None


def found(name: str, text: str) -> list[str]:
    return [entry.name for entry in codes(name).search(text)]


def test_search() -> None:
    assert found("gbt3304_ethnic", "hz")[0] == "汉族"
    assert found("gbt3304_ethnic", "01") == ["汉族"]
    assert found("jdlk_relation", "zhizi")[0] == "之子"
    assert found("jdlk_relation", "nv")[0] == "之女"
    assert found("jdlk_relation", "R03") == ["之子"]
    assert "之外孙女" in found("jdlk_relation", "孙女")
    assert found("jdlk_relation", "没有") == []
    assert len(found("jdlk_relation", "")) == 28


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert codes("jdlk_relation").name("R99") == "R99"


def test_lists_are_read_once() -> None:
    assert codes("jdlk_relation") is codes("jdlk_relation")


def test_an_unknown_list_is_our_mistake() -> None:
    with pytest.raises(FileNotFoundError):
        codes("no_such_list")
