"""Flow tests: what people do, through real sockets, from the slash command to the posted picture."""
