"""Pure encoders: from what a turn gives to the bytes of one API."""
