"""What exported policies do in PyTorch: reads cases from a JSON file, prints their decisions."""
import importlib.util
import json
import sys

import torch

spec = importlib.util.spec_from_file_location("example", "examples/05-into-pytorch/load_policy.py")
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)


def decide(case):
    policy = example.load_policy(case["path"])
    masks = case["masks"] and torch.tensor(case["masks"])
    with torch.no_grad():
        action, log_probability, value = policy(torch.tensor(case["observations"]), masks)
    return {
        "actions": action.tolist(),
        "logProbabilities": log_probability.tolist(),
        "values": None if value is None else value.tolist(),
    }


with open(sys.argv[1], encoding="utf-8") as file:
    json.dump([decide(case) for case in json.load(file)], sys.stdout)
