/* The linear operator: prepares activations, then hands out panels of outputs to the threads. */
#include "linear-blocks.h"
#include "linear-output.h"

/* So few rows are prepared by every thread for itself, which costs less than a barrier. */
#define PRIVATE_ROWS 2
/* Panels that stay in the second-level cache while all blocks of rows pass. */
#define CHUNK_BYTES (256 * 1024)
/* So many activations (rows times columns) stay there too, while all panels pass. */
#define CACHED_ACTIVATIONS (128 * 1024)
/*
 * Work is handed out in up to MAX_PIECES pieces per thread, so that a thread which loses time to other processes holds the others up
 * little; but no smaller than PIECE_BYTES (of weights times rows), since every piece starts a new stream of reads.
 */
#define MAX_PIECES 4
#define PIECE_BYTES (128 * 1024)

ALWAYS_INLINE void finish_whole(const PanelOutput *output, const f32 *sums, i64 rows, const int accumulates) {
  for (i64 row = 0; row < rows; row++) {
    f32 *at = output->out + row * output->stride;
    UNROLL for (int first = 0; first < PANEL; first += LANES) {
      vf sum = load_f32(sums + row * PANEL + first);
      if (accumulates) sum = sum + load_f32(at + first);
      store_f32(at + first, sum);
    }
  }
}

void linear_finish(const PanelOutput *output, const f32 *sums, i64 rows) {
  /* Nearly all panels are whole and have no bias. */
  if (output->lanes == PANEL && !output->bias) {
    if (output->accumulate) finish_whole(output, sums, rows, 1);
    else finish_whole(output, sums, rows, 0);
    return;
  }
  for (i64 row = 0; row < rows; row++) {
    f32 *at = output->out + row * output->stride;
    for (int first = 0; first < output->lanes; first += LANES) {
      const int lanes = output->lanes - first;
      vf sum = load_f32(sums + row * PANEL + first);
      if (output->bias) sum = sum + load_lanes(output->bias + first, lanes);
      if (output->accumulate) sum = sum + load_lanes(at + first, lanes);
      store_lanes(at + first, sum, lanes);
    }
  }
}

typedef struct {
  const OpLinear *op;
  const LinearMatrix *matrix;
  Workspace workspace;
} Product;

static PanelOutput output_of(const Product *product, i64 panel, i64 first_row) {
  const OpLinear *op = product->op;
  const i64 columns = product->matrix->rows;
  PanelOutput output = {
      POINTER(f32, op->out) + first_row * columns + panel * PANEL,
      columns,
      op->bias ? POINTER(f32, op->bias) + panel * PANEL : 0,
      (i32)(op->options & LINEAR_ACCUMULATE),
      (i32)min_i64(PANEL, columns - panel * PANEL),
  };
  return output;
}

/* Multiplies a block of rows with one panel; `widened` is the panel as f32, or 0. */
static void multiply(const Product *product, i64 block, i64 panel, Fetch fetch, const f32 *widened) {
  const LinearMatrix *matrix = product->matrix;
  const Workspace *workspace = &product->workspace;
  const i64 rows = block_size(workspace, block);
  const u8 *weights = POINTER(u8, matrix->panels) + panel * matrix->panel_bytes;
  PanelOutput output = output_of(product, panel, block_first(workspace, block));
  if (workspace->is_int) {
    QuantBlock x = quant_block(matrix, workspace, block);
    linear_int_panel(matrix, weights, fetch, &x, rows, &output);
  } else if (widened) {
    linear_f32_panel(matrix->columns, widened, float_block(matrix, workspace, block), rows, &output);
  } else {
    linear_float_panel(matrix, weights, float_block(matrix, workspace, block), rows, &output);
  }
}

/*
 * Multiplies blocks of rows with panels `[first_panel, end_panel)`; `widened` holds the panels as f32, or is 0. Where all activations stay
 * in the second-level cache, each panel passes all blocks, and during each of them a share of the next panel is fetched from memory.
 * Otherwise each block passes all panels.
 */
