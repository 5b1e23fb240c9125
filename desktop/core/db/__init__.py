"""The encrypted database: tables, units, the change log and its migrations."""
