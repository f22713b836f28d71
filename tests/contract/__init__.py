"""Contract tests: our parts against real peers over real sockets, and the simulators against stock discord.py."""
