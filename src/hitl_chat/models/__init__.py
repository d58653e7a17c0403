"""Ways to a language model. Siblings share `decode`; only `app.py` chooses between them."""
