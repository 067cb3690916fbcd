#include "dispatch.h"
#include "attention.h"
#include "elementwise.h"
#include "kv-store.h"
#include "packed-attend.h"
#include "packed-codec.h"
#if __has_include("linear.h")
#include "linear.h"
#define HAS_LINEAR
#endif

void dispatch(const OpHeader *op, Worker *worker) {
  switch (op->opcode) {
    case OP_RMS_NORM: op_rms_norm((const OpRmsNorm *)op, worker); break;
    case OP_ADD: op_add((const OpAdd *)op, worker); break;
    case OP_GATED_ACTIVATION: op_gated_activation((const OpGatedActivation *)op, worker); break;
    case OP_GATHER_ROWS: op_gather_rows((const OpGatherRows *)op, worker); break;
    case OP_ARGMAX: op_argmax((const OpArgmax *)op, worker); break;
    case OP_SPLIT_AND_STORE: op_split_and_store((const OpSplitAndStore *)op, worker); break;
    case OP_ATTENTION: op_attention((const OpAttention *)op, worker); break;
    case OP_MERGE_STATES: op_merge_states((const OpMergeStates *)op, worker); break;
    case OP_COPY_PAGES: op_copy_pages((const OpCopyPages *)op, worker); break;
    case OP_WRITE_TOKENS: op_write_tokens((const OpTokens *)op, worker); break;
    case OP_READ_TOKENS: op_read_tokens((const OpTokens *)op, worker); break;
    case OP_PACKED_FIT: op_packed_fit((const OpPackedFit *)op, worker); break;
    case OP_PACKED_ENCODE: op_packed_encode((const OpPackedEncode *)op, worker); break;
#ifdef HAS_LINEAR
    case OP_LINEAR: op_linear((const OpLinear *)op, worker); break;
    case OP_EMBED: op_embed((const OpEmbed *)op, worker); break;
    case OP_PACK_ROWS: op_pack_rows((const OpPackRows *)op, worker); break;
#endif
    case OP_PACKED_ATTENTION: op_packed_attention((const OpPackedAttention *)op, worker); break;
    default: __builtin_trap();
  }
}
