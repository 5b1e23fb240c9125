"""Heads, gaps and what another lacks: a lost, late or repeated stick costs bytes and nothing else."""

from dataclasses import replace
from pathlib import Path

from desktop.core.db import entries
from desktop.features.sync import api as sync
from desktop.features.sync import vectors, writer
from desktop.features.sync.model import PieceKind, StreamVector, Vector
from desktop.features.sync.vectors import Lack, Scope
from desktop.features.sync.writer import Source
from tests.features.sync.exchange_maker import VILLAGE, Author, Office, bring, bundle
from tests.features.sync.test_both_ways import down
from tests.office_maker import add_household

SCOPE = Scope("371602012")


def runs(author: Author, *cuts: tuple[int, int]) -> list[Source]:
    """What the author said, sealed in these pieces."""
    return [replace(author, said=author.said[a:b]).segment() for a, b in cuts]


def groups(office: Office, count: int, **more: object) -> Author:
    author = Author(office, **more)  # type: ignore[arg-type]
    for n in range(count):
        author.group(f"{n} 组")
    return author


def given(stick: Path, sender: Office, to: Office, *sources: Source) -> sync.Taken:
    return to.reads(bundle(stick, sender, to, bring(sender), bring(to), *sources))


def vector_of(office: Office, author: Author) -> StreamVector:
    with office.db.engine.connect() as connection:
        key = tuple(author.stream.__getattribute__(n) for n in ("node", "incarnation", "region", "kind"))
        return next(v for v in vectors.own(connection, SCOPE) if v.stream == key)


def lacking(office: Office, *there: StreamVector) -> list[tuple[int, int]]:
    """What of the author's stream goes to one who holds that."""
    with office.db.engine.connect() as connection:
        found: list[Lack] = vectors.lacking(connection, SCOPE, Vector(there))
        own = "SELECT id FROM log_stream WHERE incarnation = ?"
        (stream,) = connection.exec_driver_sql(own, (there[0].stream[1],)).scalars()
    return [(lack.after, lack.last) for lack in found if lack.stream == stream]


