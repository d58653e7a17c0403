"""Units as people write them, and what measures the same: "2 weeks" is "14 days", 86 °F is 30 °C.

Data and one look-up. English, German, French and Spanish names. Knows no text.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from hitl_chat.checks.numerals import plain

PERCENT, TEMPERATURE = "percent", "temperature"


class Unit(NamedTuple):
    """`dimension` says what may be compared; a value times `factor` is in its base."""

    dimension: str
    factor: float = 1.0
    shift: float = 0.0  # taken off first: 32 for Fahrenheit


_NAMED: tuple[tuple[str, Unit], ...] = (
    ("second seconds sec secs sekunde sekunden seconde secondes segundo segundos s",
     Unit("duration", 1)),
    ("minute minutes min mins minuten minuto minutos", Unit("duration", 60)),
    ("hour hours hr hrs h stunde stunden std heure heures hora horas", Unit("duration", 3600)),
    (("day days tag tage tagen werktag werktage werktagen arbeitstag arbeitstage arbeitstagen jour "
     "jours dia dias workday workdays"), Unit("duration", 86400)),
    ("week weeks wk wks woche wochen semaine semaines semana semanas", Unit("duration", 604800)),
    ("fortnight fortnights", Unit("duration", 1209600)),
    ("month months monat monate monaten mois mes meses", Unit("months", 1)),
    ("year years yr yrs jahr jahre jahren an ans annee annees ano anos", Unit("months", 12)),
    ("% percent per-cent prozent pourcent porciento pct", Unit(PERCENT)),
    ("°c ℃ celsius", Unit(TEMPERATURE)),
    ("°f ℉ fahrenheit", Unit(TEMPERATURE, 5 / 9, 32)),
    ("° degree degrees grad degre degres grado grados", Unit(TEMPERATURE)),
    ("€ eur euro euros", Unit("money EUR")),
    ("$ usd us$ dollar dollars dolar dolares", Unit("money USD")),
    ("£ gbp pound pounds quid", Unit("money GBP")),
    ("chf sfr franken", Unit("money CHF")),
    ("¥ jpy yen", Unit("money JPY")),
    ("₹ inr rupee rupees", Unit("money INR")),
    ("zł zl pln zloty", Unit("money PLN")),
    ("kr sek nok dkk kronor kroner", Unit("money kr")),
    ("mg", Unit("mass", 0.001)),
    ("g gram grams gramm gramme grammes gramo gramos", Unit("mass", 1)),
    ("kg kilo kilos kilogram kilograms kilogramm kilogramme kilogramo kilogramos",
     Unit("mass", 1000)),
    ("oz ounce ounces", Unit("mass", 28.349523125)),
    ("lb lbs", Unit("mass", 453.59237)),
    ("mm millimeter millimetre millimetres", Unit("length", 0.001)),
    ("cm centimeter centimeters centimetre centimetres zentimeter", Unit("length", 0.01)),
    ("m meter meters metre metres metro metros", Unit("length", 1)),
    ("km kilometer kilometers kilometre kilometres kilometro kilometros", Unit("length", 1000)),
    ("inch inches zoll pouce pouces pulgada pulgadas", Unit("length", 0.0254)),
    ("ft foot feet", Unit("length", 0.3048)),
    ("mile miles meile meilen milla millas", Unit("length", 1609.344)),
    ("ml milliliter millilitre", Unit("volume", 0.001)),
    ("l liter liters litre litres litro litros", Unit("volume", 1)),
    ("w watt watts", Unit("power", 1)),
    ("kw kilowatt", Unit("power", 1000)),
    ("wh", Unit("energy", 1)),
    ("kwh", Unit("energy", 1000)),
    ("mah", Unit("charge", 1)),
    ("ah", Unit("charge", 1000)),
    ("v volt volts", Unit("voltage")),
    ("mb", Unit("data", 1)),
    ("gb", Unit("data", 1000)),
    ("tb", Unit("data", 1_000_000)),
    ("lumen lumens lm", Unit("light")),
)  # fmt: skip

# In the name of a JSON value a short word says something else: "min" is the least.
_TOO_SHORT_FOR_A_KEY = 3
_NOT_IN_A_KEY = frozenset({"min", "mes", "ans", "second", "pound", "foot", "mile"})


@cache
def units() -> Mapping[str, Unit]:
    return {plain(name): unit for names, unit in _NAMED for name in names.split()}


def unit(word: str) -> Unit | None:
    return units().get(plain(word))


def of_key(parts: list[str]) -> Unit | None:
    """The unit that the name of a value speaks of: "days_left" is in days."""
    for part in parts:
        word = plain(part)
        if len(word) >= _TOO_SHORT_FOR_A_KEY and word not in _NOT_IN_A_KEY and word in units():
            return units()[word]
    return None


def is_money(dimension: str) -> bool:
    return dimension.startswith("money")
