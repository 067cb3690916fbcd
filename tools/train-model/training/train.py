"""
Trains one model on one or several GPUs: `python train.py --shape 8x4x64 --seconds 480 --out out` (with `torchrun` for several).

Progress is measured in time, so that a run fits the time it is given; the log records steps and tokens. `--resume FILE` goes on from a
checkpoint, `--seed` gives other weights and other data.
"""

import argparse
import json
import math
import multiprocessing
import os
import queue
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F

from evaluate import evaluate
from model import Model
from muon import Muon
from rows import Exercises, Rows
from shape import SHAPES

MICROBATCH_TOKENS = 65_536


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=SHAPES, required=True)
    parser.add_argument("--seconds", type=float, required=True, help="time to train, without start and evaluation")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with tokenizer.json, text.npy and what the generators read")
    parser.add_argument("--generators", default="../dist/serve-exercises.js")
    parser.add_argument("--node", default="node")
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data-seed", type=int, help="seed of the data where it differs from the weights'")
    parser.add_argument("--workers", type=int, default=14, help="processes that make data, per GPU")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--final-lr", type=float, default=0.0, help="share of the learning rate at the end")
    parser.add_argument("--decay", type=float, default=0.3, help="share of the time in which the learning rate falls")
    parser.add_argument("--tokens-per-step", type=int, default=262_144)
    parser.add_argument("--phases", default="0:512,0.25:2048,0.7:4096", help="share of the time at which a sequence length begins")
    parser.add_argument("--practice", type=float, default=1.0, help="factor of how often practice exercises are drawn")
    parser.add_argument("--validation", type=int, default=200, help="examples per length after training")
    return parser.parse_args()


