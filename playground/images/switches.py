"""What a person or a test may turn on at a running local image gateway: habits that some gateways have."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Switches:
    """Habits, all off until turned on; each holds for every request that comes afterwards.

    Shape:  `is_refusing_modalities` treats the chat field `modalities` as unknown, as gateways do that pass it on to
            an upstream without it; `is_losing_responses` answers every `previous_response_id` as unknown, as a pool
            does whose next account never saw the first turn; `is_out_of_money` refuses every POST with a right key, in
            the persona's words.
    """

    is_refusing_modalities: bool = False
    is_losing_responses: bool = False
    is_out_of_money: bool = False
