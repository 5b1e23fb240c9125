"""The office of this database, its users and its places."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from desktop.core import areas
from desktop.core.db import local
from desktop.core.db.log_tables import EntryRow, StreamRow
from desktop.core.db.unit import Reader, Unit
from desktop.features.office.model import Level, Office, Place, User, UserDraft
from desktop.features.office.tables import PlaceRow, UserRow


def put_office(connection: Connection, office: Office) -> None:
    local.put(connection, {"office": [office.key, office.name, office.level.value]})


def office(reader: Reader) -> Office:
    key, name, level = local.get(reader.connection, "office")
    return Office(key, name, Level(level))


def add_user(unit: Unit, user: User, region: str) -> None:
    unit.add(
        UserRow,
        region,
        id=user.id,
        login=user.login,
        name=user.name,
        roles=" ".join(user.roles),
        prefix=user.prefix,
    )


def change_user(unit: Unit, user_id: bytes, draft: UserDraft) -> None:
    """The login stays: the log knows the user by it."""
    unit.change(UserRow, user_id, name=draft.name.strip(), roles=" ".join(draft.roles), prefix=draft.prefix)


def set_alive(unit: Unit, user_id: bytes, alive: bool) -> None:
    unit.change(UserRow, user_id, alive=alive)


def users(connection: Connection, region: str) -> list[User]:
    """All users of this office, this PC's first, also those who were stopped; other offices' users travel in bundles
    too."""
    # The author of the entry that made a user is proved by its signature, so no bundle can claim a user of this PC.
    made_here = _is_own(connection)
    found = connection.execute(
        select(UserRow.__table__, EntryRow.hlc, made_here.label("made_here"))
        .join(EntryRow, EntryRow.eid == UserRow.id)
        .join(StreamRow, StreamRow.id == EntryRow.stream)
        .where(UserRow.region == region)
        .order_by(made_here.desc(), UserRow.alive.desc(), UserRow.login)
    ).all()
    # Made again after an older backup was restored, and then the first one came back in a bundle: the password beside
    # the database is the newest one's.
    owners = {r.login: r.id for r in sorted(found, key=lambda r: int(r.hlc)) if r.made_here}
    return [
        User(r.id, r.login, r.name, tuple(r.roles.split()), r.prefix, r.alive, owners.get(r.login) == r.id)
        for r in found
    ]


def _is_own(connection: Connection) -> ColumnElement[bool]:
    """Written by this PC: under its present name, or under one that it had before it was enrolled anew (sync.md 2.9).
    What another PC went on writing under that name does not count."""
    own = StreamRow.node == local.own_id(connection)
    formers = local.get(connection, "formers", [])
    return or_(own, *(and_(StreamRow.node == node, EntryRow.hlc <= hlc) for node, hlc in formers))


def users_here(connection: Connection, region: str) -> list[User]:
    """The users who log in on this PC; no two of them have the same login."""
    return [u for u in users(connection, region) if u.is_here]


def user_names(connection: Connection, ids: Collection[bytes]) -> dict[bytes, str]:
    found = connection.execute(select(UserRow.id, UserRow.name).where(UserRow.id.in_(list(ids))))
    return {row: name for row, name in found}


def user(connection: Connection, login: str, region: str) -> User | None:
    """The user of that login on this PC, unless stopped."""
    found = [u for u in users_here(connection, region) if u.login == login and u.alive]
    return found[0] if found else None


def proposed_places(reader: Reader, prefix: str) -> list[Place]:
    """The places without a published code that this office or one below it proposed."""
    found = reader.connection.execute(
        select(PlaceRow.key, PlaceRow.name, PlaceRow.level, PlaceRow.parent, PlaceRow.code)
        .where(PlaceRow.key.startswith(prefix), PlaceRow.alive)
        .order_by(PlaceRow.key, PlaceRow.id)
    )
    return [Place(r.key, r.name, r.level, r.parent, r.code or "") for r in found]


def given_names(connection: Connection) -> dict[str, str]:
    """The names that offices gave to places without a published code, by key; the first one counts."""
    wanted = select(PlaceRow.key, PlaceRow.name).where(PlaceRow.alive).order_by(PlaceRow.id.desc())
    return {row.key: row.name for row in connection.execute(wanted)}


def add_place(unit: Unit, place: Place, region: str, since: str) -> None:
    unit.add(
        PlaceRow,
        region,
        key=place.key,
        parent=place.parent,
        name=place.name,
        level=place.level,
        since=since,
    )


def published(parent: str) -> list[Place]:
    """The places directly below `parent` in the divisions that ship with the program."""
    return [Place(a.code, _spoken(a), a.level, parent, a.code) for a in areas.children(parent)]


def _spoken(area: areas.Area) -> str:
    """Villages are called by their own name, not by their committee's."""
    return areas.short_village(area.name) if area.level == Level.VILLAGE else area.name
