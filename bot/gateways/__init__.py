"""The gateways room: one paid POST at most, its answer streamed into files, its failures named.

    gateway      the door: one configured gateway, as the orders know it     configuration   as its host set it up
    endpoints    what a base URL means          profiles, families, capabilities   what a model can do there
    plan         a wish becomes parameters      fitting, prices                    option by option; money and time
    painting     one paid call, whatever its dialect  images, chat, responses      how each writes its request
    exchange     the wire, once per call              gate, session, json_body     and what goes over it
    body         what comes back                      sse, decoder, prose, picture_text   streams, JSON and words
    shapes       what each document says              arrivals, picture_file, usage       what is kept of it, on disk
    outcomes     what went wrong                      outcome_table, error_body, hints, redact   as data; in fit words
    adaptation   what to send instead                 admission, breaker   and when a failing gateway is left alone
    fetch        downloads without a key              guard                        and where they may not lead
    probe        the free check

Nothing here knows of orders. A further dialect is one more function beside `images`, `chat` and `responses` that writes
a request: whatever comes back is read by the same decoder, since gateways answer in each other's shapes.
"""
