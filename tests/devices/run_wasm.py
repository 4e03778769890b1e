"""Runs a module of tests/devices/digest.c: python3 run_wasm.py MODULE prints both digests on one line."""

import sys

import wasmtime

store = wasmtime.Store()
module = wasmtime.Module.from_file(store.engine, sys.argv[1])
digest = wasmtime.Instance(store, module, []).exports(store)["device_digest"]
print(*(f"{digest(store, inputs) & (2**64 - 1):016x}" for inputs in (0, 1)))
