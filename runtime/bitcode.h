// The C runtime of this folder as LLVM bitcode, embedded when Actinide is built.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace actinide {

/// The bitcode called `name`; empty if there is none. It is not optimised, and its functions keep their names.
/// `<folder>` is a target's folder under lib/ in a package.
/// - `<folder>/entry`: actinide_run_elementwise, _channelwise and the others of kernel.h; linked into each kernel's
/// object.
/// - `<folder>/support`: the level, status text, version, and who shares long calls; once per archive.
/// - `<folder>/threads`: a pool of threads that shares them; once per archive.
/// - `<folder>/cuda_entry`, `<folder>/cuda_support`: likewise for a CUDA archive beside a host of that folder.
/// - `x86_64-linux/entry_single`, `x86_64-linux/support_single`: for an archive without levels. The other folders have
///   only one level, so their `entry` and `support` are of this kind.
/// - `<folder>/lookup`, `x86_64-linux/lookup_single`: what reads tables of 8-bit types; in archives that have any.
/// - `<folder>/blocks`, `x86_64-linux/blocks_single`: what kernels made for size share; in archives of such.
/// - `<folder>/fma`: of folders with CPUs that have none, for whose kernels of float64 it stands in.
/// - `<folder>/timing`: a program by itself that times kernels, for CPUs on Linux; in no archive.
/// - `nvptx64/device`: the device's part of the parameter gradient.
std::string_view runtime_bitcode(std::string_view name);

/// All names, sorted.
std::vector<std::string> runtime_bitcode_names();

}  // namespace actinide
