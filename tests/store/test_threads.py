"""Readers and the writer may read their very first hold at the same moment."""

import subprocess
import sys

import pytest

# A fresh interpreter, because it is the first reading that matters.
FIRST = """
import sys, threading
from hitl_chat.core.hold import Opening, open_
from hitl_chat.core.policy import Terms
from hitl_chat.store.hold_rows import hold_of, row_of

sys.setswitchinterval(1e-6)
row = row_of(open_(Opening("h", "t", "c", "u", Terms(), (), "whole"), 0, 1.0, 2.0))
together = threading.Barrier(4)

def read():
    together.wait()
    assert hold_of(row, None, None, {}).id == "h"

threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize("attempt", range(6))
def test_the_first_hold_may_be_read_by_several_threads_at_once(attempt: int) -> None:
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, ""), f"attempt {attempt}"
