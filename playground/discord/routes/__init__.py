"""The REST routes of the local Discord, one file for each resource."""

from playground.discord.routes import applications, channels, guilds, interactions, messages, users
from playground.discord.routes.route import Answer, Call, Route

ROUTES: tuple[Route, ...] = (
    *users.ROUTES,
    *applications.ROUTES,
    *interactions.ROUTES,
    *messages.ROUTES,
    *channels.ROUTES,
    *guilds.ROUTES,
)
"""All routes; where two templates fit a path, the literal one stands first."""

__all__ = ("ROUTES", "Answer", "Call", "Route")
