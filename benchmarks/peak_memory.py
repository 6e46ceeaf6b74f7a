"""Print the row: the most memory that the process had, canonical, against PyTorch's."""

from row import row, times


def value(found):
    peaks = {engine["name"]: engine["peak_bytes"] for engine in found["engines"]}
    share = peaks["longshort"] / peaks["torch"] if all(peaks.values()) else None
    sizes = ", ".join(f"{name} {size / 2**20:.0f} MiB" for name, size in peaks.items() if size)
    return f"{times(share, 'its memory')} ({sizes})"


if __name__ == "__main__":
    row("peak memory, canonical", "PyTorch's", value, job="canonical", repeats=1)