def test_a_gap_is_told_and_what_came_later_is_shown_at_once(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices
    author = groups(town, 6)
    first, second, third = runs(author, (0, 2), (2, 4), (4, 6))
    assert given(stick, town, county, first, third).entries == 4
    before = author.hash_of(author.said[3]), 4
    last = author.hash_of(author.said[5]), 6
    seen = vector_of(county, author)
    assert (seen.wants, set(seen.heads)) == ((before,), {last, (author.hash_of(author.said[1]), 2)})
    with county.db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM village_group").scalar() == 4
    assert given(stick, town, county, second).entries == 2
    assert vector_of(county, author) == StreamVector(seen.stream, (last,), ())


def test_only_what_is_in_the_gap_is_sent(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    author = groups(town, 6)
    first, second, third = runs(author, (0, 2), (2, 4), (4, 6))
    given(stick, county, town, first, second, third)
    given(stick, town, county, first, third)
    assert lacking(town, vector_of(county, author)) == [(2, 4)]
    # and really so, on a stick
    down(town, county, stick)
    (written,) = sync.write_bundle(town.db, town.actor, stick)
    county.reads(written.path)
    assert vector_of(county, author).wants == ()


def test_a_head_that_nobody_here_knows_means_everything(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    author = groups(town, 4)
    given(stick, county, town, *runs(author, (0, 2), (2, 4)))
    own = vector_of(town, author)
    assert lacking(town, own) == []
    strange = StreamVector(own.stream, ((bytes(32), 9),))
    assert lacking(town, strange) == [(0, 2), (2, 4)]


def test_part_of_a_run_is_sent_as_the_whole_run(offices: tuple[Office, Office], stick: Path) -> None:
    """Sealed runs are never cut again; what is counted is only the rest."""
    town, county = offices
    author = groups(town, 4)
    given(stick, county, town, *runs(author, (0, 4)))
    half = StreamVector(vector_of(town, author).stream, ((author.hash_of(author.said[1]), 2),))
    assert lacking(town, half) == [(2, 4)]
    later = StreamVector(half.stream, ((author.hash_of(author.said[3]), 4),), half.heads)
    assert lacking(town, later) == [(2, 4)]  # two of the four, whichever they are


def test_both_branches_of_a_cloned_pc_are_kept_and_sent(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    author = groups(town, 2)
    clone = replace(author, said=list(author.said), hlc=author.hlc + (5 << 16))
    author.group("甲")
    clone.group("乙")
    clone.group("丙")
    shared, one, other = *runs(author, (0, 2), (2, 3)), *runs(clone, (2, 4))
    assert given(stick, town, county, shared, one, other).entries == 5
    both = vector_of(county, author)
    assert {seq for _, seq in both.heads} == {3, 4}
    has_one = StreamVector(both.stream, ((author.hash_of(author.said[2]), 3),))
    assert lacking(county, has_one) == [(2, 4)]
    assert lacking(county, both) == []
    with county.db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM village_group").scalar() == 5


def test_a_run_that_overlaps_one_that_is_here(offices: tuple[Office, Office], stick: Path) -> None:
    """A PC restored from an image seals again, in other pieces, what it had sealed before."""
    town, county = offices
    author = groups(town, 6)
    given(stick, town, county, *runs(author, (2, 4)))
    assert given(stick, town, county, *runs(author, (0, 4))).entries == 2
    assert given(stick, town, county, *runs(author, (3, 6))).entries == 2
    assert vector_of(county, author).wants == ()
    assert lacking(county, vector_of(county, author)) == []
    with county.db.engine.connect() as connection:
        loose = "SELECT count(*) FROM log_entry WHERE segment IS NULL AND stream = (SELECT max(id) FROM log_stream)"
        assert connection.exec_driver_sql(loose).scalar() == 0


def test_the_newest_vector_counts_and_a_late_stick_does_not(
    offices: tuple[Office, Office], stick: Path
) -> None:
    town, county = offices

    def said(head: int, serial: int, incarnation: bytes) -> None:
        stream = (town.node.node_id, incarnation, VILLAGE, "data")
        vector = entries.pack(Vector((StreamVector(stream, ((bytes(32), head),)),)))
        piece = writer.small(PieceKind.VECTOR, vector)
        path = bundle(stick, town, county, bring(town), piece, serial=serial, incarnation=incarnation)
        county.reads(path)

    def heard() -> int:
        with county.db.engine.connect() as connection:
            found = vectors.of_peer(connection, town.node.node_id)
        return found.streams[0].heads[0][1] if found else 0

    old, new = b"oldoldol", b"newnewne"
    said(10, 5, old)
    said(9, 4, old)
    assert heard() == 10
    said(3, 1, new)  # restored: it lists less, and that counts
    assert heard() == 3
    said(10, 5, old)  # a stick of before, once more
    assert heard() == 3
    said(4, 2, new)
    assert heard() == 4


def test_a_late_stick_of_an_incarnation_that_ended_is_not_the_newest_word(
    offices: tuple[Office, Office], stick: Path
) -> None:
    """The PC was restored and went on; then a stick comes that it had written before, and that nobody had read."""
    town, county = offices
    old, new, node = b"oldoldol", b"newnewne", town.node.node_id

    def said(incarnation: bytes, serial: int, heads: dict[bytes, int]) -> None:
        streams = [StreamVector((node, i, VILLAGE, "data"), ((bytes(32), n),)) for i, n in heads.items()]
        piece = writer.small(PieceKind.VECTOR, entries.pack(Vector(tuple(streams))))
        county.reads(bundle(stick, town, county, bring(town), piece, serial=serial, incarnation=incarnation))

    def heard() -> dict[bytes, int]:
        with county.db.engine.connect() as connection:
            found = vectors.of_peer(connection, node)
        return {v.stream[1]: v.heads[0][1] for v in found.streams} if found else {}

    said(old, 5, {old: 10})
    said(new, 1, {old: 9, new: 1})
    said(old, 6, {old: 12})  # late
    assert heard() == {old: 9, new: 1}
    said(new, 2, {old: 9, new: 2})
    assert heard() == {old: 9, new: 2}
    # Not late: it knows of the other, so there are two PCs, and what both hold counts.
    said(old, 7, {old: 12, new: 2})
    assert heard() == {new: 2}


def test_of_an_own_run_only_what_the_other_does_not_prove_is_lacking(
    offices: tuple[Office, Office], stick: Path
) -> None:
    """The other's head lies inside a run: an own entry does not say in which run it was sealed, the chain does."""
    town, _ = offices
    for name in ("甲", "乙", "丙"):
        add_household(town.db, town.actor, name)
    town.writes(stick)
    own = "SELECT e.seq, e.hash, e.segment FROM log_entry e JOIN log_stream s ON s.id = e.stream WHERE region = ?"
    with town.db.engine.connect() as connection:
        said = connection.exec_driver_sql(own + " AND s.kind = 'data' ORDER BY seq", (VILLAGE,)).all()
        assert {segment for _, _, segment in said} == {None}
        stream = (town.node.node_id, town.node.incarnation, VILLAGE, "data")
        for seq, hash_, _ in said:
            there = Vector((StreamVector(stream, ((hash_, seq),)),))
            found = vectors.lacking(connection, vectors.Scope(VILLAGE), there)
            assert sum(lack.count for lack in found) == len(said) - seq


def test_a_vector_of_a_million_heads_is_refused(offices: tuple[Office, Office], stick: Path) -> None:
    town, county = offices
    stream = (town.node.node_id, town.node.incarnation, VILLAGE, "data")
    points = tuple((bytes(32), n) for n in range(5_000))
    piece = writer.small(PieceKind.VECTOR, entries.pack(Vector((StreamVector(stream, points),))))
    assert county.reads(bundle(stick, town, county, bring(town), piece)).outcome == "not_trusted"
