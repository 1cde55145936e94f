"""Makes torch importable where no GPU library is installed.

The Linux builds of torch are linked against CUDA's libraries and do not load without them, though
nothing on a CPU calls them. This puts a stand-in beside torch's own libraries for each that is
missing. A function of theirs, should it be called after all, answers 100: "there is no device".
Needs `cc`, `nm` and `readelf`. Does nothing where torch loads without help.
"""

import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CUDA_FUNCTION = re.compile(r"_*(cu|nccl|nv)", re.IGNORECASE)
CUDA_LIBRARY = re.compile(r"lib(cu|nccl|nv).*\.so\.\d+")


def lines(*command):
    """What a command prints, line by line."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def build(library, source, *options):
    """Compiles C source to a shared library that answers to its file name."""
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write(source)
        file.flush()
        name = f"-Wl,-soname,{library.name}"
        subprocess.run(["cc", "-shared", "-fPIC", name, "-o", library, file.name, *options], check=True)


def stand_in(folder):
    """Builds the libraries that those in the folder need and that are not there."""
    libraries = [str(path) for path in folder.glob("*.so")]
    dynamic = [line for path in libraries for line in lines("readelf", "-d", path)]
    needed = {name for line in dynamic for name in re.findall(r"NEEDED.*\[(.*)\]", line)}
    undefined = {
        line.split()[-1].split("@")[0]
        for path in libraries
        for line in lines("nm", "-D", "--undefined-only", path)
    }
    functions = sorted(name for name in undefined if CUDA_FUNCTION.match(name))
    # The functions stand in one library, which each of the others needs: so they have no version
    # that the loader could look for.
    build(folder / "libno_cuda.so", "".join(f"int {name}(void) {{ return 100; }}\n" for name in functions))
    for name in sorted(needed):
        if CUDA_LIBRARY.fullmatch(name) and not (folder / name).exists():
            options = ["-Wl,--no-as-needed", f"-L{folder}", "-lno_cuda", "-Wl,-rpath,$ORIGIN"]
            build(folder / name, "", *options)


def loads():
    """Whether a fresh interpreter can import torch."""
    return subprocess.run([sys.executable, "-c", "import torch"], capture_output=True).returncode == 0


if __name__ == "__main__":
    if not loads():
        stand_in(Path(importlib.util.find_spec("torch").origin).parent / "lib")
        subprocess.run([sys.executable, "-c", "import torch"], check=True)
