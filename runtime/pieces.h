/* outer x channels x inner elements, cut into dense pieces of at most `limit` elements in the order of memory.
 * Internal. A piece is several outer slices, or several channels of one slice, or a part of one channel's row. */
#ifndef ACTINIDE_RUNTIME_PIECES_H
#define ACTINIDE_RUNTIME_PIECES_H

#include "runtime/arrays.h"

struct actinide_pieces {
    size_t outer, channels, inner;               /* the whole; none is zero */
    size_t limit;                                /* at least 1 */
    size_t next_outer, next_channel, next_inner; /* where the next piece begins */
    size_t left;                                 /* elements from there on */
};

struct actinide_piece {
    size_t offset;  /* of its first element */
    size_t channel; /* its first channel */
    size_t outer, channels, inner;
};

ACTINIDE_INLINE struct actinide_pieces actinide_pieces_of(size_t outer, size_t channels, size_t inner, size_t limit) {
    const struct actinide_pieces pieces = {outer, channels, inner, limit, 0, 0, 0, outer * channels * inner};
    return pieces;
}

/* Of the elements from `begin` to `end` only. */
ACTINIDE_INLINE void actinide_restrict_pieces(struct actinide_pieces *pieces, size_t begin, size_t end) {
    const size_t row = begin / pieces->inner;
    pieces->next_inner = begin % pieces->inner;
    pieces->next_channel = row % pieces->channels;
    pieces->next_outer = row / pieces->channels;
    pieces->left = end - begin;
}

/* Sets the extents of the piece that begins at `next`, and moves `next` behind it. */
ACTINIDE_INLINE void actinide_cut_piece(struct actinide_pieces *pieces, struct actinide_piece *piece) {
    const size_t room = actinide_smaller(pieces->left, pieces->limit);
    const size_t row = pieces->inner;
    if (pieces->next_inner != 0 || room < row) {
        piece->inner = actinide_smaller(row - pieces->next_inner, room);
        pieces->next_inner += piece->inner;
        if (pieces->next_inner < row) return;
        pieces->next_inner = 0;
        pieces->next_channel += 1;
    } else {
        const size_t rows = room / row;
        piece->inner = row;
        if (pieces->next_channel == 0 && rows >= pieces->channels) {
            piece->channels = pieces->channels;
            piece->outer = rows / pieces->channels;
            pieces->next_outer += piece->outer;
            return;
        }
        piece->channels = actinide_smaller(pieces->channels - pieces->next_channel, rows);
        pieces->next_channel += piece->channels;
    }
    if (pieces->next_channel < pieces->channels) return;
    pieces->next_channel = 0;
    pieces->next_outer += 1;
}

/* False when there is none left. */
ACTINIDE_INLINE int actinide_next_piece(struct actinide_pieces *pieces, struct actinide_piece *piece) {
    if (pieces->left == 0) return 0;
    piece->channel = pieces->next_channel;
    piece->offset = (pieces->next_outer * pieces->channels + pieces->next_channel) * pieces->inner + pieces->next_inner;
    piece->outer = 1;
    piece->channels = 1;
    actinide_cut_piece(pieces, piece);
    pieces->left -= piece->outer * piece->channels * piece->inner;
    return 1;
}

#endif
