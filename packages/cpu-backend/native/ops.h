/*
 * The operation records the host appends to a program, mirrored by src/tape.ts and the files that append.
 *
 * A record is 16 words of 8 bytes: the header (opcode in the low, flags in the high half) and up to 15 argument words, each an
 * `address`, an `i64` or an `f64`. Sizes count elements unless they say bytes. Addresses that may be absent are 0. Operators that write
 * KV pages carry a stamp, higher than those of all writes before.
 */
#ifndef KVASIR_OPS_H
#define KVASIR_OPS_H
#include "base.h"

#define RECORD_BYTES 128

enum Opcode {
  OP_RMS_NORM = 1,
  OP_ADD = 2,
  OP_GATED_ACTIVATION = 3,
  OP_GATHER_ROWS = 4,
  OP_SPLIT_AND_STORE = 5,
  OP_ATTENTION = 6,
  OP_MERGE_STATES = 7,
  OP_COPY_PAGES = 8,
  OP_WRITE_TOKENS = 9,
  OP_READ_TOKENS = 10,
  /* Records OpLinear, OpEmbed and OpPackRows: see linear.h. */
  OP_LINEAR = 11,
  OP_EMBED = 12,
  OP_PACK_ROWS = 13,
  OP_ARGMAX = 14,
  /* Records OpPackedFit and OpPackedEncode: see packed-codec.h. */
  OP_PACKED_FIT = 15,
  OP_PACKED_ENCODE = 16,
  /* Record OpPackedAttention: see packed-attend.h. */
  OP_PACKED_ATTENTION = 17,
};

/* The operator has so little work that one thread does it alone, as lane 0 of any number, between two phases. */
#define FLAG_SERIAL 1u

typedef struct {
  u32 opcode;
  u32 flags;
} OpHeader;

/* x, out: f32 [rows, columns]; weight: f32 [columns] */
typedef struct {
  OpHeader header;
  address x, weight, out;
  i64 rows, columns;
  f64 epsilon;
} OpRmsNorm;

/* x, out: f32 [rows, columns] */
typedef struct {
  OpHeader header;
  address x, out;
  i64 rows, columns;
} OpAdd;

/* x: f32 [rows, 2 * columns]; out: f32 [rows, columns]; kind: 0 silu, 1 gelu-tanh */
typedef struct {
  OpHeader header;
  address x, out;
  i64 rows, columns, kind;
} OpGatedActivation;

/* x: f32 [*, columns]; indices: i32 [rows]; out: f32 [rows, columns] */
typedef struct {
  OpHeader header;
  address x, indices, out;
  i64 rows, columns;
} OpGatherRows;

/* x: f32 [rows, columns]; out: i32 [rows] */
typedef struct {
  OpHeader header;
  address x, out;
  i64 rows, columns;
} OpArgmax;

/* qkv: f32; positions, slots: i32 [rows]; frequencies: f32 [headDim / 2]; layer: KvLayer, 0 where nothing is stored */
typedef struct {
  OpHeader header;
  address qkv, positions, frequencies, query_norm, key_norm, queries, layer, slots;
  i64 rows, query_heads, kv_heads, head_dim;
  f64 epsilon, rope_scale;
  i64 stamp;
} OpSplitAndStore;

/* See attention.h for the step. queries, out: f32 [rows, queryHeads, headDim]; lse: f32 [rows, queryHeads] or 0 */
typedef struct {
  OpHeader header;
  address step, layer, queries, out, lse, frequencies;
  i64 query_heads;
  /* Tokens a query may look back on, itself included; 0 for all. */
  i64 window;
  f64 scale;
  /* Latest of all writes to the store before this operator. */
  i64 stamp;
} OpAttention;

/* out_*: f32 [states, headDim]; lse_*: f32 [states]; a = merge(a, b) */
typedef struct {
  OpHeader header;
  address out_a, lse_a, out_b, lse_b;
  i64 states, head_dim;
} OpMergeStates;

/* pairs: i32 [count, 2], from page and to page; layers: KvLayer [layer_count] */
typedef struct {
  OpHeader header;
  address layers, pairs;
  i64 layer_count, count;
  i64 stamp;
} OpCopyPages;

/* keys, values: f32 [count, kvHeads, headDim]; first_slot counts over all pages. Both for writing and for reading. */
typedef struct {
  OpHeader header;
  address layer, keys, values;
  i64 first_slot, count;
  i64 stamp;
} OpTokens;

#endif
