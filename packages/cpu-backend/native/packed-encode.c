/* Packing dense tokens with a state: coefficients by a product with the basis, then vector by vector. */
#include "packed-codec.h"
#include "packed-vector.h"

/* What the packing of one side needs: `matrix` [head_dim][whole_words(channels)] makes coefficients of a vector. */
typedef struct {
  f32 *matrix, *scales, *energies;
} Side;

typedef struct {
  f64 key_energy, key_regained, value_energy, value_regained;
} ChunkEnergies;

typedef struct {
  Side keys, values;
  ChunkEnergies *chunks;
} Work;

/* src/codec/packed-records.ts computes how much this takes. */
static Work open_work(const OpPackedEncode *op, const PackedState *state) {
  f32 *at = POINTER(f32, op->work);
  Work work;
  for (int side = 0; side < 2; side++) {
    const PackedFormat *f = side == 0 ? &state->keys : &state->values;
    i64 columns = whole_words(f->channels);
    Side *to = side == 0 ? &work.keys : &work.values;
    to->matrix = at;
    to->scales = at + f->head_dim * columns;
    to->energies = to->scales + columns;
    at = to->energies + columns;
  }
  work.chunks = (ChunkEnergies *)at;
  return work;
}

static void prepare_side(const PackedFormat *f, const PackedBasis *basis, Side *side) {
  i64 columns = whole_words(f->channels);
  f32 factors[PACKED_MAX_CHANNELS];
  for (i64 j = 0; j < columns; j++) {
    f32 scale = j < f->channels ? basis->scales[j] : 0, energy = j < f->channels ? row_energy(basis->rows + j * f->head_dim, f->head_dim) : 0;
    factors[j] = energy * scale == 0 ? 0 : 1 / (energy * scale);
    side->scales[j] = scale;
    side->energies[j] = scale * scale * energy;
  }
  transpose_rows(basis->rows, f->channels, f->head_dim, factors, side->matrix, columns);
}

static f64 pack_rows(const PackedFormat *f, const Side *side, const PackedPlanes *planes, i64 first, i64 count, const f32 *coefficients) {
  PackedWeights weights = {side->scales, side->energies};
  f64 regained = 0;
  for (i64 row = 0; row < count; row++) {
    i64 vector = first + row;
    regained += pack_vector(f, &weights, coefficients + row * whole_words(f->channels), (u8 *)planes->elements + vector * f->element_bytes,
                            (u8 *)planes->bitmaps + vector * f->bitmap_bytes, (u8 *)planes->scales + vector * f->scale_bytes);
  }
  return regained;
}

/* Replaces coefficients by the means of their blocks; returns how many there are. */
static i64 block_means(f32 *coefficients, i64 count, i64 columns, i64 block_tokens) {
  i64 blocks = (count + block_tokens - 1) / block_tokens;
  for (i64 block = 0; block < blocks; block++) {
    i64 tokens = min_i64(block_tokens, count - block * block_tokens);
    for (i64 i = 0; i < columns; i += VW) {
      vf sum = {0};
      for (i64 t = 0; t < tokens; t++) sum += load(coefficients + (block * block_tokens + t) * columns + i);
      store(coefficients + block * columns + i, sum / (f32)tokens);
    }
  }
  return blocks;
}

static void encode_chunk(const OpPackedEncode *op, const PackedState *state, const PackedItem *item, const Work *work, i64 chunk, u8 *scratch) {
  const KvLayer *layer = POINTER(const KvLayer, op->layer);
  TokenRun run = {layer, POINTER(const i32, op->pages), op->kv_head, op->skip};
  i64 first = chunk * PACKED_CHUNK, count = min_i64(PACKED_CHUNK, op->tokens - first), stride = row_stride(layer->head_dim);
  f32 *keys = (f32 *)scratch, *values = keys + PACKED_CHUNK * stride, *coefficients = values + PACKED_CHUNK * stride;
  read_run(&run, first, count, keys, values);
  ChunkEnergies *energies = &work->chunks[chunk];
  energies->key_energy = energy_of(keys, count * stride);
  energies->value_energy = energy_of(values, count * stride);
  i64 columns = whole_words(state->values.channels);
  multiply_rows(values, count, layer->head_dim, work->values.matrix, columns, coefficients);
  energies->value_regained = pack_rows(&state->values, &work->values, &item->values, first, count, coefficients);
  columns = whole_words(state->keys.channels);
  multiply_rows(keys, count, layer->head_dim, work->keys.matrix, columns, coefficients);
  energies->key_regained = pack_rows(&state->keys, &work->keys, &item->keys, first, count, coefficients);
  i64 blocks = block_means(coefficients, count, columns, state->block_tokens);
  pack_rows(&state->keys, &work->keys, &item->block_keys, first / state->block_tokens, blocks, coefficients);
}

static void finish(const OpPackedEncode *op, const PackedState *state, const PackedItem *item, const Work *work) {
  PackedEncodeResult result = {.bytes = item->bytes};
  for (i64 chunk = 0; chunk * PACKED_CHUNK < op->tokens; chunk++) {
    result.key_energy += work->chunks[chunk].key_energy;
    result.key_regained += work->chunks[chunk].key_regained;
    result.value_energy += work->chunks[chunk].value_energy;
    result.value_regained += work->chunks[chunk].value_regained;
  }
  u8 *bytes = POINTER(u8, op->item);
  u32 header[5] = {PACKED_ITEM_MAGIC, PACKED_ITEM_VERSION, (u32)op->tokens};
  header[3] = packed_checksum(POINTER(u8, op->state), state->bytes);
  header[4] = packed_checksum(bytes + PACKED_HEADER_BYTES, item->bytes - PACKED_HEADER_BYTES);
  copy_bytes(bytes, header, sizeof header);
  *POINTER(PackedEncodeResult, op->result) = result;
}

/* Phases: the item cleared and the bases made ready; tokens by chunks; the header. */
NOINLINE void op_packed_encode(const OpPackedEncode *op, Worker *worker) {
  PackedState state = open_packed_state(POINTER(const u8, op->state));
  PackedItem item = open_packed_item(&state, POINTER(const u8, op->item), op->tokens);
  Work work = open_work(op, &state);
  if (worker->phase == 0) {
    i64 first, end;
    share(worker, item.bytes, PACKED_ALIGNMENT, &first, &end);
    zero_bytes(POINTER(u8, op->item) + first, (__SIZE_TYPE__)(end - first));
    for (i64 side = next_ticket(worker); side < 2; side = next_ticket(worker)) {
      if (side == 0) prepare_side(&state.keys, &state.key_basis, &work.keys);
      else prepare_side(&state.values, &state.value_basis, &work.values);
    }
    needs_phase(worker);
  } else if (worker->phase == 1) {
    i64 chunks = (op->tokens + PACKED_CHUNK - 1) / PACKED_CHUNK;
    for (i64 chunk = next_ticket(worker); chunk < chunks; chunk = next_ticket(worker))
      encode_chunk(op, &state, &item, &work, chunk, worker->scratch);
    needs_phase(worker);
  } else if (worker->thread == 0) {
    finish(op, &state, &item, &work);
  }
}
