"""What can be called and what cannot."""

import pytest

from desktop.core.telephones import is_telephone


@pytest.mark.parametrize(
    "text", ["13800000001", "138 0000 0001", "0543-3162000", "05433162000", "3162000", "010-61234567"]
)
def test_mobiles_and_fixed_lines(text: str) -> None:
    assert is_telephone(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "138",
        "1380000000",
        "138000000011",
        "12800000001",
        "1162000",
        "电话",
        "１３８００００００01",
        "110",
    ],
)
def test_what_nobody_can_call(text: str) -> None:
    assert not is_telephone(text)
