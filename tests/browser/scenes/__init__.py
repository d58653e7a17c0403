"""What pages look like in the states that matter: each scene is played by a visitor or two."""

from tests.browser.scenes import (
    colleagues,
    console,
    deciding,
    door,
    evidence,
    lane,
    people,
    phone,
    shop,
    talking,
    troubles,
    wall,
)
from tests.browser.scenes.stage import FOLDER, SCENES, Theme

__all__ = ["FOLDER", "SCENES", "Theme"]

PLACES = (
    *(door, console, deciding, evidence, colleagues, talking),
    *(lane, wall, people, shop, phone, troubles),
)
