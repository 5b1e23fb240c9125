"""What may hang in public, and what would stay blank."""

from dataclasses import fields, replace

from desktop.features.handbook import rules
from desktop.features.handbook.model import Plaque
from tests.features.handbook.sample import RARE, book, plaque


def test_the_public_plaque_keeps_the_whitelist_and_nothing_else():
    marked = Plaque(**{f.name: f.name for f in fields(Plaque)})
    shown = {f.name for f in fields(Plaque) if getattr(rules.public(marked), f.name)}
    assert shown == rules.PUBLIC
    assert not shown & {"cause", "telephone", "monitor_class"}


def test_the_whitelist_names_real_fields():
    assert {f.name for f in fields(Plaque)} >= rules.PUBLIC


def test_missing_characters_are_listed_by_household_before_printing():
    lost = replace(book(32), visits=(replace(book(32).visits[0], findings="屋顶\ue815漏雨"),))
    worse = replace(book(33), head="李\ue815\ufffd")
    found = rules.missing_characters([book(31, rare=True), lost, worse, plaque()])
    assert found == [("y0120032", "\ue815"), ("y0120033", "\ue815"), ("y0120033", "\ufffd")]


def test_rare_characters_that_a_font_has_are_not_listed():
    assert rules.missing_characters([replace(book(), head=RARE)]) == []
