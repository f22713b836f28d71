"""The gateways room: one paid POST at most, its answer streamed into files, its failures named.

    gateway      the door: one configured gateway, as the orders know it     configuration   as its host set it up
    endpoints    what a base URL means          profiles, families, capabilities   what a model can do there
    plan         a wish becomes parameters      fitting, prices                    option by option; money and time
    images       the images dialect             exchange, gate, session            the wire, once per call
    body         what comes back                sse, decoder, picture_text         streams and JSON, piece by piece
    arrivals     what is kept of it             picture_file, usage                files on disk; token counts
    outcomes     what went wrong                outcome_table, error_body, redact  as data; in fit words
    fetch        downloads without a key        guard                              and where they may not lead
    probe        the free check

Nothing here knows of orders. A further dialect is a sibling of `images`: it writes its own requests and reads
through `body` and `arrivals` like this one.
"""
