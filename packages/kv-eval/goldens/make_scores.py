"""Writes scores.json: predictions and references with the scores that lm_eval's implementation of RULER gives them.

Needs lm_eval (0.4.9 or later). Run: python make_scores.py > scores.json

lm_eval's string_match_part averages over the references of a prediction where RULER's own takes the best, so that `part` is written only
where there is one reference, where both agree.
"""

import json
import random

from lm_eval.tasks.ruler.common_utils import postprocess_pred, string_match_all, string_match_part

FILLERS = ["The answer is", "I think it was", "\tFirst:\n", "\x00\x1f", "Sure!", "none", "", "É", "Straße", "\u00a0", "and", ",", "İstanbul"]
ANSWERS = ["4417023", "Lhakpa Tamang", "wet-boat", "0c2f3a8e-91d4-4f6b-8a70-5d1f6c0b7e21", "ABCDE", "Zürich", "the old mill", "3.5 km", "straße", "No. 7"]


def corrupt(text, rng):
    """Changes a reference as models do, or leaves it."""
    change = rng.randrange(8)
    if change == 0:
        return text.upper()
    if change == 1:
        return text.lower()
    if change == 2:
        return text[: len(text) // 2]
    if change == 3:
        return text.replace(" ", "\n")
    if change == 4:
        return text[:2] + "\x07" + text[2:]
    return text


def make_case(rng):
    references = rng.sample(ANSWERS, rng.choice([1, 1, 2, 4, 5]))
    pieces = [corrupt(reference, rng) for reference in references if rng.random() < 0.7]
    pieces += rng.choices(FILLERS, k=rng.randrange(4))
    rng.shuffle(pieces)
    prediction = rng.choice([" ", "\n", ", "]).join(pieces)
    cleaned = postprocess_pred([prediction])
    case = {"prediction": prediction, "references": references, "cleaned": cleaned[0], "all": string_match_all(cleaned, [references])}
    if len(references) == 1:
        case["part"] = string_match_part(cleaned, [references])
    return case


if __name__ == "__main__":
    generator = random.Random(4)
    print(json.dumps([make_case(generator) for _ in range(400)], indent=1))
