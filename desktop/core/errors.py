"""The three faces of an error. Everything else is a bug of ours."""

from collections.abc import Iterable

from desktop.core.problems import Problem, refusals


class Refused(Exception):
    """What was typed cannot be taken; the form marks the fields."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(p.sentence for p in self.problems))

    @property
    def code(self) -> str:
        return self.problems[0].code


class Trouble(Exception):
    """The world is in the way (disk full, file open elsewhere, stick pulled out): a sentence and what to do."""

    def __init__(self, sentence: str, what_to_do: str = "", *, code: str = "trouble") -> None:
        self.sentence, self.what_to_do, self.code = sentence, what_to_do, code
        self.details: dict[str, object] = {}  # what --json tells besides the sentence
        super().__init__(f"{sentence}。{what_to_do}" if what_to_do else sentence)


class Cancelled(Exception):
    """The clerk asked to stop; nothing to say."""


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise `Refused` with all of `problems` when one of them is a refusal."""
    problems = list(problems)
    if refusals(problems):
        raise Refused(problems)
