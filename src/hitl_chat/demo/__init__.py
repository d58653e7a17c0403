"""`hitl-chat demo`: a made-up shop, a scripted model, real checks, real holds, real people.

The product's face, the tutorial's stage and, with `--tour`, a test. No network, no API key.
"""
