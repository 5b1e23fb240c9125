"""No cycles are searched for while bulk work is done, and again afterwards, whatever happened."""

import gc

import pytest

from desktop.core.gc_pause import gc_paused


def test_the_search_is_off_inside_and_on_afterwards() -> None:
    with gc_paused(), gc_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_on_again_after_an_error() -> None:
    with pytest.raises(ValueError), gc_paused():
        raise ValueError
    assert gc.isenabled()
