"""What this PC knows of itself: its keys, its incarnation, its counters (table `local`, never synced)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.core import crypto

# By the bare driver: asked dozens of times for every bundle.
_GET = "SELECT value FROM local WHERE name = ?"
_PUT = "INSERT INTO local (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


@dataclass(frozen=True, slots=True)
class Node:
    """One enrolled PC and its present incarnation (sync.md 2.1)."""

    node_id: bytes
    incarnation: bytes
    signing_secret: bytes
    signing_public: bytes
    identity: str
    recipient: str
    others: tuple[str, ...] = ()  # identities of before and after a change of keys

    @property
    def identities(self) -> tuple[str, ...]:
        return (self.identity, *self.others)

    @property
    def fingerprint(self) -> str:
        return crypto.fingerprint(self.signing_public, self.recipient.encode())


def get(connection: Connection, name: str, default: Any = None) -> Any:
    found = connection.exec_driver_sql(_GET, (name,)).scalar()
    return default if found is None else msgspec.msgpack.decode(found)


def put(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.exec_driver_sql(_PUT, [(k, msgspec.msgpack.encode(v)) for k, v in values.items()])


def node_id_of(signing_public: bytes) -> bytes:
    """The node's name is bound to its first key: the first 16 bytes of the key's SHA-256."""
    return crypto.digest(signing_public)[:16]


def own_id(connection: Connection) -> bytes:
    """The name of this node: it stays when the keys change."""
    return bytes(get(connection, "node_id") or node_id_of(get(connection, "signing_public")))


def make_node(connection: Connection) -> Node:
    """Give this database its keys. Called once, when the office is made."""
    secret, public = crypto.new_signing_key()
    identity, recipient = crypto.new_sealing_key()
    put(
        connection,
        {
            "signing_secret": secret,
            "signing_public": public,
            "identity": identity,
            "recipient": recipient,
            "incarnation": crypto.random_key()[:8],
            "blob_key": crypto.random_key(),
        },
    )
    return load_node(connection)


def load_node(connection: Connection) -> Node:
    return Node(
        node_id=own_id(connection),
        incarnation=get(connection, "incarnation"),
        signing_secret=get(connection, "signing_secret"),
        signing_public=get(connection, "signing_public"),
        identity=get(connection, "identity"),
        recipient=get(connection, "recipient"),
        others=tuple(get(connection, "identities", ())),
    )
