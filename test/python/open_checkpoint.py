"""Opens a checkpoint with the package safetensors and prints what is in it as JSON."""

import json
import sys

from safetensors import safe_open

with safe_open(sys.argv[1], framework="numpy") as file:
    tensors = {}
    for name in file.keys():
        array = file.get_tensor(name)
        tensors[name] = {
            "type": str(array.dtype),
            "shape": list(array.shape),
            "first": float(array.reshape(-1)[0]),
        }
    config = json.loads(file.metadata()["config"])
    counters = json.loads(file.metadata()["counters"])

print(json.dumps({"tensors": tensors, "numEnvs": config["numEnvs"], "iteration": counters["iteration"]}))
