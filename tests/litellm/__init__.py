"""The bot through a server nobody here wrote: a LiteLLM proxy in front of the local gateway."""
