"""Load programs: a pretend model, a client that checks every token, and what /proc knows."""
