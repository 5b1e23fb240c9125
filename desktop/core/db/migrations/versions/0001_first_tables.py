"""The first tables, and the triggers that refuse every change of a synced row that the log does not know."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SYNCED = (
    "user",
    "place",
    "village_group",
    "household",
    "person",
    "number_prefix",
    "visit",
    "volunteer",
    "attachment",
    "code_edit",
    "standard",
    "special_day",
)
LEDGERS = ("points", "audit", "erasure_receipt")
LOG_COLUMNS = (
    "eid, stream, seq, prev, hash, hlc, clock_flag, user, schema, kind, table_no, row, action, segment"
)
KNOWN = "EXISTS (SELECT 1 FROM log_entry WHERE eid = NEW.version AND row = NEW.id)"
# Every change uses up an entry that came later than the one the row had: an old entry cannot be named again.
NEWER = "(SELECT rowid FROM log_entry WHERE eid = NEW.version) > (SELECT rowid FROM log_entry WHERE eid = OLD.version)"

# What was erased by order is blanked in the log: the commitment (32 bytes) stays in place of the body.
ERASED = "EXISTS (SELECT 1 FROM erasure WHERE row = OLD.{})"
BLANKED = (
    f"length(NEW.salt) = 0 AND length(NEW.body) = 32 AND length(NEW.note) = 0 AND {ERASED.format('row')}"
)
# A row lies in the region where it was made, or in one that it was moved to.
PLACED = (
    "(NEW.region IS OLD.region OR EXISTS (SELECT 1 FROM log_entry e JOIN log_stream s ON s.id = e.stream "
    "WHERE s.region = NEW.region AND (e.eid = NEW.id OR (e.row = NEW.id AND e.row <> e.eid AND e.kind = 'MI'))))"
)
# A row goes only by order, when it was moved away, or while it waits for one that went.
GONE = (
    f"{ERASED.format('id')} OR EXISTS (SELECT 1 FROM waiting_row WHERE row = OLD.id) OR EXISTS "
    "(SELECT 1 FROM log_entry WHERE row = OLD.id AND row <> eid AND kind = 'MO')"
)

# A row that waited for another is made again when that one comes, from entries that were all here.
WAITING = "EXISTS (SELECT 1 FROM waiting_row WHERE row = NEW.id)"
# Of two offices' reversals of one entry the one with the smaller id is shown, at whichever office it comes first.
EARLIER = f"OLD.reverses IS NOT NULL AND {KNOWN} AND NEW.version < OLD.version"


def _refuse(name: str, event: str, table: str, when: str) -> None:
    op.execute(
        f'CREATE TRIGGER {name}_{table} BEFORE {event} ON "{table}" '
        f"WHEN {when} BEGIN SELECT RAISE(ABORT, 'not in the log: {table}'); END"
    )


def _guard() -> None:
    for table in SYNCED:
        _refuse("logged_insert", "INSERT", table, f"NOT {KNOWN}")
        same_row = f"NEW.id IS OLD.id AND {PLACED}"
        _refuse("logged_update", "UPDATE", table, f"NOT ({KNOWN} AND ({NEWER} OR {WAITING}) AND {same_row})")
        _refuse("logged_delete", "DELETE", table, f"NOT ({GONE})")
    for table in LEDGERS:
        _refuse("logged_insert", "INSERT", table, f"NOT {KNOWN}")
        same_row = "NEW.id IS OLD.id AND NEW.region IS OLD.region AND NEW.reverses IS OLD.reverses"
        _refuse("ledger_update", "UPDATE", table, f"NOT ({EARLIER} AND {same_row})")
        _refuse("ledger_delete", "DELETE", table, "1")
    _refuse("log_update", f"UPDATE OF {LOG_COLUMNS}", "log_entry", "1")
    _refuse("log_blanked", "UPDATE OF salt, body, note", "log_entry", f"NOT ({BLANKED})")
    _refuse("log_delete", "DELETE", "log_entry", "1")


def _laid_down(name: str, *columns: sa.Column) -> None:  # type: ignore[type-arg]
    """A table of what offices above say to everybody below."""
    op.create_table(
        name,
        *columns,
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_region"), name, ["region"], unique=False)


def upgrade() -> None:
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("user", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("table_names", sa.String(length=400), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sa.UniqueConstraint("key", name=op.f("uq_action_key")),
    )
    op.create_table(
        "audit",
        sa.Column("at", sa.String(length=25), nullable=False),
        sa.Column("user", sa.LargeBinary(length=16), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reverses", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_region"), "audit", ["region"], unique=False)
    op.create_index(op.f("ix_audit_reverses"), "audit", ["reverses"], unique=False)
    op.create_table(
        "bundle",
        sa.Column("bundle_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("peer", sa.LargeBinary(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", name=op.f("pk_bundle")),
    )
    op.create_table(
        "erasure",
        sa.Column("eid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("row", sa.LargeBinary(length=16), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("eid", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_row"), "erasure", ["row"], unique=False)
    op.create_table(
        "erasure_receipt",
        sa.Column("erased", sa.LargeBinary(length=16), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reverses", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_receipt")),
    )
    op.create_index(op.f("ix_erasure_receipt_erased"), "erasure_receipt", ["erased"], unique=False)
    op.create_index(op.f("ix_erasure_receipt_region"), "erasure_receipt", ["region"], unique=False)
    op.create_index(op.f("ix_erasure_receipt_reverses"), "erasure_receipt", ["reverses"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("cert_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("node_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("office", sa.String(length=120), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("issuer", sa.LargeBinary(length=16), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("cert_id", name=op.f("pk_certificate")),
    )
    op.create_index(op.f("ix_certificate_node_id"), "certificate", ["node_id"], unique=False)
    op.create_table(
        "conflict",
        sa.Column("row", sa.LargeBinary(length=16), nullable=False),
        sa.Column("field", sa.Integer(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("heads", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("row", "field", name=op.f("pk_conflict")),
    )
    op.create_index(op.f("ix_conflict_region"), "conflict", ["region"], unique=False)
    op.create_table(
        "household_index",
        sa.Column("household", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("group_name", sa.String(length=80), nullable=False),
        sa.Column("group_position", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("head", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("monitor_class", sa.String(length=12), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("household", name=op.f("pk_household_index")),
    )
    op.create_index(op.f("ix_household_index_region"), "household_index", ["region"], unique=False)
    op.create_table(
        "local",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_local")),
    )
    op.create_table(
        "log_stream",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("node", sa.LargeBinary(length=16), nullable=False),
        sa.Column("incarnation", sa.LargeBinary(length=8), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_stream")),
    )
    op.create_index("uq_log_stream", "log_stream", ["node", "incarnation", "region", "kind"], unique=True)
    op.create_table(
        "number_prefix",
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("prefix", sa.String(length=4), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_prefix")),
    )
    op.create_index(op.f("ix_number_prefix_region"), "number_prefix", ["region"], unique=False)
    op.create_table(
        "peer",
        sa.Column("node_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("incarnation", sa.LargeBinary(length=8), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("node_id", "incarnation", name=op.f("pk_peer")),
    )
    op.create_table(
        "quarantine",
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("bundle_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sender", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "trust_list",
        sa.Column("node_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("node_id", name=op.f("pk_trust_list")),
    )
    op.create_table(
        "twin",
        sa.Column("node_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("incarnation", sa.LargeBinary(length=8), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("node_id", name=op.f("pk_twin")),
    )
    op.create_table(
        "region_digest",
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("heads", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_region_digest")),
    )
    op.create_table(
        "audit_alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("peer", sa.LargeBinary(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_alarm")),
    )
    op.create_table(
        "digest_alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("peer", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("repaired", sa.Integer(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_alarm")),
    )
    op.create_table(
        "sent",
        sa.Column("node_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("node_id", name=op.f("pk_sent")),
    )
    op.create_table(
        "place",
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("parent", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=True),
        sa.Column("since", sa.String(length=10), nullable=True),
        sa.Column("until", sa.String(length=10), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_index(op.f("ix_place_key"), "place", ["key"], unique=False)
    op.create_index(op.f("ix_place_region"), "place", ["region"], unique=False)
    op.create_table(
        "points",
        sa.Column("debit", sa.LargeBinary(length=16), nullable=False),
        sa.Column("credit", sa.LargeBinary(length=16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("source", sa.LargeBinary(length=16), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reverses", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points")),
    )
    op.create_index(op.f("ix_points_credit"), "points", ["credit"], unique=False)
    op.create_index(op.f("ix_points_debit"), "points", ["debit"], unique=False)
    op.create_index(op.f("ix_points_region"), "points", ["region"], unique=False)
    op.create_index(op.f("ix_points_reverses"), "points", ["reverses"], unique=False)
    op.create_table(
        "print_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=20), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
    )
    op.create_table(
        "row_heads",
        sa.Column("row", sa.LargeBinary(length=16), nullable=False),
        sa.Column("heads", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_row_heads")),
    )
    op.create_table(
        "search_doc",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.LargeBinary(length=16), nullable=False),
        sa.Column("household", sa.LargeBinary(length=16), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_doc")),
        sa.UniqueConstraint("person", name=op.f("uq_search_doc_person")),
    )
    op.create_index(op.f("ix_search_doc_household"), "search_doc", ["household"], unique=False)
    op.create_table(
        "search_head",
        sa.Column("head", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("head", name=op.f("pk_search_head")),
    )
    op.create_table(
        "user",
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
    )
    op.create_index(op.f("ix_user_region"), "user", ["region"], unique=False)
    op.create_table(
        "village_group",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_village_group")),
    )
    op.create_index(op.f("ix_village_group_region"), "village_group", ["region"], unique=False)
    op.create_table(
        "volunteer",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("id_number", sa.String(length=40), nullable=True),
        sa.Column("skills", sa.String(length=200), nullable=True),
        sa.Column("spending_node", sa.LargeBinary(length=16), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer")),
    )
    op.create_index(op.f("ix_volunteer_region"), "volunteer", ["region"], unique=False)
    op.create_table(
        "waiting_row",
        sa.Column("row", sa.LargeBinary(length=16), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("waits_for", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_waiting_row")),
    )
    op.create_index(op.f("ix_waiting_row_waits_for"), "waiting_row", ["waits_for"], unique=False)
    op.create_table(
        "household",
        sa.Column("group_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=True),
        sa.Column("unread", sa.Text(), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=True),
        sa.Column("data_date", sa.String(length=10), nullable=True),
        sa.Column("stated_size", sa.Integer(), nullable=True),
        sa.Column("identified", sa.String(length=10), nullable=True),
        sa.Column("cause", sa.String(length=12), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("monitor_class", sa.String(length=12), nullable=True),
        sa.Column("monitor_since", sa.String(length=10), nullable=True),
        sa.Column("risk1", sa.String(length=12), nullable=True),
        sa.Column("risk2", sa.String(length=12), nullable=True),
        sa.Column("risk3", sa.String(length=12), nullable=True),
        sa.Column("risk4", sa.String(length=12), nullable=True),
        sa.Column("risk5", sa.String(length=12), nullable=True),
        sa.Column("risk_removed", sa.Integer(), nullable=True),
        sa.Column("removal_mode", sa.String(length=12), nullable=True),
        sa.Column("removed_on", sa.String(length=10), nullable=True),
        sa.Column("removed_house_damage", sa.Integer(), nullable=True),
        sa.Column("removed_water_damage", sa.Integer(), nullable=True),
        sa.Column("removed_dropout", sa.Integer(), nullable=True),
        sa.Column("no_labour_cover", sa.Integer(), nullable=True),
        sa.Column("per_capita_income", sa.Integer(), nullable=True),
        sa.Column("wage_income", sa.Integer(), nullable=True),
        sa.Column("business_income", sa.Integer(), nullable=True),
        sa.Column("transfer_income", sa.Integer(), nullable=True),
        sa.Column("self_paid", sa.Integer(), nullable=True),
        sa.Column("tekun_money", sa.Integer(), nullable=True),
        sa.Column("dangerous_house", sa.Integer(), nullable=True),
        sa.Column("housing_area", sa.Integer(), nullable=True),
        sa.Column("safe_water", sa.Integer(), nullable=True),
        sa.Column("electricity", sa.Integer(), nullable=True),
        sa.Column("toilet", sa.Integer(), nullable=True),
        sa.Column("hard_road", sa.Integer(), nullable=True),
        sa.Column("road_distance", sa.Integer(), nullable=True),
        sa.Column("farmland", sa.Integer(), nullable=True),
        sa.Column("forest", sa.Integer(), nullable=True),
        sa.Column("returned_forest", sa.Integer(), nullable=True),
        sa.Column("orchard", sa.Integer(), nullable=True),
        sa.Column("pasture", sa.Integer(), nullable=True),
        sa.Column("water_surface", sa.Integer(), nullable=True),
        sa.Column("development_measures", sa.String(length=500), nullable=True),
        sa.Column("help_production", sa.String(length=500), nullable=True),
        sa.Column("help_jobs", sa.String(length=500), nullable=True),
        sa.Column("help_finance", sa.String(length=500), nullable=True),
        sa.Column("help_welfare_job", sa.String(length=500), nullable=True),
        sa.Column("help_welfare_note", sa.String(length=500), nullable=True),
        sa.Column("help_housing", sa.String(length=500), nullable=True),
        sa.Column("help_resettlement", sa.String(length=500), nullable=True),
        sa.Column("help_water", sa.String(length=500), nullable=True),
        sa.Column("help_infrastructure", sa.String(length=500), nullable=True),
        sa.Column("help_living", sa.String(length=500), nullable=True),
        sa.Column("help_health", sa.String(length=500), nullable=True),
        sa.Column("help_education", sa.String(length=500), nullable=True),
        sa.Column("help_schooling", sa.String(length=500), nullable=True),
        sa.Column("help_general", sa.String(length=500), nullable=True),
        sa.Column("help_social", sa.String(length=500), nullable=True),
        sa.Column("medical_gap", sa.Integer(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("collector", sa.String(length=500), nullable=True),
        sa.Column("collector_phone", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["village_group.id"],
            name=op.f("fk_household_group_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
    )
    op.create_index(op.f("ix_household_group_id"), "household", ["group_id"], unique=False)
    op.create_index(op.f("ix_household_number"), "household", ["number"], unique=False)
    op.create_index(op.f("ix_household_region"), "household", ["region"], unique=False)
    op.create_table(
        "log_segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stream", sa.Integer(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("raw_len", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["stream"], ["log_stream.id"], name=op.f("fk_log_segment_stream")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_segment")),
    )
    op.create_index(op.f("ix_log_segment_stream"), "log_segment", ["stream"], unique=False)
    op.create_table(
        "log_entry",
        sa.Column("eid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("stream", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hlc", sa.Integer(), nullable=False),
        sa.Column("clock_flag", sa.Integer(), nullable=False),
        sa.Column("user", sa.LargeBinary(length=16), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=2), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("row", sa.LargeBinary(length=16), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("action", sa.Integer(), nullable=True),
        sa.Column("segment", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["segment"], ["log_segment.id"], name=op.f("fk_log_entry_segment")),
        sa.ForeignKeyConstraint(["stream"], ["log_stream.id"], name=op.f("fk_log_entry_stream")),
        sa.PrimaryKeyConstraint("eid", name=op.f("pk_log_entry")),
    )
    op.create_index(op.f("ix_log_entry_action"), "log_entry", ["action"], unique=False)
    op.create_index("ix_log_entry_later", "log_entry", ["row"], sqlite_where=sa.text("row <> eid"))
    op.create_index("ix_log_entry_stream", "log_entry", ["stream", "seq"], unique=False)
    op.create_table(
        "person",
        sa.Column("household_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=True),
        sa.Column("unread", sa.Text(), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("relation", sa.String(length=12), nullable=True),
        sa.Column("id_kind", sa.String(length=12), nullable=True),
        sa.Column("id_number", sa.String(length=40), nullable=True),
        sa.Column("sex", sa.String(length=12), nullable=True),
        sa.Column("birth", sa.String(length=10), nullable=True),
        sa.Column("ethnic", sa.String(length=12), nullable=True),
        sa.Column("political", sa.String(length=12), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("identified", sa.String(length=10), nullable=True),
        sa.Column("education", sa.String(length=12), nullable=True),
        sa.Column("student", sa.String(length=12), nullable=True),
        sa.Column("school_dropout", sa.Integer(), nullable=True),
        sa.Column("no_school_reason", sa.String(length=500), nullable=True),
        sa.Column("dropout_reason", sa.String(length=500), nullable=True),
        sa.Column("health", sa.String(length=60), nullable=True),
        sa.Column("labour", sa.String(length=12), nullable=True),
        sa.Column("work_months", sa.Integer(), nullable=True),
        sa.Column("welfare_job", sa.String(length=500), nullable=True),
        sa.Column("welfare_job_months", sa.Integer(), nullable=True),
        sa.Column("job_channel", sa.String(length=500), nullable=True),
        sa.Column("resident_medical", sa.Integer(), nullable=True),
        sa.Column("employee_medical", sa.Integer(), nullable=True),
        sa.Column("serious_illness", sa.Integer(), nullable=True),
        sa.Column("resident_pension", sa.Integer(), nullable=True),
        sa.Column("employee_pension", sa.Integer(), nullable=True),
        sa.Column("medical_aid", sa.Integer(), nullable=True),
        sa.Column("dibao", sa.String(length=500), nullable=True),
        sa.Column("tekun", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_person_household_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_household_id"), "person", ["household_id"], unique=False)
    op.create_index(op.f("ix_person_region"), "person", ["region"], unique=False)
    op.create_table(
        "visit",
        sa.Column("household_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("visitor", sa.String(length=60), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("solution", sa.Text(), nullable=True),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        sa.Column("why", sa.String(length=200), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_visit_household_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["replaces"], ["visit.id"], name=op.f("fk_visit_replaces"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_day"), "visit", ["day"], unique=False)
    op.create_index(op.f("ix_visit_household_id"), "visit", ["household_id"], unique=False)
    op.create_index(op.f("ix_visit_region"), "visit", ["region"], unique=False)
    op.create_index(op.f("ix_visit_replaces"), "visit", ["replaces"], unique=False)
    op.create_index(op.f("ix_visit_visitor"), "visit", ["visitor"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("household_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.String(length=16), nullable=True),
        sa.Column("added_on", sa.String(length=10), nullable=False),
        sa.Column("thumb", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("version", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_attachment_household_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_household_id"), "attachment", ["household_id"], unique=False)
    op.create_index(op.f("ix_attachment_region"), "attachment", ["region"], unique=False)
    op.create_index(op.f("ix_attachment_sha256"), "attachment", ["sha256"], unique=False)
    op.create_table(
        "blob_original",
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("original", sa.LargeBinary(length=32), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob_original")),
    )
    _laid_down(
        "code_edit",
        sa.Column("list_name", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
    )
    _laid_down(
        "standard",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
    )
    _laid_down(
        "special_day",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("is_worked", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=60), nullable=True),
    )
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5(tokens, content='', contentless_delete=1, detail=none, "
        "tokenize='ascii')"
    )
    _guard()
