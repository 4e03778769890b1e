// One kernel with arrays of one size, ready to be called again and again.
#pragma once

#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/bench/copy_limit.h"
#include "tools/bench/numbers.h"
#include "tools/compiler/loaded_kernels.h"

namespace actinide {

struct ArrayLayout;

/// The argument's name -> what its array holds.
using Blocks = std::map<std::string, const Block *>;

class KernelCall {
public:
    /// What arrays of that size take.
    static size_t bytes_of_arrays(const KernelKey &key, size_t size);

    /// With arrays and sizes as layout_of has them.
    KernelCall(const KernelKey &key, size_t size, const Blocks &blocks);

    /// Throws if the kernel refuses its arguments.
    void run(LoadedKernels::Function kernel) const;
    /// Moves what the kernel moves per element.
    void run(CopyStreams copy) const;

    size_t elements() const { return elements_; }
    size_t channels() const { return channels_; }
    /// Read and written in one call.
    size_t bytes_moved() const { return bytes_moved_; }
    size_t input_streams() const { return input_streams_.size(); }
    size_t output_streams() const { return output_streams_.size(); }
    /// The bytes of all outputs, one after another.
    std::string output_bytes() const;
    /// Writes what no kernel leaves there.
    void spoil_outputs() const;
    /// The array of the first output, with one value per element.
    const char *output() const { return static_cast<const char *>(output_streams_.front()); }

private:
    std::string name_;
    size_t elements_ = 0;
    size_t channels_ = 1;
    size_t stream_bytes_ = 0;
    size_t bytes_moved_ = 0;
    std::unique_ptr<char, decltype(&std::free)> memory_{nullptr, std::free};
    std::vector<const void *> inputs_, input_streams_;
    std::vector<void *> outputs_, output_streams_;
    std::vector<size_t> bytes_of_outputs_;
    std::vector<size_t> sizes_;
    std::vector<double> parameters_;

    void add_array(const ArrayLayout &layout, const KernelKey &key, const Blocks &blocks);
};

}  // namespace actinide
