"""Print the rows: steps of the optimizer to one validation loss, forking sequences against one target per window."""

from row import show

from longshort.bench.run import bench

if __name__ == "__main__":
    found = bench("forking")
    for series in found["own"]:
        fewer = f"{1 / series['times']:.1f} x fewer steps ({series['steps']} against {series['steps_against']})"
        show(series["what"], series["against"], fewer, found["machine"])
