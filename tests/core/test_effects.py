"""What an effect says of itself."""

from hitl_chat.core.effects import Correct


def test_a_correction_reads_as_one_where_nothing_can_be_replaced() -> None:
    assert Correct("It is green.").marked == "[Correction] It is green."
    assert Correct("Es ist grün.", "Berichtigung:").marked == "Berichtigung: Es ist grün."