static void multiply_all(const Product *product, i64 first_block, i64 end_block, i64 first_panel, i64 end_panel, const f32 *widened) {
  const LinearMatrix *matrix = product->matrix;
  const int is_cached = FETCHES_AHEAD && product->workspace.is_int && product->op->rows * matrix->columns <= CACHED_ACTIVATIONS;
  const i64 step = is_cached ? 1 : end_panel - first_panel;
  /* How many times a panel's codes are loaded, in steps. */
  const i64 loads = max_i64(1, matrix->columns / K_STEP >> (matrix->format == MATRIX_U4));
  const i64 share = matrix->panel_bytes / (end_block - first_block);
  for (i64 first = first_panel; first < end_panel; first += step)
    for (i64 block = first_block; block < end_block; block++)
      for (i64 panel = first; panel < first + step; panel++) {
        const i64 next = min_i64(panel + step, end_panel - 1);
        const Fetch fetch = {POINTER(u8, matrix->panels) + next * matrix->panel_bytes + (block - first_block) * share, share / loads + 1};
        multiply(product, block, panel, fetch, widened ? widened + (panel - first_panel) * matrix->columns * PANEL : 0);
      }
}

/*
 * Makes the activations ready in the layout of the kernels, by every lane for itself or, in a phase of their own, by all together. Returns
 * whether they are ready.
 */
static int prepare(Product *product, i64 block_rows, Worker *worker) {
  const OpLinear *op = product->op;
  const LinearMatrix *matrix = product->matrix;
  Workspace *workspace = &product->workspace;
  const f32 *x = POINTER(f32, op->x);
  workspace->rows = op->rows;
  workspace->block_rows = block_rows;
  workspace->blocks = (op->rows + block_rows - 1) / block_rows;
  if (!workspace->is_int && op->rows == 1) {
    workspace->memory = (u8 *)x;
    return 1;
  }
  const int is_private = op->rows <= PRIVATE_ROWS && op->rows * matrix->columns * 4 <= worker->scratch_bytes;
  workspace->memory = is_private ? worker->scratch : POINTER(u8, op->workspace);
  Part part = {0, workspace->blocks, 0, matrix->columns};
  if (!is_private) {
    if (worker->phase > 0) return 1;
    needs_phase(worker);
    /* Threads share out blocks, or columns where blocks are few: never the rows of a block, which lie side by side in cache lines. */
    if (workspace->blocks >= 4 * worker->threads) share(worker, workspace->blocks, 1, &part.first_block, &part.end_block);
    else share(worker, matrix->columns, 32, &part.first_column, &part.end_column);
  }
  if (workspace->is_int) quantise_part(matrix, x, workspace, part);
  else arrange_part(matrix, x, workspace, part);
  return is_private;
}

NOINLINE void op_linear(const OpLinear *op, Worker *worker) {
  const LinearMatrix *matrix = POINTER(LinearMatrix, op->matrix);
  if (op->rows == 0) return;
  Product product = {.op = op, .matrix = matrix, .workspace.is_int = matrix->format >= MATRIX_U8 && !(op->options & LINEAR_FLOAT_ACTIVATIONS)};

  const i64 panels = (matrix->rows + PANEL - 1) / PANEL;
  const i64 thread_bytes = panels * matrix->panel_bytes * op->rows / worker->threads;
  const i64 pieces = worker->threads * max_i64(1, min_i64(MAX_PIECES, thread_bytes / PIECE_BYTES));
  i64 chunk = max_i64(1, min_i64(CHUNK_BYTES / matrix->panel_bytes, (panels + pieces - 1) / pieces));
  i64 block_rows = product.workspace.is_int ? linear_int_block(op->rows) : linear_direct_rows(matrix, op->rows);
  f32 *widened = 0;
  const i64 widened_bytes = matrix->columns * PANEL * 4;
  if (!product.workspace.is_int && linear_should_widen(matrix, op->rows) && widened_bytes <= worker->scratch_bytes) {
    widened = (f32 *)worker->scratch;
    block_rows = linear_float_rows(op->rows);
    chunk = min_i64(chunk, worker->scratch_bytes / widened_bytes);
  }
  if (!prepare(&product, block_rows, worker)) return;

  const i64 chunks = (panels + chunk - 1) / chunk, blocks = product.workspace.blocks;
  /* Too few panels for the threads: cut the rows as well. */
  const i64 parts = chunks >= pieces ? 1 : min_i64(blocks, (pieces + chunks - 1) / chunks);
  for (i64 ticket; (ticket = next_ticket(worker)) < chunks * parts;) {
    const i64 first = ticket / parts * chunk, end = min_i64(panels, first + chunk), part = ticket % parts;
    const i64 end_block = (part + 1) * blocks / parts;
    if (widened)
      for (i64 panel = first; panel < end; panel++)
        linear_widen_panel(matrix, POINTER(u8, matrix->panels) + panel * matrix->panel_bytes, widened + (panel - first) * matrix->columns * PANEL);
    multiply_all(&product, part * blocks / parts, end_block, first, end, widened);
  }
}
