"""Bare pass-through proxies to compare with: what a chat proxy costs that does next to nothing.

Each is an ASGI app for one uvicorn worker; UPSTREAM names the base URL of the model, up to /v1.
The gated ones read every chunk, keep the text and test a list of words, as any guard must.
"""

APPS = {
    "asgi_aiohttp": "bench.baselines.asgi_aiohttp:app",
    "asgi_aiohttp_gate": "bench.baselines.asgi_aiohttp:gated_app",
    "asgi_raw_gate": "bench.baselines.asgi_raw:gated_app",
    "asgi_transport_gate": "bench.baselines.asgi_transport:gated_app",
    "fastapi_httpx": "bench.baselines.fastapi_httpx:app",
}
