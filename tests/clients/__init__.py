"""Real client libraries against the wire: see README.md beside this file."""
