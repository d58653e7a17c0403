"""hitl-chat streams what is safe and holds what is risky for a human agent.

Importing this package loads nothing heavy: no torch, no litellm, no onnxruntime.
"""

__version__ = "0.1.0"
