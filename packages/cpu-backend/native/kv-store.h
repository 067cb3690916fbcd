/*
 * Layout of KV memory: [page][layer][kvHead], so a page is one piece of memory and may hold encoded tokens instead.
 *
 * A head's part of a dense page holds, each part of that 64-byte aligned:
 *   keys    [pageSize / 16 tiles][headDim][16 tokens]  one vector register holds one channel of 16 tokens
 *   values  [pageSize][paddedDim]                      paddedDim = headDim rounded up to 16
 *   key scales, value scales  f32 [pageSize] each, int8 only
 * but bf16 in pairs, the operands of instructions that multiply two channels or two tokens at once:
 *   keys    [pageSize / 16 tiles][headDim / 2][16 tokens][2 channels]
 *   values  [pageSize / 2][paddedDim][2 tokens]
 */
#ifndef KVASIR_KV_STORE_H
#define KVASIR_KV_STORE_H
#include "ops.h"
#include "team.h"

/* Tokens per tile. */
#define TILE 16

enum KvType { KV_F32 = 0, KV_F16 = 1, KV_BF16 = 2, KV_INT8 = 3 };

/* Where a bf16 page holds an element, counted in u16 from its keys and from its values. */
INLINE i64 pair_key_index(i64 slot, i64 channel, i64 head_dim) {
  return ((slot / TILE * (head_dim / 2) + channel / 2) * TILE + slot % TILE) * 2 + channel % 2;
}
INLINE i64 pair_value_index(i64 slot, i64 channel, i64 padded_dim) { return (slot / 2 * padded_dim + channel) * 2 + slot % 2; }

/* One layer's KV, written by the host (src/kv/kv-layout.ts); `base` is that of the first page. Strides and offsets in bytes. */
typedef struct {
  address base;
  i64 head_stride, page_stride;
  i64 value_offset, key_scale_offset, value_scale_offset;
  i64 kv_heads, head_dim, padded_dim, page_size, page_count, type;
  /* i64 [page_count]: stamp of the latest write to each page */
  address stamps;
  /* In the memory that the store keeps for a block of tokens, where this layer's representatives begin, and bytes from head to head. */
  i64 representative_offset, representative_stride;
} KvLayer;

INLINE u8 *page_of(const KvLayer *layer, i64 kv_head, i64 page) {
  return POINTER(u8, layer->base + (u64)(kv_head * layer->head_stride + page * layer->page_stride));
}

/* Threads that write to the same page in one operator all write the same stamp. */
INLINE void stamp_page(const KvLayer *layer, i64 page, i64 stamp) {
  __atomic_store_n(POINTER(i64, layer->stamps) + page, stamp, __ATOMIC_RELAXED);
}

void op_split_and_store(const OpSplitAndStore *op, Worker *worker);
void op_copy_pages(const OpCopyPages *op, Worker *worker);
void op_write_tokens(const OpTokens *op, Worker *worker);
void op_read_tokens(const OpTokens *op, Worker *worker);

#endif
