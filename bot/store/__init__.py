"""Everything that lasts: rows in the database and the bytes of pictures; nothing here decides what to do with them.

`open_store` (in `store.py`) opens it all. `tables.py` holds the words and rows, `migrations/` how a database gets
them, `database.py` the transactions, `files.py` the bytes; the other modules each answer one Protocol of
`bot/orders/ports.py` or hold one piece of it.
"""
