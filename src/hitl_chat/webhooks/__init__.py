"""Telling other programs what happens at the desk: signed, at least once, ids and codes only.

`telling` says what is told, `parcels` packs it, `courier` delivers it, `carrier` is the way out
of this machine and `addresses` says where that may lead. Knows no settings.
"""
