"""What the pages at the door say, in each language there is; and which one a browser asked for.

A language that leaves a text out is no `Texts`. Owns words only: no markup, no request. What is
refused is said by the error itself in English, elsewhere by its code.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hitl_chat.core.types import Value

OTHERS = "*"


class Texts(Value, frozen=True):
    """All of one language. `{...}` is filled in; `problems` are sentences by an error's code."""

    lang: str
    hello: str
    coming_in: str
    sign_in_as: str
    choose_first: str
    choose_new: str
    good_password: str
    new_password: str
    again: str
    save: str
    differ: str
    sign_in: str
    name: str
    password: str
    no_password: str
    provider: str
    or_password: str
    used: str
    used_why: str
    by_password: str
    elsewhere: str
    elsewhere_why: str
    refused: str
    back: str
    roles: Mapping[str, str]
    problems: Mapping[str, str] = MappingProxyType({})


EN = Texts(
    lang="en",
    hello="Hello {name}",
    coming_in="You are signing in to the console as {name} ({role}).",
    sign_in_as="Sign in as {name}",
    choose_first="Or choose a password first",
    choose_new="Or choose a new password",
    good_password=(
        "With a password you come in without a link. Take at least {least} characters; a few "
        "words that do not belong together are good."
    ),
    new_password="New password",
    again="The same again",
    save="Save password and sign in",
    differ="The two passwords differ: type the same one twice.",
    sign_in="Sign in",
    name="Name",
    password="Password",
    no_password="No password yet, or forgotten? Ask an admin for a link, or run {command}.",
    provider="Sign in with {label}",
    or_password="or with a password",
    used="This link no longer works",
    used_why=("A link works once, and only for a while. Ask for a new one: {command} prints it."),
    by_password="Sign in with a password",
    elsewhere="Not from here",
    elsewhere_why=("The form was sent from another page. Open the address itself, then sign in."),
    refused="You are not signed in",
    back="Back to signing in",
    roles={
        "agent": "agent",
        "supervisor": "supervisor",
        "engineer": "engineer",
        "auditor": "auditor",
        "admin": "admin",
    },
)

DE = Texts(
    lang="de",
    hello="Hallo {name}",
    coming_in="Du meldest dich als {name} ({role}) an der Konsole an.",
    sign_in_as="Als {name} anmelden",
    choose_first="Oder zuerst ein Passwort wählen",
    choose_new="Oder ein neues Passwort wählen",
    good_password=(
        "Mit einem Passwort kommst du ohne Link hinein. Nimm mindestens {least} Zeichen; gut sind "
        "ein paar Wörter, die nichts miteinander zu tun haben."
    ),
    new_password="Neues Passwort",
    again="Noch einmal dasselbe",
    save="Passwort speichern und anmelden",
    differ="Die beiden Passwörter sind verschieden: gib zweimal dasselbe ein.",
    sign_in="Anmelden",
    name="Name",
    password="Passwort",
    no_password=(
        "Noch kein Passwort, oder vergessen? Bitte jemanden aus der Verwaltung um einen Link, "
        "oder starte {command}."
    ),
    provider="Mit {label} anmelden",
    or_password="oder mit einem Passwort",
    used="Dieser Link gilt nicht mehr",
    used_why=(
        "Ein Link gilt einmal, und nur eine Zeit lang. Bitte um einen neuen: {command} gibt ihn "
        "aus."
    ),
    by_password="Mit einem Passwort anmelden",
    elsewhere="Nicht von hier",
    elsewhere_why=(
        "Das Formular kam von einer anderen Seite. Öffne die Adresse selbst und melde dich dann an."
    ),
    refused="Du bist nicht angemeldet",
    back="Zurück zur Anmeldung",
    roles={
        "agent": "Agent",
        "supervisor": "Supervisor",
        "engineer": "Technik",
        "auditor": "Revision",
        "admin": "Verwaltung",
    },
    problems={
        "signed_out": (
            "Währenddessen wurde dein Zugang geändert: melde dich noch einmal an, oder bitte "
            "jemanden aus der Verwaltung um einen neuen Link."
        ),
        "wrong_password": "Der Name oder das Passwort stimmt nicht.",
        "weak_password": (
            "Dieses Passwort ist zu kurz, zu lang oder leicht zu erraten: nimm {least} bis {most} "
            "Zeichen, etwa ein paar Wörter, die nichts miteinander zu tun haben."
        ),
        "too_many_attempts": "Zu viele Versuche: komm in {minutes} min wieder.",
        "busy": "Gerade melden sich zu viele an: versuche es in ein paar Sekunden noch einmal.",
        "not_listed": (
            "Dort kennt man dich, aber hier darfst du dich nicht anmelden: frage jemanden aus der "
            "Verwaltung."
        ),
        "provider_refused": "Die Anmeldung dort ist nicht gelungen: versuche es noch einmal.",
        "sign_in_expired": (
            "Diese Anmeldung wurde nicht in diesem Browser begonnen, oder vor zu langer Zeit: "
            "beginne noch einmal."
        ),
        "provider_away": (
            "Das Firmenkonto ist nicht zu erreichen: versuche es noch einmal, oder nimm ein "
            "Passwort."
        ),
    },
)

LANGUAGES: Mapping[str, Texts] = {texts.lang: texts for texts in (EN, DE)}


def wanted(accept: str) -> Texts:
    """What an `Accept-Language` header likes best of what there is; English if it is no help."""
    liked = sorted(_liked(accept[:500]), key=lambda each: -each[0])
    known = (LANGUAGES.get(language, EN) for _, language in liked)
    return next(known, EN)


def _liked(accept: str) -> Iterator[tuple[float, str]]:
    """How much, and what: only languages there are, and the star."""
    for part in accept.split(","):
        name, _, weight = part.partition(";")
        language = name.strip().partition("-")[0].lower()
        quality = _quality(weight.strip())
        if quality > 0 and (language in LANGUAGES or language == OTHERS):
            yield quality, language


def _quality(weight: str) -> float:
    """Of `q=0.5`; 1 where nothing is said, 0 for what cannot be read."""
    if not weight:
        return 1.0
    name, _, number = weight.partition("=")
    plain = number.strip()
    if name.strip() != "q" or not plain.replace(".", "", 1).isdecimal():
        return 0.0
    return min(float(plain), 1.0)
