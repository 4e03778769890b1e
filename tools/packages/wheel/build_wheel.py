"""A wheel of the actinide command: what `cmake --install` makes, without Halide, which pip brings from its own wheel."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def platform_tag():
    """The oldest system that surely runs it is the one it was linked on."""
    name, version = os.confstr("CS_GNU_LIBC_VERSION").split()
    assert name == "glibc", f"wheels are made on glibc systems, but this one has {name}"
    return f"manylinux_{version.replace('.', '_')}_x86_64"


def install(cmake, build, prefix):
    for component in ("command", "bundle", "cmake", "plugin"):
        subprocess.run([cmake, "--install", build, "--prefix", prefix, "--component", component, "--strip"],
                       check=True, stdout=subprocess.DEVNULL)


def replace_links(folder):
    """Zip files hold no links: the name that programs ask for becomes the file."""
    for link in [path for path in folder.rglob("*") if path.is_symlink()]:
        target = link.resolve()
        link.unlink()
        target.rename(link)


def write_metadata(folder, values):
    folder.mkdir()
    for template in (HERE / "metadata").iterdir():
        (folder / template.name).write_text(template.read_text().format(**values))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--build", required=True, help="the build folder of a finished build")
    parser.add_argument("--version", required=True)
    parser.add_argument("--halide", required=True, help="the version of Halide that the command was linked with")
    parser.add_argument("--out", required=True, type=Path, help="folder for the wheel")
    arguments = parser.parse_args()

    staging = arguments.out / "wheel"
    shutil.rmtree(staging, ignore_errors=True)
    package = staging / "actinide"
    install(arguments.cmake, arguments.build, package)
    replace_links(package)
    for source in (HERE / "actinide").glob("*.py"):
        shutil.copy(source, package)
    values = {"version": arguments.version, "halide": arguments.halide, "tag": f"py3-none-{platform_tag()}"}
    write_metadata(staging / f"actinide-{arguments.version}.dist-info", values)
    packed = subprocess.run([sys.executable, "-m", "wheel", "pack", staging, "--dest-dir", arguments.out])
    shutil.rmtree(staging)
    if packed.returncode != 0:
        sys.exit("the wheel could not be packed; is the package 'wheel' installed (requirements-tests.txt)?")


if __name__ == "__main__":
    main()
