#!/usr/bin/env python3
"""Runs `actinide verify` in shards on a Dask cluster and prints the report that one machine would have printed.

python tools/cluster/verify.py --scheduler tcp://host:8786 --actinide /opt/actinide/actinide -- elu --exhaustive

What stands behind `--` is given to `actinide verify` on the workers. A shard uses all cores of its machine, so start
one worker of one thread per machine: `dask worker ADDRESS --nthreads 1`.
"""

import argparse
import contextlib
import ctypes
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid

# The command's own exit codes.
EXIT_USAGE, EXIT_MISSING, EXIT_UNSUPPORTED, EXIT_REFUSED, EXIT_INTERRUPTED = 2, 3, 4, 5, 130
SECONDS_TO_CONNECT = 10


class Failure(Exception):
    """An exit code and the sentence that goes with it."""


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


def parse_arguments(words):
    """The options as a namespace; ends the program with 2 where they make no sense."""
    parser = argparse.ArgumentParser(
        usage="verify.py [options] -- ARGUMENTS of actinide verify",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of Dask (default: a cluster of this machine alone)")
    parser.add_argument("--actinide", metavar="PATH", default="actinide",
                        help="the command, here and on every worker (default: %(default)s, found in PATH)")
    parser.add_argument("--shards", metavar="N", type=positive, help="into how many (default: four for each worker)")
    parser.add_argument("--retries", metavar="R", type=natural, default=3,
                        help="how often a shard whose command was killed or could not write is tried again "
                             "(default: %(default)s); where a worker dies, Dask itself gives its shard to another")
    parser.add_argument("--results", metavar="DIR", help="keep the shards' files here, and run only those not there yet")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.add_argument("--record", metavar="DIR", help="write what was found as evidence into this folder")
    parser.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)
    return parser.parse_args(words)


def natural(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is no count; give 0 or more")
    return int(text)


def positive(text):
    if natural(text) == 0:
        raise argparse.ArgumentTypeError("'0' is too few; give 1 or more")
    return int(text)


def run_shard(command, shard):
    """On a worker: runs one shard. Gives its exit code, its standard error and the bytes of its result file.

    What another try may mend (a killed command, a full disk) is raised instead, so that Dask tries again.
    """
    # A command whose worker is killed ends too, instead of slowing down the machine for a result that nobody awaits.
    libc = ctypes.CDLL(None)
    pr_set_pdeathsig = 1
    with tempfile.TemporaryDirectory() as folder:
        result = os.path.join(folder, "shard.json")
        try:
            done = subprocess.run([*command, "--shard", shard, "--out", result], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
                                  preexec_fn=lambda: libc.prctl(pr_set_pdeathsig, signal.SIGTERM), check=False)
        except OSError as problem:
            return EXIT_MISSING, f"'{command[0]}' cannot be run on a worker: {problem.strerror}\n", b""
        if done.returncode in (EXIT_USAGE, EXIT_MISSING, EXIT_UNSUPPORTED):
            return done.returncode, done.stderr, b""
        if done.returncode != 0:
            raise RuntimeError(f"exit code {done.returncode}, {done.stderr.strip() or 'no message'}")
        with open(result, "rb") as file:
            return 0, done.stderr, file.read()


@contextlib.contextmanager
def connect(scheduler):
    """A client of the scheduler at this address; without one, of a cluster of one worker on this machine."""
    try:
        from dask.distributed import Client, LocalCluster
    except ImportError:
        raise Failure(EXIT_MISSING, "dask.distributed is missing; install it with: "
                                    f"{sys.executable} -m pip install distributed") from None
    # That a worker is gone and its shard goes to another is Dask's everyday business.
    logging.getLogger("distributed").setLevel(logging.ERROR)
    with contextlib.ExitStack() as stack:
        try:
            if scheduler is None:
                cluster = LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None,
                                       silence_logs=logging.ERROR)
                scheduler = stack.enter_context(cluster).scheduler_address
            client = stack.enter_context(Client(scheduler, timeout=SECONDS_TO_CONNECT))
        except (OSError, ValueError) as problem:
            raise Failure(EXIT_REFUSED, f"no Dask scheduler answers at '{scheduler}' ({problem}); check the address or "
                                        "start one with 'dask scheduler'") from None
        yield client


def keep(path, content):
    """Writes the file whole or not at all."""
    partial = f"{path}.partial-{os.getpid()}"
    with open(partial, "wb") as file:
        file.write(content)
    os.replace(partial, path)


def run_shards(client, command, missing, retries, count):
    """Runs the shards of `missing`, a map from "i/n" to the file that is to hold its result."""
    from dask.distributed import as_completed

    run = uuid.uuid4().hex
    shards = {}
    for shard in missing:
        future = client.submit(run_shard, command, shard, key=f"actinide-verify-{run}-{shard}", retries=retries)
        shards[future] = shard
    done = count - len(missing)
    try:
        for future in as_completed(list(shards)):
            shard = shards[future]
            if future.exception() is not None:
                raise Failure(EXIT_REFUSED, f"shard {shard} failed again and again: {future.exception()}")
            exit_code, error, content = future.result()
            if exit_code != 0:
                raise Failure(exit_code, f"shard {shard} failed: {error.strip().removeprefix('error: ')}")
            keep(missing[shard], content)
            # Held no longer: else Dask would make it again if its worker died.
            future.release()
            del shards[future]
            done += 1
            say(f"shard {shard} is there, {done} of {count}")
    finally:
        client.cancel(list(shards))


def verify(arguments):
    """Runs the shards, merges them, prints the report and gives the exit code of `verify --merge`."""
    if shutil.which(arguments.actinide) is None:
        raise Failure(EXIT_MISSING, f"'{arguments.actinide}' is no command here; give its path with --actinide")
    command = [arguments.actinide, "verify", *arguments.arguments]
    with contextlib.ExitStack() as stack:
        folder = arguments.results or stack.enter_context(tempfile.TemporaryDirectory())
        os.makedirs(folder, exist_ok=True)
        with connect(arguments.scheduler) as client:
            workers = len(client.scheduler_info(n_workers=-1)["workers"])
            if workers == 0:
                say("the scheduler has no worker yet; waiting for one")
            count = arguments.shards or 4 * max(1, workers)
            files = {f"{i}/{count}": os.path.join(folder, f"{i}of{count}.json") for i in range(1, count + 1)}
            missing = {shard: file for shard, file in files.items() if not os.path.exists(file)}
            run_shards(client, command, missing, arguments.retries, count)
        merge = [arguments.actinide, "verify", "--merge", *files.values()]
        if arguments.json:
            merge.append("--json")
        if arguments.record:
            merge += ["--record", arguments.record]
        return subprocess.run(merge, check=False).returncode


def main():
    try:
        return verify(parse_arguments(sys.argv[1:]))
    except Failure as failure:
        exit_code, sentence = failure.args
    except OSError as problem:
        exit_code, sentence = EXIT_REFUSED, f"the system refused: {problem}"
    except KeyboardInterrupt:
        exit_code, sentence = EXIT_INTERRUPTED, "interrupted; --results DIR would have kept the shards that are there"
    say(f"error: {sentence}")
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
