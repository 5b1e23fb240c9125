"""Builds resources/pinyin.txt, every reading of every character, from pypinyin: `python packaging/make_pinyin.py`

pypinyin itself takes 200 ms to import, because its phrases come along; the program needs the characters only.
Lines: "li 里利…" first readings, "+li …" other readings, "!shan 单" how a surname is read.
"""

import unicodedata
from collections import defaultdict
from pathlib import Path

from pypinyin.pinyin_dict import pinyin_dict

TARGET = Path(__file__).resolve().parents[1] / "resources" / "pinyin.txt"

# What a character is called as a surname, where that is not its commonest reading.
SURNAMES = """
单 shan|曾 zeng|仇 qiu|解 xie|查 zha|区 ou|朴 piao|盖 ge|缪 miao|尉 yu|覃 qin|任 ren|种 chong|黑 he|员 yun|折 she|乐 yue
秘 bi|翟 zhai|葛 ge|阚 kan|郗 xi|召 shao|祭 zhai|繁 po|费 fei|车 che|宓 mi|谌 chen|晁 chao|洗 xian|隗 wei|郇 xun|令 ling
兴 xing|哈 ha|宁 ning|华 hua|万 wan|卜 bu|冼 xian|逄 pang|石 shi|会 gui|适 kuo|贾 jia|佴 nai|芮 rui|逯 lu|句 gou
"""


def plain(reading: str) -> str:
    """Without the tone; ü is typed v."""
    letters = unicodedata.normalize("NFD", reading.strip()).replace("u\u0308", "v")
    return "".join(c for c in letters if not unicodedata.combining(c))


def surnames() -> dict[str, str]:
    pairs = [pair.split() for pair in SURNAMES.replace("\n", "|").split("|") if pair]
    return {char: reading for char, reading in pairs}


def lines() -> list[str]:
    first, others = defaultdict(list), defaultdict(list)
    as_surname = surnames()
    for number, text in sorted(pinyin_dict.items()):
        readings = list(dict.fromkeys(plain(r) for r in text.split(",")))
        if as_surname.get(chr(number), readings[0]) not in readings:
            readings.append(as_surname[chr(number)])
        first[readings[0]].append(chr(number))
        for reading in readings[1:]:
            others[reading].append(chr(number))
    named = [(char, r) for char, r in sorted(as_surname.items()) if char not in first[r]]
    return [
        *(f"{r} {''.join(chars)}" for r, chars in sorted(first.items())),
        *(f"+{r} {''.join(chars)}" for r, chars in sorted(others.items())),
        *(f"!{r} {char}" for char, r in named),
    ]


if __name__ == "__main__":
    TARGET.write_text("\n".join(lines()) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