def serve_rows(made, length, arguments, seed):
    """Body of a data process."""
    from tokenizers import Tokenizer

    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(arguments.data / "tokenizer.json"))
    text = np.load(arguments.data / "text.npy", mmap_mode="r")
    exercises = Exercises(arguments.node, arguments.generators, str(arguments.data), seed, arguments.practice)
    rows = Rows(tokenizer, text, exercises, seed)
    while True:
        current = length.value
        made.put((current, *rows.batch(max(1, 16_384 // current), current)))


class Feed:
    """Batches of the current length from the data processes."""

    def __init__(self, arguments, rank: int):
        self.queue = multiprocessing.Queue(maxsize=64)
        self.length = multiprocessing.Value("i", 512, lock=False)
        base = 1_000_000 * (arguments.data_seed or arguments.seed) + 10_000 * rank
        self.processes = [
            multiprocessing.Process(target=serve_rows, args=(self.queue, self.length, arguments, base + i), daemon=True)
            for i in range(arguments.workers)
        ]
        for process in self.processes:
            process.start()

    def batch(self, rows: int, length: int, device):
        self.length.value = length
        tokens, weights, found = [], [], 0
        while found < rows:
            try:
                made, x, w = self.queue.get(timeout=10)
            except queue.Empty:
                if not any(process.is_alive() for process in self.processes):
                    raise RuntimeError("The data processes ended; their errors are above.") from None
                continue
            if made != length:
                continue
            tokens.append(x)
            weights.append(w)
            found += len(x)
        join = lambda parts, dtype: torch.from_numpy(np.concatenate(parts)[:rows].astype(dtype))
        on = lambda tensor: (tensor.pin_memory() if device.type == "cuda" else tensor).to(device, non_blocking=True)
        return on(join(tokens, np.int64)), on(join(weights, np.float32)) / 100

    def stop(self):
        for process in self.processes:
            process.terminate()


def learning_rate(arguments, share: float, step: int) -> float:
    """Rises over 100 steps, stays, falls linearly at the end."""
    decay = min(1.0, (1 - share) / arguments.decay) if arguments.decay > 0 else 1.0
    return arguments.lr * min(1, (step + 1) / 100) * (arguments.final_lr + (1 - arguments.final_lr) * decay)


def save(path: Path, model, optimizers, progress):
    torch.save({"model": model.state_dict(), "adam": optimizers[0].state_dict(), "muon": optimizers[1].buffers, **progress}, path)


def main():
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    world, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if torch.cuda.is_available() else torch.device("cpu")
    started = time.time()

    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(args.data / "tokenizer.json"))
    # Before CUDA begins, since the processes are forked.
    feed = Feed(args, rank)
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if world > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")

    torch.manual_seed(args.seed)
    shape = SHAPES[args.shape]
    model = Model(shape).to(device)
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.dim() < 2 or "embed" in n]
    adam = torch.optim.AdamW(others, lr=args.lr, betas=(0.9, 0.95), weight_decay=0.0, fused=device.type == "cuda")
    muon = Muon(matrices)
    if args.resume:
        state = torch.load(args.resume, map_location=device)
        model.load_state_dict(state["model"])
        if "adam" in state:
            adam.load_state_dict(state["adam"])
            for key, buffer in state["muon"].items():
                muon.buffers[key].copy_(buffer)
    if rank == 0:
        print(f"{args.shape}: {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {world} processes", flush=True)

    def loss_of_rows(hidden, targets, weights):
        loss = F.cross_entropy(model.logits(hidden).float(), targets, reduction="none")
        answers = (weights == 1).float()
        return torch.stack([(loss * weights).sum(), weights.sum(), (loss * answers).sum(), answers.sum()])

    if device.type == "cuda":
        model.compile_parts(True)
        loss_of_rows = torch.compile(loss_of_rows, dynamic=False)
    phases = [(float(a), int(b)) for a, b in (phase.split(":") for phase in args.phases.split(","))]
    parameters = matrices + others
    log = open(args.out / "train.jsonl", "a") if rank == 0 else None
    step, tokens_seen, begun, sums = 0, 0, None, torch.zeros(4, device=device)
    share = torch.zeros(1, device=device)
    while True:
        # The first step compiles; time counts from its end.
        share.fill_(0.0 if begun is None else (time.time() - begun) / args.seconds)
        if world > 1:
            dist.broadcast(share, 0)
        now = share.item()
        if now >= 1:
            break
        length = [length for from_, length in phases if from_ <= now][-1]
        micro = min(MICROBATCH_TOKENS, args.tokens_per_step // world) if device.type == "cuda" else length * 2
        count = max(1, args.tokens_per_step // world // micro) if device.type == "cuda" else 1
        for _ in range(count):
            x, w = feed.batch(micro // length, length, device)
            targets, weights = x.roll(-1, 1).reshape(-1), w.roll(-1, 1)
            weights[:, -1] = 0
            weights = weights.reshape(-1)
            found = loss_of_rows(model(x), targets, weights)
            (found[0] / (found[1].detach() * count)).backward()
            sums += found.detach()
        if world > 1:
            flat = torch.cat([p.grad.reshape(-1) for p in parameters])
            dist.all_reduce(flat, op=dist.ReduceOp.AVG if device.type == "cuda" else dist.ReduceOp.SUM)
            for p, g in zip(parameters, flat.split([p.numel() for p in parameters])):
                p.grad.copy_(g.view_as(p))
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        lr = learning_rate(args, now, step)
        muon.step(lr)
        for group in adam.param_groups:
            group["lr"] = lr
        adam.step()
        for p in parameters:
            p.grad = None
        step += 1
        tokens_seen += micro * count * world
        if begun is None:
            if device.type == "cuda":
                torch.cuda.synchronize()
            begun = time.time()
            if rank == 0:
                print(f"first step after {begun - started:.0f} s", flush=True)
        if step % 50 == 0 and rank == 0:
            loss, total, answer, answers = sums.tolist()
            record = {
                "seconds": round(time.time() - begun, 1),
                "step": step,
                "length": length,
                "tokens": tokens_seen,
                "lr": lr,
                "loss": round(loss / total, 4),
                "answer_loss": round(answer / max(answers, 1), 4),
                "gradient_norm": round(norm.item(), 3),
                "queue": feed.queue.qsize() if hasattr(feed.queue, "qsize") else None,
            }
            log.write(json.dumps(record) + "\n")
            log.flush()
            print(" ".join(f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}" for key, value in record.items()), flush=True)
            sums.zero_()
    feed.stop()
    if rank == 0:
        print(f"trained {step} steps, {tokens_seen / 1e6:.0f} M tokens", flush=True)
        save(args.out / "checkpoint.pt", model, (adam, muon), {"step": step, "tokens": tokens_seen, "shape": args.shape, "seed": args.seed})
        halves = {name: p.detach().to(torch.bfloat16).cpu() for name, p in model.state_dict().items()}
        torch.save({"model": halves, "shape": args.shape}, args.out / "weights.pt")
        model.compile_parts(False)
        results = evaluate(model, tokenizer, args, device)
        log.write(json.dumps({"validation": results}) + "\n")
    if world > 1:
        dist.barrier()
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
    # Data processes may hang in a full queue.
    os._exit(0)
