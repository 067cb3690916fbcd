/*
 * Encoding the dense tokens of one layer and KV head in the format of packed-format.h: `op_packed_fit` measures them and makes a state,
 * `op_packed_encode` packs them with a state. Mirrored by src/codec/.
 */
#ifndef KVASIR_PACKED_CODEC_H
#define KVASIR_PACKED_CODEC_H
#include "packed-format.h"
#include "packed-tokens.h"

/* Tokens whose losses decide between candidates, spread evenly over all that are measured. */
#define PACKED_SAMPLE 256
/* The most tokens that an earlier segment's measurements count for. */
#define PACKED_PRIOR_TOKENS 512
/* Tokens that are encoded at once; a multiple of every size of blocks. */
#define PACKED_CHUNK 64

typedef struct {
  i64 channels, retained, group, elements, per_scale;
} PackedCandidate;

enum PackedRotation { PACKED_SECOND_MOMENTS = 0, PACKED_NO_ROTATION = 1 };

/* Followed by the candidates of keys and those of values, each in the order in which they are tried. */
typedef struct {
  f64 max_loss;
  i64 rotation, block_tokens, key_count, value_count;
} PackedSettings;

enum PackedProblem { PACKED_WHOLE = 0, PACKED_NOT_FINITE = 1, PACKED_NO_AXES = 2 };

/* problem: a PackedProblem in the low half, the side (0 keys, 1 values) in the high half. bytes: length of the state. */
typedef struct {
  i64 problem, bytes;
} PackedFitResult;

/* pages: i32; prior: a state or 0; state: room for the longest state there can be; work: `packed_fit_bytes` */
typedef struct {
  OpHeader header;
  address layer, pages, settings, prior, state, work, result;
  i64 kv_head, skip, tokens;
} OpPackedFit;

/* bytes: length of the item. Energies are sums over the tokens: of the dense vectors, and of what comes back. */
typedef struct {
  i64 bytes;
  f64 key_energy, key_regained, value_energy, value_regained;
} PackedEncodeResult;

/* item: room for its bytes; work: `packed_encode_bytes` */
typedef struct {
  OpHeader header;
  address layer, pages, state, item, work, result;
  i64 kv_head, skip, tokens;
} OpPackedEncode;

void op_packed_fit(const OpPackedFit *op, Worker *worker);
void op_packed_encode(const OpPackedEncode *op, Worker *worker);

#endif
