"""The gateways room: one paid POST at most, its answer streamed into files, its failures named.

`gateway` is the door. `plan` decides what will be sent (from `profiles`, `families` and `capabilities`), `images`
speaks the Images API, `body` reads what comes back through `decoder` and `sse`, `arrivals` keeps the pictures,
`outcomes` names what went wrong. `fetch` and `guard` download without a key. Nothing here knows of orders.
"""
