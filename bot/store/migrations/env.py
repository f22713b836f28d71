"""What alembic runs around the migrations; the connection is handed in by `bot/store/migrate.py`."""

from alembic import context

from bot.store.tables import metadata


def run() -> None:
    """Run the migrations on the connection that was handed in, inside its transaction."""
    connection = context.config.attributes["connection"]
    # SQLite changes a column by writing the table anew, which alembic calls a batch.
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "env_py":  # the name alembic loads this file by; importing it does nothing
    run()
