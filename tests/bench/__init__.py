"""The bench is run small here, for correctness only; nothing in these tests looks at a time."""
