"""Finding the village that a workbook or a clerk means, and naming places by their permanent keys."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import Connection

from desktop.core import areas
from desktop.core.db.unit import Reader
from desktop.features.office import store
from desktop.features.office.model import Level, Office, Place

# Published codes of villages lie below 600 (domain.md 2.13); keys that this program gives lie above.
OWN_FIRST, OWN_COUNT = 600, 400


@dataclass
class Places:
    """The places of one office, by key and by name."""

    office: Office
    by_key: dict[str, Place] = field(default_factory=dict)
    _villages: dict[str, dict[str, Place]] = field(default_factory=dict)  # township -> name -> village
    _proposed: dict[tuple[str, str], Place] = field(default_factory=dict)

    def add(self, places: Iterable[Place]) -> None:
        for place in places:
            self.by_key.setdefault(place.key, place)
            if place.level == Level.VILLAGE:
                self._villages.setdefault(place.parent, {}).setdefault(place.name, place)

    def also_called(self, village: Place, name: str) -> None:
        """Lists may write another name for it than the office does."""
        self._villages.setdefault(village.parent, {}).setdefault(name, village)

    def name(self, key: str) -> str:
        """The place's name; for one that is not of this office, the published one, else the key itself."""
        if key in self.by_key:
            return self.by_key[key].name
        return _published_name(key)

    def townships(self) -> list[Place]:
        return [p for p in self.by_key.values() if p.level == Level.TOWNSHIP]

    def villages(self, township: str = "") -> list[Place]:
        """Villages in the order of their keys, of one township or of the whole office."""
        found = [p for p in self.by_key.values() if p.level == Level.VILLAGE]
        return sorted((p for p in found if p.parent == township or not township), key=lambda p: p.key)

    def township_named(self, name: str) -> Place | None:
        """The township of that name; the office's own when it is one and `name` is empty."""
        if self.office.level in (Level.TOWNSHIP, Level.VILLAGE):
            own = self.by_key[self.office.key[:9] + "000"]
            # An office may call itself 里则; the lists keep writing the published name.
            names = {own.name, _published_name(own.key)}
            return own if not name or any(_means(name, known) for known in names) else None
        exact = [p for p in self.townships() if _without_office(p.name) == _without_office(name)]
        found = exact or [p for p in self.townships() if name and _means(name, p.name)]
        return found[0] if len(found) == 1 else None

    def village_named(self, township: str, name: str) -> Place | None:
        """The village that a list means by a name; None when there is none, or more than one could be meant."""
        known = self._villages.get(township, {})
        found = areas.best_village(name, known)
        # what was only proposed must bear the very name: 东风村 and 东风社区 of one list are two
        return known[found] if found else self._proposed.get((township, _said(name)))

    def is_own(self, village: str) -> bool:
        """Whether a list means the village whose office this is: by the office's own name, or the published one."""
        names = (self.office.name, _published_name(self.office.key))
        return areas.plain_village(village) in {areas.plain_village(name) for name in names}

    def is_ambiguous(self, township: str, name: str) -> bool:
        """Whether several villages of the township bear that bare name (东关村 and 东关社区)."""
        bare = areas.plain_village(name)
        return sum(areas.plain_village(n) == bare for n in self._villages.get(township, {})) > 1

    def propose(self, township: str, name: str) -> Place:
        """A new village of this office, with a key derived from its name: two PCs proposing it give the same one."""
        key = self._free_key(township, _said(name))
        place = self.by_key[key] = Place(key, name.strip(), Level.VILLAGE, township)
        self._proposed[township, _said(name)] = place
        return place

    def _free_key(self, township: str, said: str) -> str:
        first = int.from_bytes(sha256(said.encode()).digest()[:4], "big") % OWN_COUNT
        for step in range(OWN_COUNT):
            key = f"{township[:9]}{OWN_FIRST + (first + step) % OWN_COUNT:03d}"
            if key not in self.by_key:
                return key
        raise ValueError(f"no free village key in {township}")


def _said(name: str) -> str:
    """One name for one place: 东风 of 东风, 东风村 and 东风村委会, 东风社区 of 东风居委会."""
    short = areas.short_village("".join(name.split()))
    return short if short.endswith("社区") else areas.plain_village(name)


def _without_office(name: str) -> str:
    """里则街道 of 里则街道办事处, 里则街道办 and 里则街道人民政府."""
    name = name.removesuffix("人民政府").removesuffix("办事处")
    return name[:-1] if name.endswith("街道办") else name


def _means(written: str, name: str) -> bool:
    """Whether a list that writes 里则, 里则街道办事处 or 滨城区里则街道 means 里则街道."""
    short, full = _without_office(written), _without_office(name)
    return full.startswith(short) or short.endswith(full)


def read_places(reader: Reader) -> Places:
    """All places of the office down to its villages: the shipped divisions, then what was proposed."""
    office = store.office(reader)
    places = Places(office)
    places.add([_own(office)])
    _descend(places, office.key, office.level)
    places.add(store.proposed_places(reader, office.prefix))
    return places


def _own(office: Office) -> Place:
    if office.level is Level.VILLAGE:
        return Place(office.key[:9] + "000", _published_name(office.key[:9] + "000"), Level.TOWNSHIP, "")
    return Place(office.key, office.name, office.level, "", office.key)


def _published_name(key: str) -> str:
    found = areas.area(key)
    if found is None:
        return key
    return areas.short_village(found.name) if found.level == Level.VILLAGE else found.name


def _descend(places: Places, key: str, level: str) -> None:
    if level == Level.VILLAGE:
        parent = key[:9] + "000"
        own = Place(key, places.office.name, Level.VILLAGE, parent, key)
        places.add([own])
        places.also_called(own, _published_name(key))
        return
    below = store.published(key)
    places.add(below)
    if level != Level.TOWNSHIP:
        for place in below:
            _descend(places, place.key, place.level)


@dataclass
class PlaceNames:
    """Names of places for what is shown, kept while one list is made."""

    connection: Connection
    _known: dict[str, str] = field(default_factory=dict)
    _is_read: bool = False

    def of(self, key: str) -> str:
        if not self._is_read:
            # All at once: one question for each village would keep a county's list waiting for seconds.
            self._known, self._is_read = store.given_names(self.connection), True
        if key not in self._known:
            self._known[key] = _published_name(key)
        return self._known[key]
