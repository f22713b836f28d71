"""The local image gateway: OpenAI's Images API on this machine, painting offline, scripted by tests.

`server` opens it, `desk` answers one POST, `rules` and `uploads` say what is valid, `script` what is to happen,
`painting` paints; `answers`, `streams`, `errors` and `breakages` catalogue what gateways do beside the honest answer.
"""
