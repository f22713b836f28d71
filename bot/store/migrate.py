"""Brings a database to the newest revision of `migrations/`, and refuses one that is newer than this code."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.errors import StartupError


def upgrade(connection: Connection) -> None:
    """Apply what is missing, inside the caller's transaction: a migration that is cut off never happened.

    Errors: `StartupError` where the database was written by a newer release, or no longer fits together.
    """
    config = configuration(connection)
    script = ScriptDirectory.from_config(config)
    known = {revision.revision for revision in script.walk_revisions()}
    found = set(MigrationContext.configure(connection).get_current_heads())
    if not found <= known:
        raise StartupError(
            f"The database is at revision {', '.join(sorted(found - known))}, which this release does not know. "
            "It was written by a newer release of Easel: start that one, or restore a backup made before it."
        )
    command.upgrade(config, "head")
    _check_references(connection)


def configuration(connection: Connection) -> Config:
    """Return alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["connection"] = connection
    return config


def _check_references(connection: Connection) -> None:
    # SQLite rewrites tables with foreign keys off, so they are checked before the commit.
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise StartupError(
            f"The database has {len(broken)} rows that refer to rows which do not exist (first in {broken[0][0]}). "
            "Restore a backup; nothing was changed."
        )
