"""Easel paints on request: this package is the bot, room by room.

To be completed.
"""
