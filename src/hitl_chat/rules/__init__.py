"""Escalation rules: a YAML file becomes a policy. Knows no check, store or server."""
