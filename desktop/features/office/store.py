"""The office of this database, its users and its places."""

from sqlalchemy import Connection, select

from desktop.core import areas
from desktop.core.db import local
from desktop.core.db.unit import Reader, Unit
from desktop.features.office.model import Level, Office, Place, User
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


def user(connection: Connection, login: str, region: str) -> User | None:
    """The user of that login in this office; other offices' users travel in bundles too."""
    found = connection.execute(
        select(UserRow.id, UserRow.login, UserRow.name, UserRow.roles, UserRow.prefix).where(
            UserRow.login == login, UserRow.region == region, UserRow.alive
        )
    ).first()
    return (
        User(found.id, found.login, found.name, tuple(found.roles.split()), found.prefix) if found else None
    )


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
