/* Writing, reading and copying cached keys and values. */
#include "kv-store.h"
#include "elementwise.h"
#include "functions.h"

/* Stores one token's key and value of one head, rounded to the layer's type. */
static void store_token(const KvLayer *layer, i64 kv_head, i64 slot, const f32 *key, const f32 *value) {
  i64 offset = slot % layer->page_size, dim = layer->head_dim;
  u8 *page = page_of(layer, kv_head, slot / layer->page_size);
  i64 key_at = offset / TILE * dim * TILE + offset % TILE, value_at = offset * layer->padded_dim;
  u8 *values = page + layer->value_offset;
  switch (layer->type) {
    case KV_F32:
      for (i64 i = 0; i < dim; i++) ((f32 *)page)[key_at + i * TILE] = key[i];
      copy_bytes((f32 *)values + value_at, value, (__SIZE_TYPE__)dim * 4);
      break;
    case KV_F16:
      for (i64 i = 0; i < dim; i++) ((u16 *)page)[key_at + i * TILE] = f16_of(key[i]);
      for (i64 i = 0; i < dim; i++) ((u16 *)values)[value_at + i] = f16_of(value[i]);
      break;
    case KV_BF16:
      for (i64 i = 0; i < dim; i++) ((u16 *)page)[pair_key_index(offset, i, dim)] = bf16_of(key[i]);
      for (i64 i = 0; i < dim; i++) ((u16 *)values)[pair_value_index(offset, i, layer->padded_dim)] = bf16_of(value[i]);
      break;
    case KV_INT8: {
      f32 key_max = 0, value_max = 0;
      for (i64 i = 0; i < dim; i++) {
        f32 k = __builtin_fabsf(key[i]), v = __builtin_fabsf(value[i]);
        key_max = k > key_max ? k : key_max;
        value_max = v > value_max ? v : value_max;
      }
      f32 key_scale = key_max / 127.0f, value_scale = value_max / 127.0f;
      ((f32 *)(page + layer->key_scale_offset))[offset] = key_scale;
      ((f32 *)(page + layer->value_scale_offset))[offset] = value_scale;
      for (i64 i = 0; i < dim; i++) {
        f32 k = key_scale > 0 ? key[i] / key_scale : 0, v = value_scale > 0 ? value[i] / value_scale : 0;
        /* Adding 1.5 * 2^23 rounds to nearest, ties to even; the low byte of the sum is the code. */
        ((i8 *)page)[key_at + i * TILE] = (i8)bits_of(k + 0x1.8p23f);
        ((i8 *)values)[value_at + i] = (i8)bits_of(v + 0x1.8p23f);
      }
      break;
    }
  }
}

static void load_token(const KvLayer *layer, i64 kv_head, i64 slot, f32 *key, f32 *value) {
  i64 offset = slot % layer->page_size, dim = layer->head_dim;
  const u8 *page = page_of(layer, kv_head, slot / layer->page_size), *values = page + layer->value_offset;
  i64 key_at = offset / TILE * dim * TILE + offset % TILE, value_at = offset * layer->padded_dim;
  for (i64 i = 0; i < dim; i++) {
    i64 k = key_at + i * TILE, v = value_at + i;
    switch (layer->type) {
      case KV_F32:
        key[i] = ((const f32 *)page)[k];
        value[i] = ((const f32 *)values)[v];
        break;
      case KV_F16:
        key[i] = f32_of_f16(((const u16 *)page)[k]);
        value[i] = f32_of_f16(((const u16 *)values)[v]);
        break;
      case KV_BF16:
        key[i] = f32_of_bf16(((const u16 *)page)[pair_key_index(offset, i, dim)]);
        value[i] = f32_of_bf16(((const u16 *)values)[pair_value_index(offset, i, layer->padded_dim)]);
        break;
      case KV_INT8:
        key[i] = (f32)((const i8 *)page)[k] * ((const f32 *)(page + layer->key_scale_offset))[offset];
        value[i] = (f32)((const i8 *)values)[v] * ((const f32 *)(page + layer->value_scale_offset))[offset];
        break;
    }
  }
}

/* Channels i and i + half turn by the angle whose cosine and sine are given; to and from may be the same. */
static void rotate_head(const f32 *from, f32 *to, const f32 *cosine, const f32 *sine, i64 half) {
  i64 i = 0;
  for (; i + VW <= half; i += VW) {
    vf a = load(from + i), b = load(from + half + i), c = load(cosine + i), s = load(sine + i);
    store(to + i, a * c - b * s);
    store(to + half + i, b * c + a * s);
  }
  for (; i < half; i++) {
    f32 a = from[i], b = from[half + i];
    to[i] = a * cosine[i] - b * sine[i];
    to[half + i] = b * cosine[i] + a * sine[i];
  }
}

