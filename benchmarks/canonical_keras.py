"""Print the row: canonical, float32 and best, against Keras on TensorFlow."""

from row import peers_python, ratio, row

if __name__ == "__main__":
    row(
        "canonical, float32; best",
        "Keras on TensorFlow",
        lambda found: f"{ratio(found, 'fp32')}; {ratio(found, 'best')}",
        job="canonical",
        against="keras",
        python=peers_python(__doc__),
    )
