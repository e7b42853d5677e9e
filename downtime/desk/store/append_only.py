"""Tables that only grow: the database itself refuses to change or delete their rows, on SQLite and PostgreSQL.

Used in migrations as ``AppendOnly("store_entry")``. Whoever has a database shell can drop the
trigger first; the audit chain (`audit.chain`) finds what they changed.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_SQLITE = """
CREATE TRIGGER "{table}_no_{verb}" BEFORE {VERB} ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table} only grows: a row was to be changed or deleted'); END;
"""

_POSTGRESQL = """
CREATE FUNCTION "{table}_only_grows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} only grows: a row was to be changed or deleted' USING ERRCODE = '23514'; END; $$;
CREATE TRIGGER "{table}_no_change" BEFORE UPDATE OR DELETE ON "{table}"
FOR EACH ROW EXECUTE FUNCTION "{table}_only_grows"();
CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION "{table}_only_grows"();
"""


class AppendOnly(Operation):
    """Make a table append-only."""

    reduces_to_sql = True
    reversible = False

    def __init__(self, table: str) -> None:
        """`table` is the table's name in the database."""
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How a migration file writes this."""
        return self.__class__.__name__, [self.table], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Models do not change: this is a matter of the database alone."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the triggers."""
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                schema_editor.execute(_SQLITE.format(table=self.table, verb=verb, VERB=verb.upper()))
        else:
            schema_editor.execute(_POSTGRESQL.format(table=self.table))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Never called: a table does not become changeable again."""

    def describe(self) -> str:
        """One line for the list of migrations."""
        return f"{self.table} only grows"
