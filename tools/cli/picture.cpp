#include "tools/cli/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/cli/curve.h"

namespace actinide::cli {
namespace {

constexpr double width = 640;
constexpr double left = 62, right = 18;  // beside the axes: the ticks' numbers, and half of the last one
constexpr double top = 14, bottom = 40;
constexpr double legend_line = 22;

/// Colours of a middle lightness, which a white page and a black one both set off.
constexpr const char *forward_colour = "#3b82f6";
constexpr const char *gradient_colour = "#ea7317";
constexpr const char *style =
    "<style>text{font:13px system-ui,sans-serif;fill:#6e7781}.grid{stroke:#8b949e;stroke-opacity:.25}"
    ".axis{stroke:#8b949e}.frame{fill:none;stroke:#8b949e;stroke-opacity:.6}"
    "@media(prefers-color-scheme:dark){text{fill:#9da7b1}}</style>\n";

struct Range {
    double low, high;
};

struct Drawn {
    const Curve *curve;
    const char *colour;
    bool is_dashed;
};

/// One pair of axes.
struct Panel {
    double y, height;  ///< of the frame in the picture
    Range across, up;
    std::vector<Drawn> curves;

    double to_x(double value) const {
        return left + (value - across.low) / (across.high - across.low) * (width - left - right);
    }
    double to_y(double value) const { return y + height - (value - up.low) / (up.high - up.low) * height; }
};

Range range_of(const Curve &curve) {
    Range range{0, 0};  // the axis is always in sight
    for (const auto *points : {&curve.values, &curve.limits}) {
        for (const Point &point : *points) range = {std::min(range.low, point.y), std::max(range.high, point.y)};
    }
    for (const auto &piece : curve.pieces) {
        for (const Point &point : piece) range = {std::min(range.low, point.y), std::max(range.high, point.y)};
    }
    return range;
}

Range with_margin(Range range) {
    const double margin = 0.06 * std::max(range.high - range.low, 1e-6);
    return {range.low - margin, range.high + margin};
}

/// 1, 2 or 5 times a power of ten, so that at most `most` steps fit.
double tick_step(Range range, int most) {
    const double least = (range.high - range.low) / most;
    const double power = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least) return factor * power;
    }
    return 10 * power;
}

std::vector<double> ticks(Range range, int most) {
    const double step = tick_step(range, most);
    std::vector<double> values;
    for (auto i = static_cast<long>(std::ceil(range.low / step)); static_cast<double>(i) * step <= range.high; ++i) {
        values.push_back(static_cast<double>(i) * step);
    }
    return values;
}

std::string tick_text(double value) {
    return value < 0 ? fmt::format("−{:.6g}", -value) : fmt::format("{:.6g}", value);
}

std::string line(double x1, double y1, double x2, double y2, const char *kind) {
    return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", kind, x1, y1,
                       x2, y2);
}

std::string text(double x, double y, const char *anchor, const std::string &content) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, content);
}

std::string axes(const Panel &panel, const std::string &input) {
    const double low = panel.y + panel.height;
    std::string svg;
    for (const double x : ticks(panel.across, 12)) {
        svg += line(panel.to_x(x), panel.y, panel.to_x(x), low, x == 0 ? "axis" : "grid");
        svg += text(panel.to_x(x), low + 18, "middle", tick_text(x));
    }
    for (const double y : ticks(panel.up, static_cast<int>(panel.height / 30))) {
        svg += line(left, panel.to_y(y), width - right, panel.to_y(y), y == 0 ? "axis" : "grid");
        svg += text(left - 8, panel.to_y(y) + 4, "end", tick_text(y));
    }
    svg += fmt::format("<rect class=\"frame\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n", left,
                       panel.y, width - left - right, panel.height);
    return svg + text((left + width - right) / 2, low + 35, "middle", input);
}

std::string curve_path(const Panel &panel, const Drawn &drawn) {
    std::string path;
    for (const auto &piece : drawn.curve->pieces) {
        for (size_t i = 0; i < piece.size(); ++i) {
            path += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", panel.to_x(piece[i].x), panel.to_y(piece[i].y));
        }
    }
    return fmt::format(
        "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2.2\" stroke-linejoin=\"round\"{}/>\n", path,
        drawn.colour, drawn.is_dashed ? " stroke-dasharray=\"7 4\"" : "");
}

std::string marks(const Panel &panel, const Drawn &drawn) {
    const auto mark = [&](const Point &point, const char *fill) {
        return fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.6\"/>\n",
            panel.to_x(point.x), panel.to_y(point.y), fill, drawn.colour);
    };
    std::string svg;
    for (const Point &point : drawn.curve->limits) svg += mark(point, "none");
    for (const Point &point : drawn.curve->values) svg += mark(point, drawn.colour);
    return svg;
}

std::string draw_panel(const Panel &panel, const std::string &input) {
    std::string svg = axes(panel, input);
    for (const Drawn &drawn : panel.curves) svg += curve_path(panel, drawn);
    for (const Drawn &drawn : panel.curves) svg += marks(panel, drawn);
    return svg;
}

std::string legend_entry(double y, const Drawn &drawn) {
    return fmt::format(
               "<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{2:.1f}\" y2=\"{1:.1f}\" stroke=\"{3}\" "
               "stroke-width=\"2.2\"{4}/>\n",
               left, y, left + 28, drawn.colour, drawn.is_dashed ? " stroke-dasharray=\"7 4\"" : "") +
           text(left + 36, y + 4, "start", drawn.curve->name);
}

/// The ranges of one pair of axes, or of two where one curve would be flat beside the other.
std::vector<Panel> arrange(const Drawn &forward, const Drawn &gradient, Range across) {
    const Range first = range_of(*forward.curve);
    const Range second = range_of(*gradient.curve);
    const double ratio = (first.high - first.low) / (second.high - second.low);
    constexpr double much = 14;
    if (ratio > 1 / much && ratio < much) {
        const Range both{std::min(first.low, second.low), std::max(first.high, second.high)};
        return {{.y = 0, .height = 300, .across = across, .up = with_margin(both), .curves = {forward, gradient}}};
    }
    return {{.y = 0, .height = 180, .across = across, .up = with_margin(first), .curves = {forward}},
            {.y = 0, .height = 180, .across = across, .up = with_margin(second), .curves = {gradient}}};
}

}  // namespace

std::string draw_picture(const Activation &activation) {
    const Curves curves = draw_curves(activation);
    const Drawn forward{&curves.forward, forward_colour, false};
    const Drawn gradient{&curves.gradient, gradient_colour, true};
    std::string body = legend_entry(top, forward) + legend_entry(top + legend_line, gradient);
    double y = top + 2 * legend_line;
    for (Panel &panel : arrange(forward, gradient, {curves.low, curves.high})) {
        panel.y = y;
        body += draw_panel(panel, main_input(activation).name);
        y += panel.height + bottom + top;
    }
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
               "role=\"img\">\n<title>{2} and its gradient</title>\n",
               width, y - top, activation.name) +
           style + body + "</svg>\n";
}

}  // namespace actinide::cli
