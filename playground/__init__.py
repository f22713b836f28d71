"""The playground: a local Discord and a local image gateway, so that Easel runs with no account at all."""
