"""What operators see of the turns: numbers derived from the gate's events and effects.

Owns which numbers there are and what they are called (docs/operations.md lists them). Labels are
codes and configured names, never texts, tenants or people.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hitl_chat.core import effects as out
from hitl_chat.core import events as into
from hitl_chat.core.types import is_shadow
from hitl_chat.telemetry.metrics import LONG, Counter, Gauge, Histogram, Metric, render

SYSTEM = "system:"


class Telemetry:
    """All metrics. Reading them costs the loop nothing; the runner feeds it.

    `configured`: what the settings call a model that a client named.
    """

    def __init__(self, configured: Callable[[str], str] = str) -> None:
        self._configured = configured
        self.turns = Counter("hitl_turns_total", "Turns, by how they ended.", "ending")
        self.turn_seconds = Histogram(
            "hitl_turn_seconds", "From request to the end of the answer.", bounds=LONG
        )
        self.first_text_seconds = Histogram(
            "hitl_first_text_seconds", "From request to the first text that left."
        )
        self.holds = Counter("hitl_holds_total", "Holds opened, by the rule that asked.", "rule")
        self.hold_seconds = Histogram(
            "hitl_hold_seconds", "From opening a hold to its decision.", "action", bounds=LONG
        )
        self.decisions = Counter(
            "hitl_decisions_total", "Decisions, by action and by who made them.", "action", "by"
        )
        self.takeovers = Counter("hitl_takeovers_total", "Conversations a person took over.")
        self.left = Counter(
            "hitl_customers_left_total", "Customers who left while a hold was open."
        )
        self.watched = Counter("hitl_watched_total", "Objections of watch rules.", "rule")
        self.shadow = Counter(
            "hitl_shadow_total", "Turns that a shadow rule would have acted on.", "rule"
        )
        self.audits = Counter("hitl_audited_total", "Released answers marked at random for a look.")
        self.budget = Gauge(
            "hitl_budget_threshold",
            "The risk from which `risk: budget` holds now, of the tenant where it is highest.",
        )
        self.void = Gauge("hitl_certificate_void", "1: the certificate is void. 0: it holds.")
        self.corrections = Counter(
            "hitl_corrections_total", "Texts withdrawn after they were sent."
        )
        self.checks = Counter("hitl_checks_total", "Checks started.", "check")
        self.check_seconds = Histogram(
            "hitl_check_seconds", "How long asynchronous checks took.", "check"
        )
        self.check_calls = Counter(
            "hitl_check_calls_total", "Calls of models that checks made.", "check"
        )
        self.failed_checks = Counter(
            "hitl_failed_checks_total", "Checks that died, timed out or made no sense.", "check"
        )
        self.failed_models = Counter("hitl_failed_models_total", "Model calls that broke.", "code")
        self.stripped_fields = Counter(
            "hitl_stripped_fields_total", "Unknown fields of models' answers.", "model", "field"
        )
        self.responses = Counter("hitl_http_responses_total", "HTTP responses.", "route", "status")
        self.faults = Counter("hitl_unexpected_errors_total", "Errors nobody handled.", "type")
        self.webhooks = Counter(
            "hitl_webhooks_total", "Tries to deliver messages.", "webhook", "outcome"
        )
        self.webhooks_waiting = Gauge("hitl_webhooks_waiting", "Messages to webhooks that wait.")
        self.webhooks_dead = Gauge("hitl_webhooks_dead", "Messages to webhooks that were given up.")
        self.loop_seconds = Histogram(
            "hitl_loop_delay_seconds", "How late the event loop was for a timer."
        )
        self._events: dict[type, Callable[[Any], None]] = {
            into.CheckFailed: lambda event: self.failed_checks.add(event.check),
            into.Failed: lambda event: self.failed_models.add(event.code),
            into.Decision: self._decided,
            into.TakenOver: lambda event: self.takeovers.add(),
        }
        self._effects: dict[type, Callable[[Any], None]] = {
            out.OpenHold: self._opened,
            out.Watched: self._watched,
            out.Correct: lambda effect: self.corrections.add(),
            out.CustomerLeft: lambda effect: self.left.add(),
            out.RunChecks: self._checked,
            out.Finish: lambda effect: self.turns.add(effect.ending),
        }

    def event(self, event: into.Event) -> None:
        if (seen := self._events.get(type(event))) is not None:
            seen(event)

    def effects(self, effects: Iterable[out.Effect]) -> None:
        """Called for every batch of tokens: what is not counted costs one look-up."""
        for effect in effects:
            if (seen := self._effects.get(type(effect))) is not None:
                seen(effect)

    def stripped(self, model: str, fields: Iterable[str]) -> None:
        name = self._configured(model)
        for field in fields:
            self.stripped_fields.add(name, field)

    def judged(self, said: into.Verdict | into.CheckFailed | into.Spared, ms: float | None) -> None:
        if ms is not None:
            self.check_seconds.observe(ms / 1000, said.check)
        if isinstance(said, into.Verdict) and said.calls:
            self.check_calls.add(said.check, by=said.calls)

    def audited(self) -> None:
        self.audits.add()

    def ended(self, seconds: Mapping[str, float]) -> None:
        self.turn_seconds.observe(seconds["total"])
        if "first_text" in seconds:
            self.first_text_seconds.observe(seconds["first_text"])

    def response(self, route: str, status: int) -> None:
        self.responses.add(route, str(status))

    def metrics(self) -> list[Metric]:
        return [value for value in vars(self).values() if isinstance(value, Metric)]

    def text(self) -> str:
        return render(self.metrics())

    def _opened(self, effect: out.OpenHold) -> None:
        for rule in effect.terms.rules:
            self.holds.add(rule)

    def _watched(self, effect: out.Watched) -> None:
        for rule in {reason.rule for reason in effect.reasons if not is_shadow(reason)}:
            self.watched.add(rule)
        for rule in {reason.rule for reason in effect.reasons if is_shadow(reason)}:
            self.shadow.add(rule)

    def _checked(self, effect: out.RunChecks) -> None:
        for check in effect.checks:
            self.checks.add(check)

    def _decided(self, event: into.Decision) -> None:
        by = event.by.removeprefix(SYSTEM) if event.by.startswith(SYSTEM) else "person"
        self.decisions.add(event.action, by)
