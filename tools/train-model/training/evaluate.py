"""Teacher-forced exact match of whole answers on exercises of seeds that training never draws."""

import numpy as np
import torch

from rows import Exercises, Rows, SPECIAL

VALIDATION_SEED = 7


@torch.no_grad()
def evaluate(model, tokenizer, args, device, lengths=(512, 2048, 4096, 8192)):
    """@returns share of right answers by length and task; prints a table."""
    exercises = Exercises(args.node, args.generators, str(args.data), VALIDATION_SEED)
    rows = Rows(tokenizer, np.zeros(4096, np.uint16), exercises, VALIDATION_SEED)
    assistant = tokenizer.token_to_id(SPECIAL[3])
    results = {}
    for length in lengths:
        counts = {}
        number = max(20, args.validation * 512 // length) if length > 2048 else args.validation
        for example in exercises.draw([length] * number):
            ids, weights = rows.example(example["parts"])
            ids, weights = ids[:length], weights[:length]
            x = torch.tensor(ids, device=device)[None]
            best = model.logits(model(x)).argmax(-1).cpu()
            right = best[:-1] == torch.tensor(ids[1:])
            # Of every answer: all tokens right, from the turn's beginning to its end token.
            for start in [i for i, token in enumerate(ids) if token == assistant]:
                if rows.special["<|end|>"] not in ids[start:]:
                    continue
                stop = ids.index(rows.special["<|end|>"], start)
                wanted = [i for i in range(start + 1, stop + 1) if weights[i] == 100]
                if wanted:
                    task = counts.setdefault(example["task"], [0, 0])
                    task[0] += bool(right[[i - 1 for i in wanted]].all())
                    task[1] += 1
        results[length] = {task: [good, n] for task, (good, n) in sorted(counts.items())}
        print(length, " ".join(f"{task} {good}/{n}={100 * good / n:.0f}" for task, (good, n) in results[length].items()), flush=True)
    exercises.process.kill()
    return results
