"""Easel paints on request. This is the map of the house; each room's own docstring says more.

An order travels one way:

    slash command, right-click, button, reply                      cogs/: parse, nothing else
      |  accepted: written down, then acknowledged
    orders/    fetch uploads, resolve options, plan, queue
      |  claimed: the head of its thread, a free slot at its gateway
    gateways/  a numbered call: the paid POST, at most once; bytes stream through the decoder into files
      |
    store/     pictures by content hash, with their parents; every row of the database
      |
    delivery/  fits the place's limit, lays out the card, posts
      |
    the channel; the picture is now the head of its thread, and a reply starts the next order

Beside them: imaging/ is the only door to Pillow, web/ the health page, client.py the Discord client, app.py opens and
wires everything. settings.py and gateway_file.py read what a host wrote down; model.py, capability.py and errors.py are
the words all rooms share. Nothing calls upward: orders/ publishes the ids of changed orders, and delivery/ reads their
rows.
"""
