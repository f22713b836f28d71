"""The local image gateway: pictures over three dialects on this machine, painted offline, scripted by tests.

`server` opens it, `desk` answers one POST, `checks` say what is valid: `rules` and `uploads` for OpenAI's Images API,
`chat_rules` for chat completions, `responses_rules` for the Responses API. `script` says what is to happen, `switches`
which habits it has, `painting` paints. `honest`, `chat` and `responses` are the honest answers; `answers`, `streams`,
`chat_answers`, `chat_streams`, `responses_answers`, `responses_streams`, `errors` and `breakages` list what gateways do
beside them, and `catalogue` gathers it for each dialect.
"""
