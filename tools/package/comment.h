// Text made fit for a comment of a C header: ASCII only, unable to end the comment, wrapped.
#pragma once

#include <string>

namespace actinide {

/// `text` as it may stand between `/*` and `*/`: compilers with other code pages read it, and nothing in it opens or
/// closes a comment.
std::string comment_text(const std::string &text);

/// `text` behind `first`, wrapped at 118 columns; every further line begins with `next`. Ends with a newline.
std::string comment_lines(const std::string &first, const std::string &next, const std::string &text);

}  // namespace actinide
