// Threads that share one list of work.
#pragma once

#include <cstddef>
#include <functional>

namespace actinide {

/// Calls `work` with 0 … pieces - 1, each once and begun in this order, on as many threads at once as there are `jobs`
/// (0: all cores) and pieces for, this thread among them; fewer where the system, as a container may, refuses more.
/// Once it has given false or thrown, no further piece is begun. Returns, or throws what a piece threw, when all
/// threads have ended.
void share_pieces(int jobs, size_t pieces, const std::function<bool(size_t)> &work);

}  // namespace actinide
