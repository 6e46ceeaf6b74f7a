"""What setuptools cannot read from pyproject.toml: the wheel takes the native kernels with it where they compile."""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).parent))
import build_kernels


class WithKernels(build_py):
    """Compile the kernels beside the modules; without a compiler the package is complete and works through PyTorch."""

    def run(self) -> None:
        """Copy the modules, then compile: for a wheel everything, beside the sources what is needed here."""
        super().run()
        into = build_kernels.IN_PLACE if self.editable_mode else Path(self.build_lib, "longshort", "native")
        try:
            self.compiler = build_kernels.build(into, "needed" if self.editable_mode else "all")
        except build_kernels.BuildError as error:
            self.compiler = None
            build_kernels.give_up(into, error)


class AnyPython(bdist_wheel):
    """Name the wheel after the system alone: the kernels are called through ctypes and know no Python."""

    def run(self) -> None:
        """Compile first, for the name tells whether that worked."""
        self.run_command("build")
        self.compiler = self.get_finalized_command("build_py").compiler
        self.root_is_pure = self.compiler is None
        self.distribution.has_ext_modules = lambda: not self.root_is_pure  # where installers put what is not pure
        super().run()

    def get_tag(self) -> tuple[str, str, str]:
        """Give py3-none and the system, or the tag of a wheel without kernels."""
        python, abi, system = super().get_tag()
        return (python, abi, system) if self.root_is_pure else ("py3", "none", self.compiler.platform or system)


setup(cmdclass={"build_py": WithKernels, "bdist_wheel": AnyPython})
