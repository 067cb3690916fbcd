/* Dense rows of f32 from pages, and products with them. */
#include "packed-tokens.h"

/* 16 elements from `at` on, as f32. */
INLINE void widen_16(i64 type, const u8 *base, i64 at, f32 *to) {
  for (int i = 0; i < 16; i += VW) switch (type) {
      case KV_F32: store(to + i, load((const f32 *)base + at + i)); break;
      case KV_F16: store(to + i, load_f16((const u16 *)base + at + i)); break;
      default: store(to + i, load_i8((const i8 *)base + at + i)); break;
    }
}

/* 16 pairs of bf16 from pair `at` on: the first of each to `first`, the second to `second`. */
INLINE void widen_16_pairs(const u8 *base, i64 at, f32 *first, f32 *second) {
  for (int i = 0; i < 16; i += VW) {
    vu pairs = (vu)load((const f32 *)base + at + i);
    store(first + i, (vf)(pairs << 16));
    store(second + i, (vf)(pairs & 0xffff0000u));
  }
}

/* Keys of one tile: `tile` [dim][16 tokens]. */
static void read_key_tile(const KvLayer *layer, const u8 *page, i64 tile_number, f32 *tile) {
  i64 dim = layer->head_dim;
  if (layer->type == KV_BF16) {
    for (i64 pair = 0; pair < dim / 2; pair++)
      widen_16_pairs(page, (tile_number * (dim / 2) + pair) * TILE, tile + 2 * pair * TILE, tile + (2 * pair + 1) * TILE);
    return;
  }
  for (i64 i = 0; i < dim; i++) widen_16(layer->type, page, (tile_number * dim + i) * TILE, tile + i * TILE);
  if (layer->type != KV_INT8) return;
  f32 scales[TILE];
  copy_bytes(scales, (const f32 *)(page + layer->key_scale_offset) + tile_number * TILE, sizeof scales);
  for (i64 i = 0; i < dim; i++)
    for (int t = 0; t < TILE; t += VW) store(tile + i * TILE + t, load(tile + i * TILE + t) * load(scales + t));
}

/* Value of one token: [row_stride(dim)]. */
static void read_value(const KvLayer *layer, const u8 *page, i64 slot, f32 *to) {
  const u8 *values = page + layer->value_offset;
  i64 padded = layer->padded_dim;
  if (layer->type == KV_BF16) {
    f32 others[16];
    for (i64 i = 0; i < padded; i += 16)
      if (slot % 2 == 0) widen_16_pairs(values, slot / 2 * padded + i, to + i, others);
      else widen_16_pairs(values, slot / 2 * padded + i, others, to + i);
    return;
  }
  for (i64 i = 0; i < padded; i += 16) widen_16(layer->type, values, slot * padded + i, to + i);
  if (layer->type != KV_INT8) return;
  f32 scale = ((const f32 *)(page + layer->value_scale_offset))[slot];
  for (i64 i = 0; i < padded; i += VW) store(to + i, load(to + i) * scale);
}

void read_run(const TokenRun *run, i64 first, i64 count, f32 *keys, f32 *values) {
  const KvLayer *layer = run->layer;
  i64 dim = layer->head_dim, stride = row_stride(dim);
  f32 tile[256 * TILE];
  for (i64 token = 0; token < count;) {
    i64 slot = run->skip + first + token, offset = slot % layer->page_size;
    const u8 *page = page_of(layer, run->kv_head, run->pages[slot / layer->page_size]);
    i64 from = offset % TILE, end = min_i64(TILE, from + count - token);
    read_key_tile(layer, page, offset / TILE, tile);
    for (i64 t = from; t < end; t++, token++) {
      f32 *key = keys + token * stride, *value = values + token * stride;
      for (i64 i = 0; i < dim; i++) key[i] = tile[i * TILE + t];
      read_value(layer, page, offset - from + t, value);
      for (i64 i = dim; i < stride; i++) key[i] = value[i] = 0;
    }
  }
}

/* A strip of so many rows and registers of columns. */
#define STRIP(ROWS, WIDTH)                                                                                  \
  static void multiply_strip_##ROWS##_##WIDTH(const f32 *x, i64 stride, i64 inner, const f32 *matrix, i64 columns, f32 *out) { \
    vf sums[ROWS][WIDTH] = {0};                                                                             \
    for (i64 i = 0; i < inner; i++) {                                                                       \
      vf row[WIDTH];                                                                                        \
      for (int c = 0; c < WIDTH; c++) row[c] = load(matrix + i * columns + c * VW);                         \
      for (int r = 0; r < ROWS; r++) {                                                                      \
        vf factor = splat(x[r * stride + i]);                                                               \
        for (int c = 0; c < WIDTH; c++) sums[r][c] += factor * row[c];                                      \
      }                                                                                                     \
    }                                                                                                       \
    for (int r = 0; r < ROWS; r++)                                                                          \
      for (int c = 0; c < WIDTH; c++) store(out + r * columns + c * VW, sums[r][c]);                        \
  }

STRIP(4, 2)
STRIP(4, 1)
STRIP(1, 2)
STRIP(1, 1)

void multiply_rows(const f32 *x, i64 rows, i64 inner, const f32 *matrix, i64 columns, f32 *out) {
  i64 stride = row_stride(inner);
  for (i64 column = 0; column < columns;) {
    int is_wide = columns - column >= 2 * VW;
    i64 row = 0;
    for (; row + 4 <= rows; row += 4) {
      f32 *to = out + row * columns + column;
      if (is_wide) multiply_strip_4_2(x + row * stride, stride, inner, matrix + column, columns, to);
      else multiply_strip_4_1(x + row * stride, stride, inner, matrix + column, columns, to);
    }
    for (; row < rows; row++) {
      f32 *to = out + row * columns + column;
      if (is_wide) multiply_strip_1_2(x + row * stride, stride, inner, matrix + column, columns, to);
      else multiply_strip_1_1(x + row * stride, stride, inner, matrix + column, columns, to);
    }
    column += is_wide ? 2 * VW : VW;
  }
}

/* -- Bases ----------------------------------------------------------------------------------------------------------------- */

f32 row_energy(const u16 *row, i64 head_dim) {
  vf sum = {0};
  i64 i = 0;
  for (; i + VW <= head_dim; i += VW) {
    vf x = (vf)(widen_u16(row + i) << 16);
    sum += x * x;
  }
  f32 energy = sum_lanes(sum);
  for (; i < head_dim; i++) energy += f32_of_bf16(row[i]) * f32_of_bf16(row[i]);
  return energy;
}

void transpose_rows(const u16 *rows, i64 count, i64 head_dim, const f32 *factors, f32 *matrix, i64 columns) {
  f32 block[16][16];
  for (i64 first = 0; first < columns; first += 16)
    for (i64 i = 0; i < head_dim; i += 16) {
      for (int j = 0; j < 16; j++)
        for (int part = 0; part < 16; part += VW) {
          vf row = {0};
          if (first + j < count) row = (vf)(widen_u16(rows + (first + j) * head_dim + i + part) << 16) * factors[first + j];
          store(&block[j][part], row);
        }
      for (i64 k = 0; k < min_i64(16, head_dim - i); k++)
        for (int j = 0; j < 16; j++) matrix[(i + k) * columns + first + j] = block[j][k];
    }
}
