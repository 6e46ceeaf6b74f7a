"""Print the row: canonical, float32, both sides capped to AVX2, on whatever processor."""

import os
import sys

# before PyTorch and the kernels look at the processor
os.environ |= {"LONGSHORT_KERNEL": "native:avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}

from row import ratio, show

from longshort.bench.jobs import parts
from longshort.bench.machine import cores
from longshort.bench.run import measure

if __name__ == "__main__":
    chosen = parts("canonical", "torch", {})
    found = measure("canonical", "torch", chosen, cores(), 5, sys.executable, lambda _: None)
    show("canonical, float32, AVX2 alone", "PyTorch, AVX2 alone", ratio(found, "fp32"), found["machine"])
