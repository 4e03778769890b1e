#include "tools/compiler/machine_loops.h"

#include <algorithm>
#include <map>
#include <set>

namespace actinide {
namespace {

/// Instructions that run from first to last.
struct Block {
    size_t begin = 0;
    size_t end = 0;
    std::vector<size_t> successors;
};

class FlowGraph {
public:
    FlowGraph(const MachineCode &code, size_t begin, size_t end, const MachineTables &tables)
        : code_(code), begin_(begin), end_(end), tables_(tables) {
        cut();
        connect();
        find_dominators();
    }

    const std::vector<Block> &blocks() const { return blocks_; }

    /// Every block that some block jumps back to, with all from which it is reached without passing it again.
    std::map<size_t, std::set<size_t>> loops() const {
        std::map<size_t, std::set<size_t>> loops;
        for (size_t from = 0; from < blocks_.size(); ++from) {
            if (from > 0 && predecessors_[from].empty()) continue;  // never reached, and so dominated by all
            for (const size_t entry : blocks_[from].successors) {
                if (dominators_[from].contains(entry)) collect(entry, from, loops[entry]);
            }
        }
        return loops;
    }

private:
    const MachineCode &code_;
    size_t begin_;
    size_t end_;
    const MachineTables &tables_;
    std::vector<Block> blocks_;
    std::vector<std::vector<size_t>> predecessors_;
    std::vector<std::set<size_t>> dominators_;

    void cut() {
        std::set<size_t> starts = {begin_};
        for (const auto &[label, index] : code_.labels) {
            if (index > begin_ && index < end_) starts.insert(index);
        }
        for (size_t i = begin_; i + 1 < end_; ++i) {
            if (description(i).isTerminator()) starts.insert(i + 1);
        }
        for (const size_t start : starts) {
            if (!blocks_.empty()) blocks_.back().end = start;
            blocks_.push_back({start, end_, {}});
        }
    }

    const llvm::MCInstrDesc &description(size_t index) const {
        return tables_.instructions->get(code_.instructions[index].code.getOpcode());
    }

    void connect() {
        std::map<size_t, size_t> block_at;
        for (size_t i = 0; i < blocks_.size(); ++i) block_at[blocks_[i].begin] = i;
        predecessors_.resize(blocks_.size());
        for (size_t i = 0; i < blocks_.size(); ++i) {
            const size_t last = blocks_[i].end - 1;
            const auto label = code_.labels.find(code_.instructions[last].jump_target);
            if (label != code_.labels.end()) join(i, block_at, label->second);
            if (!description(last).isBarrier()) join(i, block_at, blocks_[i].end);
        }
    }

    void join(size_t from, const std::map<size_t, size_t> &block_at, size_t target) {
        const auto to = block_at.find(target);
        if (to == block_at.end()) return;
        blocks_[from].successors.push_back(to->second);
        predecessors_[to->second].push_back(from);
    }

    /// Of each block those that every way to it passes, itself included.
    void find_dominators() {
        std::set<size_t> all;
        for (size_t i = 0; i < blocks_.size(); ++i) all.insert(i);
        dominators_.assign(blocks_.size(), all);
        dominators_[0] = {0};
        for (bool changed = true; changed;) {
            changed = false;
            for (size_t i = 1; i < blocks_.size(); ++i) {
                std::set<size_t> common = common_dominators(predecessors_[i], all);
                common.insert(i);
                changed = changed || common != dominators_[i];
                dominators_[i] = std::move(common);
            }
        }
    }

    std::set<size_t> common_dominators(const std::vector<size_t> &blocks, std::set<size_t> common) const {
        for (const size_t block : blocks) {
            std::erase_if(common, [&](size_t each) { return !dominators_[block].contains(each); });
        }
        return common;
    }

    void collect(size_t entry, size_t from, std::set<size_t> &loop) const {
        loop.insert(entry);
        if (!loop.insert(from).second) return;
        for (const size_t before : predecessors_[from]) collect(entry, before, loop);
    }
};

}  // namespace

std::vector<MachineLoop> innermost_loops(const MachineCode &code, size_t begin, size_t end,
                                         const MachineTables &tables) {
    if (begin >= end) return {};
    const FlowGraph graph(code, begin, end, tables);
    const std::map<size_t, std::set<size_t>> loops = graph.loops();
    std::vector<MachineLoop> innermost;
    for (const auto &[entry, blocks] : loops) {
        const bool holds_another = std::any_of(loops.begin(), loops.end(), [&](const auto &other) {
            return other.first != entry && blocks.contains(other.first);
        });
        if (holds_another) continue;
        const auto depth = static_cast<size_t>(
            std::count_if(loops.begin(), loops.end(), [&](const auto &other) { return other.second.contains(entry); }));
        MachineLoop loop{graph.blocks()[entry].begin, depth, {}};
        for (const size_t block : blocks) {
            for (size_t i = graph.blocks()[block].begin; i < graph.blocks()[block].end; ++i)
                loop.instructions.push_back(i);
        }
        innermost.push_back(std::move(loop));
    }
    return innermost;
}

}  // namespace actinide
