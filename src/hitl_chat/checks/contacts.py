"""The company's own contact data, as a rules file hands them to the options of its checks.

Knows no check: what they mean to it, each says itself.
"""

from collections.abc import Sequence

from pydantic import ValidationInfo


def contacts_of(info: ValidationInfo) -> Sequence[str]:
    """What the file that these options stand in calls its own, as it is written there."""
    contacts: Sequence[str] = (info.context or {}).get("contacts", ())
    return contacts
