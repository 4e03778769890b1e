/* outer x channels x inner elements, cut into dense pieces of at most `limit` elements in the order of memory.
 * Internal. A piece is several outer slices, or several channels of one slice, or a part of one channel's row. */
#ifndef ACTINIDE_RUNTIME_PIECES_H
#define ACTINIDE_RUNTIME_PIECES_H

#include "runtime/arrays.h"

struct actinide_pieces {
    size_t outer, channels, inner;               /* the whole; none is zero */
    size_t limit;                                /* at least 1 */
    size_t next_outer, next_channel, next_inner; /* where the next piece begins */
};

struct actinide_piece {
    size_t offset;  /* of its first element */
    size_t channel; /* its first channel */
    size_t outer, channels, inner;
};

ACTINIDE_INLINE struct actinide_pieces actinide_pieces_of(size_t outer, size_t channels, size_t inner, size_t limit) {
    const struct actinide_pieces pieces = {outer, channels, inner, limit, 0, 0, 0};
    return pieces;
}

/* How many elements of dimension `left` fit into the limit at `each` apiece. */
ACTINIDE_INLINE size_t actinide_fitting(size_t left, size_t each, size_t limit) {
    return left <= limit / each ? left : limit / each;
}

/* Sets the extents of the piece that begins at `next`, and moves `next` behind it. */
ACTINIDE_INLINE void actinide_cut_piece(struct actinide_pieces *pieces, struct actinide_piece *piece) {
    const size_t row = pieces->inner;
    const size_t channels_left = pieces->channels - pieces->next_channel;
    if (row > pieces->limit) {
        piece->inner = actinide_smaller(row - pieces->next_inner, pieces->limit);
        pieces->next_inner += piece->inner;
        if (pieces->next_inner < row) return;
        pieces->next_inner = 0;
        pieces->next_channel += 1;
    } else if (pieces->channels > pieces->limit / row) {
        piece->inner = row;
        piece->channels = actinide_fitting(channels_left, row, pieces->limit);
        pieces->next_channel += piece->channels;
    } else {
        piece->inner = row;
        piece->channels = pieces->channels;
        piece->outer = actinide_fitting(pieces->outer - pieces->next_outer, row * pieces->channels, pieces->limit);
        pieces->next_outer += piece->outer;
        return;
    }
    if (pieces->next_channel < pieces->channels) return;
    pieces->next_channel = 0;
    pieces->next_outer += 1;
}

/* False when there is none left. */
ACTINIDE_INLINE int actinide_next_piece(struct actinide_pieces *pieces, struct actinide_piece *piece) {
    if (pieces->next_outer >= pieces->outer) return 0;
    piece->channel = pieces->next_channel;
    piece->offset = (pieces->next_outer * pieces->channels + pieces->next_channel) * pieces->inner + pieces->next_inner;
    piece->outer = 1;
    piece->channels = 1;
    actinide_cut_piece(pieces, piece);
    return 1;
}

#endif
