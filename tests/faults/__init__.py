"""Fault tests: what people see when Discord, the gateway or the process fails."""
