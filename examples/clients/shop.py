"""A shop's own server: a page with the chat in it, and the tokens that the page asks for.

HITL_CHAT_CORS_ORIGINS='["http://127.0.0.1:8001"]' hitl-chat demo
HITL_CHAT_KEY=hk_... python examples/clients/shop.py

Then open http://127.0.0.1:8001. The key stays here. Who the customer is, which model answers and
what it is told is said by this server: no page can say it for somebody else.
"""

import json
import os
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

HITL_CHAT = os.environ.get("HITL_CHAT_URL", "http://127.0.0.1:8700")
KEY = os.environ["HITL_CHAT_KEY"]
PORT = int(os.environ.get("PORT", "8001"))

PAGE = f"""<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>A shop</title>
  <h1>A shop</h1>
  <p>The chat is in the corner.</p>
  <script type="module" src="{HITL_CHAT}/widget/hitl-chat.js"
    data-grant="/chat/token" data-name="Wick" data-greeting="Hello! How can I help?"></script>
</html>
"""


def token(visitor: str) -> tuple[int, bytes]:
    """A token for this visitor's conversation; who is signed in is known here."""
    wanted = {
        "conversation_id": f"shop-{visitor}",
        "models": ["wick-1"],
        "instructions": "You are Wick, the assistant of a shop for camping. Promise nothing.",
        "customer": {"name": "Ana R.", "plan": "gold", "order": "5120"},
    }
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    body = json.dumps(wanted).encode()
    request = Request(f"{HITL_CHAT}/v1/conversations", body, headers)  # noqa: S310 - ours
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read()
    except HTTPError as refused:
        return refused.code, refused.read()
    except OSError as problem:
        return 503, json.dumps({"error": {"message": f"no hitl-chat there: {problem}"}}).encode()


class Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.answer(200, "text/html; charset=utf-8", PAGE.encode(), self.visitor())

    def do_POST(self) -> None:
        if self.path != "/chat/token":
            return self.answer(404, "text/plain", b"There is nothing here.")
        visitor = self.visitor()  # what the page says of its conversation is not believed
        status, made = token(visitor)
        return self.answer(status, "application/json", made, visitor)

    def visitor(self) -> str:
        """Unguessable: whoever knows it may go on in the conversation. Yours is your session."""
        known = SimpleCookie(self.headers.get("cookie", "")).get("visitor")
        return known.value if known else uuid4().hex

    def answer(self, status: int, kind: str, body: bytes, visitor: str = "") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        if visitor:
            self.send_header("set-cookie", f"visitor={visitor}; HttpOnly; SameSite=Lax; Path=/")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    print(f"http://127.0.0.1:{PORT}", flush=True)
    ThreadingHTTPServer(("127.0.0.1", PORT), Shop).serve_forever()
