"""Measures hitl-chat from the outside, as its users meet it: over HTTP, default configuration."""