static void rope_row(f32 *cosine, f32 *sine, const f32 *frequencies, i64 half, i32 position, f32 scale) {
  for (i64 i = 0; i < half; i++) {
    f32 angle = (f32)position * frequencies[i];
    cos_sin((f64)angle, &cosine[i], &sine[i]);
  }
  if (scale != 1.0f)
    for (i64 i = 0; i < half; i++) {
      cosine[i] *= scale;
      sine[i] *= scale;
    }
}

NOINLINE void op_split_and_store(const OpSplitAndStore *op, Worker *worker) {
  const KvLayer *layer = POINTER(const KvLayer, op->layer);
  const f32 *qkv = POINTER(f32, op->qkv), *frequencies = POINTER(f32, op->frequencies);
  const f32 *query_norm = POINTER(f32, op->query_norm), *key_norm = POINTER(f32, op->key_norm);
  const i32 *positions = POINTER(i32, op->positions), *slots = POINTER(i32, op->slots);
  f32 *queries = POINTER(f32, op->queries);
  i64 dim = op->head_dim, half = dim / 2, kv_heads = layer ? op->kv_heads : 0;
  i64 row_width = (op->query_heads + 2 * kv_heads) * dim;
  f32 *cosine = (f32 *)worker->scratch, *sine = cosine + half, *head = sine + half;
  i64 first = 0, end = op->rows;
  if (!(op->header.flags & FLAG_SERIAL)) share(worker, op->rows, 1, &first, &end);
  for (i64 row = first; row < end; row++) {
    const f32 *from = qkv + row * row_width;
    rope_row(cosine, sine, frequencies, half, positions[row], (f32)op->rope_scale);
    for (i64 h = 0; h < op->query_heads + kv_heads; h++, from += dim) {
      const f32 *norm = h < op->query_heads ? query_norm : key_norm;
      const f32 *source = from;
      if (norm) {
        rms_norm_row(from, norm, head, dim, (f32)op->epsilon);
        source = head;
      }
      if (h < op->query_heads) {
        rotate_head(source, queries + (row * op->query_heads + h) * dim, cosine, sine, half);
      } else {
        rotate_head(source, head, cosine, sine, half);
        store_token(layer, h - op->query_heads, slots[row], head, from + kv_heads * dim);
      }
    }
    if (kv_heads > 0) stamp_page(layer, slots[row] / layer->page_size, op->stamp);
  }
}

NOINLINE void op_copy_pages(const OpCopyPages *op, Worker *worker) {
  const KvLayer *layers = POINTER(const KvLayer, op->layers);
  const i32 *pairs = POINTER(const i32, op->pairs);
  for (i64 l = 0; l < op->layer_count; l++) {
    if (l % worker->threads != worker->thread) continue;
    const KvLayer *layer = &layers[l];
    for (i64 h = 0; h < layer->kv_heads; h++)
      for (i64 i = 0; i < op->count; i++)
        copy_bytes(page_of(layer, h, pairs[2 * i + 1]), page_of(layer, h, pairs[2 * i]), (__SIZE_TYPE__)layer->head_stride);
    for (i64 i = 0; i < op->count; i++) stamp_page(layer, pairs[2 * i + 1], op->stamp);
  }
}

NOINLINE void op_write_tokens(const OpTokens *op, Worker *worker) {
  const KvLayer *layer = POINTER(const KvLayer, op->layer);
  const f32 *keys = POINTER(f32, op->keys), *values = POINTER(f32, op->values);
  i64 first, end;
  share(worker, op->count, 1, &first, &end);
  for (i64 token = first; token < end; token++) {
    for (i64 h = 0; h < layer->kv_heads; h++) {
      i64 at = (token * layer->kv_heads + h) * layer->head_dim;
      store_token(layer, h, op->first_slot + token, keys + at, values + at);
    }
    stamp_page(layer, (op->first_slot + token) / layer->page_size, op->stamp);
  }
}

NOINLINE void op_read_tokens(const OpTokens *op, Worker *worker) {
  const KvLayer *layer = POINTER(const KvLayer, op->layer);
  f32 *keys = POINTER(f32, op->keys), *values = POINTER(f32, op->values);
  i64 first, end;
  share(worker, op->count, 1, &first, &end);
  for (i64 token = first; token < end; token++)
    for (i64 h = 0; h < layer->kv_heads; h++) {
      i64 at = (token * layer->kv_heads + h) * layer->head_dim;
      load_token(layer, h, op->first_slot + token, keys + at, values + at);
    }
}
