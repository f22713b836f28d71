"""The local image gateway: pictures over three dialects on this machine, painted offline, scripted by tests.

`server` opens it, `desk` answers one POST, `checks` say what is valid: `rules` and `uploads` for OpenAI's Images API,
`chat_rules` for chat completions, `responses_rules` for the Responses API. `personas` are the known gateways whose
part it can play, in the words of `voices`; `script` says what is to happen, `switches` which habits it has, `painting`
paints. `honest`, `chat` and `responses` are the honest answers; `catalogue` gathers what gateways do beside them: for
the Images API from `answers` and `streams`, for the other two from the files that begin with `chat_`, `responses_` and
`dialect_`, for all from `errors` and `breakages`.
"""
