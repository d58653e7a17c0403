# ruff: noqa: RUF001 (the look-alikes are the data)
"""Letters and signs that look like ASCII ones, and which. Data only; `normalise.py` applies it.

Chosen by look, not by sound: what a reader takes for the ASCII sign is listed. Compatibility forms
(full width, circled, mathematical letters) are not here: Unicode itself decomposes those.
"""

CYRILLIC = (
    "аa вb еe кk мm нh оo рp сc тt уy хx ѕs іi јj ԁd һh ԛq ԝw ӏl ѵv ԍg "
    "АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ЅS ІI ЈJ ԀD ҺH ԚQ ԜW ӀI ѴV ԌG ҮY"
)
GREEK = (
    "αa βb γy εe ηn ιi κk νv οo ρp τt υu χx ωw σo ϲc ϳj "
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC"
)
ARMENIAN = "օo սu ոn հh զq ցg"
LATIN = (
    "ıi ɑa ɡg ɢg ɪi ʏy ʀr ɴn ʙb ʜh ʟl ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜱs ꜰf "
    "łl ŁL đd ĐD ħh ĦH ŧt ŦT øo ØO ɨi ʉu ƀb ǥg ƶz"
)
SIGNS = "‘' ’' ‚' ‛' ′' ʼ' ʹ' “\" ”\" „\" ‟\" ″\" «\" »\" ‐- ‑- ‒- –- —- ―- −- ⁃- ⁄/ ∕/ ∶: ٫. ․."
WORDS = {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}

# Blocks of letters in boxes, bubbles and flags that Unicode does not decompose: where "A" is.
LETTER_BLOCKS = (0x1F150, 0x1F170, 0x1F1E6)


def table() -> dict[str, str]:
    """Each look-alike and the ASCII text it is taken for."""
    pairs = " ".join((CYRILLIC, GREEK, ARMENIAN, LATIN, SIGNS)).split()
    single = {pair[0]: pair[1] for pair in pairs}
    boxed = {
        chr(first + place): chr(ord("A") + place) for first in LETTER_BLOCKS for place in range(26)
    }
    return {**single, **boxed, **WORDS}
