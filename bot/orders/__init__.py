"""Orders: accept, place, claim, run, cancel and resume; thread state; who may do what.

Nothing here knows Discord, HTTP or SQL: what it calls is described by the Protocols of `ports.py`.
"""
