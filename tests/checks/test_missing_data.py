"""What happened is in a tool's result, or it did not happen."""

import pytest

from tests.checks.asking import judged, marked, said, segment

CLAIMS = [
    ("Your parcel has been shipped.", "shipped", '{"status": "shipped"}'),
    ("It is on its way.", "shipped", '{"order": 6034, "state": "in transit"}'),
    ("Your order was delivered yesterday.", "delivered", '{"delivered_at": "2026-11-02"}'),
    ("I have refunded order 5120.", "refunded", '{"refund": {"id": 7, "amount": 24}}'),
    ("We've issued a full refund.", "refunded", '{"refunded": true}'),
    ("Cancelled \U0001f389", "cancelled", '{"ok": true, "status": "cancelled"}'),
    ("Your order has been successfully canceled.", "cancelled", '{"cancelled": true}'),
    ("I've booked the table.", "booked", "booking B77 confirmed"),
    ("Your appointment is now rescheduled.", "booked", '{"scheduled": "Friday"}'),
    ("Your address has been updated.", "changed", '{"result": "success"}'),
    ("Your card was charged.", "paid", '{"charged": 24.0}'),
    ("Ihre Bestellung wurde heute versandt.", "shipped", '{"status": "versandt"}'),
    ("Ich habe Ihnen den Betrag erstattet.", "refunded", '{"refunded": "yes"}'),
    ("Die Bestellung ist storniert.", "cancelled", '{"status": "storniert"}'),
    ("Votre commande a été expédiée.", "shipped", '{"statut": "expédié"}'),
    ("Nous avons remboursé la commande.", "refunded", '{"remboursement": 24}'),
    ("Su pedido ha sido enviado.", "shipped", '{"estado": "enviado"}'),
    ("He cancelado el pedido.", "cancelled", '{"estado": "cancelado"}'),
]
NO_CLAIMS = [
    "Would you like it refunded?",
    "Shall I cancel it? It has not been cancelled.",
    "Once it has been shipped, you get an e-mail.",
    "If your order was cancelled, write to us.",
    "It cannot be cancelled any more.",
    "Has it been delivered?",
    "Refunds take 14 days.",
    "Sobald es versandt wurde, melden wir uns.",
    "We ship to Austria.",
]


@pytest.mark.parametrize(("draft", "status", "result"), CLAIMS)
async def test_a_claim_needs_a_result(draft: str, status: str, result: str) -> None:
    verdict = await judged("missing_data", draft, said("My order?"))
    assert verdict.score >= 0.9
    assert status in verdict.detail
    assert verdict.spans
    supported = await judged("missing_data", draft, said("My order?", tools=[result]))
    assert f"says {status}" not in supported.detail


@pytest.mark.parametrize("draft", NO_CLAIMS)
async def test_what_may_happen_is_no_claim(draft: str) -> None:
    assert (await judged("missing_data", draft, said("My order?"))).score == 0.0


@pytest.mark.parametrize(
    "result",
    [
        '{"status": "not shipped"}',
        '{"shipped": false}',
        '{"shipped": null}',
        '{"status": "unshipped"}',
        '{"shipped": "pending"}',
        '{"shipping_address": "Hill 3", "delivery_estimate": "Thu-Sat"}',
        "shipped: failed",
        '{"error": "no such order"}',
    ],
)
async def test_a_result_that_denies_it_does_not_support_it(result: str) -> None:
    verdict = await judged("missing_data", "It has been shipped.", said("?", tools=[result]))
    assert verdict.score >= 0.9


async def test_what_the_customer_said_weighs_little_and_a_policy_nothing() -> None:
    draft = "Your order was cancelled."
    repeated = await judged("missing_data", draft, said("Why was my order cancelled?"))
    assert repeated.score == 0.25
    policy = said("?", system="Orders that were cancelled get a mail.")
    assert (await judged("missing_data", draft, policy)).score >= 0.9
    assert (await judged("missing_data", draft, policy, instructions=True)).score == 0.0


async def test_a_long_result_speaks_at_its_ends_and_what_nobody_read_says_nothing() -> None:
    draft = "It has been shipped."
    filler = "nothing to report; " * 20_000
    for tool in (f"shipped. {filler}", f"{filler} shipped."):
        assert (await judged("missing_data", draft, said("?", tools=[tool]))).score == 0.0
    middle = await judged("missing_data", draft, said("?", tools=[f"{filler} shipped. {filler}"]))
    assert middle.score >= 0.9


async def test_it_marks_the_claim() -> None:
    draft = "Good news. I have refunded order 5120 for you."
    assert marked(await segment("missing_data", draft, 11, len(draft), said("?")), draft) == [
        "I have refunded"
    ]
