"""Print the row: 8 members, each, against one member's time on all threads."""

from row import row, times

if __name__ == "__main__":
    row("8 members, each", "one member", lambda found: times(found["own"][0]["times"], "its time"), job="many")
