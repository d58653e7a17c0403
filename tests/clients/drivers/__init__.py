"""The programs that play scenarios with one client library each; see ../README.md."""
