"""Print the row: one step of a stream, 2 x LSTM(64), against PyTorch's one step with its state."""

from row import ours, ratio, row


def value(found):
    mine = ours(found)
    return f"{ratio(found, 'best')}; {mine['seconds'] * 1e6:.1f} µs" if mine else "not measured"


if __name__ == "__main__":
    row("streaming, `stream.step`, 2 x LSTM(64)", "PyTorch, one step with its state", value, job="stream")
