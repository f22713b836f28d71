"""The delivery room: everything between an order's row and what people see in Discord.

`words` says it, `cards`, `results` and `details` lay it out (all pure), `render` turns a card into a message, `post`,
`present` and `loop` put it there. `edge` reads Discord's objects into values, `intake` takes orders, `buttons`,
`presses` and `forms` answer what people press and fill in, each behind the fence of `views`.
"""

from bot.delivery.buttons import Reception
from bot.delivery.checking import Checking
from bot.delivery.loop import Delivery, Pace
from bot.delivery.services import Services
from bot.delivery.translate import CommandTranslator
from bot.delivery.views import answer_error
from bot.delivery.words import Wordbook

__all__ = ["Checking", "CommandTranslator", "Delivery", "Pace", "Reception", "Services", "Wordbook", "answer_error"]
