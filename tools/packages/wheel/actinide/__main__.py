"""Becomes the actinide command. Only what every start needs is imported."""

import os
import sys


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.argv[1:] == ["--cmake-root"]:
        print(here)
        return
    program = os.path.join(here, "bin", "actinide")
    # The program looks for Halide beside this package, where pip puts it; it may also be in another folder of Python's.
    if not os.path.exists(os.path.join(os.path.dirname(here), "halide", "lib64", "libHalide.so")):
        from importlib.util import find_spec

        halide = find_spec("halide")
        if halide is None or not halide.submodule_search_locations:
            sys.exit("error: the Python package 'halide' is not installed; pip install --force-reinstall actinide brings it")
        folders = [os.path.join(halide.submodule_search_locations[0], "lib64"), os.environ.get("LD_LIBRARY_PATH", "")]
        os.environ["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, folders))
    os.execv(program, [program, *sys.argv[1:]])


if __name__ == "__main__":
    main()
