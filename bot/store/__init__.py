"""Everything that lasts: rows in the database and the bytes of pictures; nothing here decides what to do with them.

`Database.open` opens it all. `tables.py` holds the words and rows, `migrations/` how a file gets them,
`transactions.py` the connections, `files.py` the bytes; the other modules each answer one Protocol of
`bot/orders/ports.py`, or do one piece of a transaction on a connection they are handed.
"""

from bot.store.database import Database

__all__ = ["Database"]
