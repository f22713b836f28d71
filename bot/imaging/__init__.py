"""The imaging room, the only door to Pillow: checking, cleaning and fitting pictures in worker processes.

`darkroom` is the way in; `jobs` and `fitting` are what workers run; `opening` is the decode boundary. Files
are not named here, stored here or sent from here.
"""

from bot.imaging.darkroom import Darkroom
from bot.imaging.fitting import Fitted
from bot.imaging.formats import content_type, file_suffix
from bot.imaging.limits import Limits

__all__ = ["Darkroom", "Fitted", "Limits", "content_type", "file_suffix"]
