/* An order of channels that puts those next to each other which vectors keep together, so that groups of them waste little. */
#ifndef KVASIR_PACKED_ORDER_H
#define KVASIR_PACKED_ORDER_H
#include "packed-format.h"

/*
 * Greedy: a group starts with the channel kept most often among those left and takes the one of largest overlap (vectors that keep both /
 * vectors that keep either) with the group's members, until it is full; ties to the lower channel.
 * vectors: [count][columns], count <= 256, each of which would keep its `f->retained` largest of the first `f->channels` elements.
 * order: [f->channels]
 */
void co_selection_order(const f32 *vectors, i64 count, i64 columns, const PackedFormat *f, i32 *order);

#endif
