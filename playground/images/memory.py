"""The Responses API's memory: which picture a finished response made, for the turn that follows it."""


class Memory:
    """Pictures by the id of the response that made them, kept until the server closes."""

    def __init__(self) -> None:
        self._pictures: dict[str, tuple[bytes, ...]] = {}

    def keep(self, response_id: str, pictures: tuple[bytes, ...]) -> None:
        """Remember what a response made."""
        self._pictures[response_id] = pictures

    def recall(self, response_id: str) -> tuple[bytes, ...] | None:
        """Return what a response made, or None where it is not known, or no more."""
        return self._pictures.get(response_id)

    def lose(self) -> None:
        """Forget every response at once, as a gateway does that starts anew."""
        self._pictures.clear()
