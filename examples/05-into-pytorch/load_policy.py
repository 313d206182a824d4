"""Loads an exported policy into PyTorch and acts with it.

    npx lockstep export runs/NAME --format safetensors --out policy.safetensors
    python3 examples/05-into-pytorch/load_policy.py policy.safetensors 0.01 0.2 -0.03 0.1

The names of the tensors are those of Stable-Baselines3; the description in the file says what they
belong to. `--format json` works too, without the package safetensors.
"""
import json
import math
import sys

import torch
from torch import nn

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "elu": nn.ELU, "silu": nn.SiLU}


def read_file(path):
    """The tensors by name, and the description."""
    if path.endswith(".json"):
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        tensors = {name: torch.tensor(values) for name, values in content["tensors"].items()}
        return tensors, content["description"]
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        return tensors, json.loads(file.metadata()["description"])


class Policy(nn.Module):
    """Observation [batch, O] to action, log-probability and value."""

    def __init__(self, tensors, description):
        super().__init__()
        self.action, self.bound = description["action"], description["observationBound"]
        network = description["network"]
        self.shared = network["sharedTrunk"]
        sizes = [len(description["observation"]), *network["hiddenSizes"]]

        def hidden(activation):
            layers = []
            for inputs, outputs in zip(sizes, sizes[1:]):
                norm = [nn.LayerNorm(outputs)] if network["layerNorm"] else []
                layers += [nn.Linear(inputs, outputs), *norm, ACTIVATIONS[activation]()]
            return nn.Sequential(*layers)

        self.mlp_extractor = nn.Module()
        critic = network["criticActivation"]
        if self.shared:
            self.mlp_extractor.shared_net = hidden(network["activation"])
        else:
            self.mlp_extractor.policy_net = hidden(network["activation"])
            self.mlp_extractor.value_net = hidden(critic) if critic else None
        self.action_net = nn.Linear(sizes[-1], len(tensors["action_net.bias"]))
        self.value_net = nn.Linear(sizes[-1], 1) if critic else None
        if "log_std" in tensors:
            self.log_std = nn.Parameter(torch.zeros_like(tensors["log_std"]))
        if self.bound is not None:
            self.normalizer = nn.Module()
            for name in ("mean", "deviation"):
                self.normalizer.register_buffer(name, torch.zeros(sizes[0]))
        self.load_state_dict(tensors)

    def forward(self, observation, mask=None):
        """The most likely action with its log-probability, and the value or None."""
        x = observation
        if self.bound is not None:
            x = (x - self.normalizer.mean) / self.normalizer.deviation
            x = x.clamp(-self.bound, self.bound)
        extractor = self.mlp_extractor
        actor = extractor.shared_net(x) if self.shared else extractor.policy_net(x)
        decide = self.decide_numbers if self.action["type"] == "box" else self.decide_choices
        action, log_probability = decide(self.action_net(actor), mask)
        if self.value_net is None:
            return action, log_probability, None
        critic = actor if self.shared else extractor.value_net(x)
        return action, log_probability, self.value_net(critic).squeeze(1)

    def decide_choices(self, logits, mask):
        """One value of each choice; the mask is true for what is allowed."""
        if mask is not None:
            logits = logits.masked_fill(~mask, -1e30)
        choices = logits.split(self.action["nvec"], dim=1)
        actions = [own.argmax(1) for own in choices]
        logs = [own.log_softmax(1).gather(1, a[:, None]) for own, a in zip(choices, actions)]
        return torch.stack(actions, 1), torch.cat(logs, 1).sum(1)

    def decide_numbers(self, outputs, _mask):
        """The means, as the environment gets them."""
        size = len(self.action["low"])
        mean = outputs[:, :size]
        if self.action["logStdBounds"] is None:
            log_std = self.log_std.expand_as(mean)
        else:
            least, most = self.action["logStdBounds"]
            log_std = least + (most - least) * torch.sigmoid(2 * outputs[:, size:])
        low, high = (
            torch.tensor([default if bound is None else bound for bound in self.action[name]])
            for name, default in (("low", -math.inf), ("high", math.inf))
        )
        log_probability = torch.distributions.Normal(mean, log_std.exp()).log_prob(mean)
        if self.action["bounded"] == "clipped":
            return mean.clamp(low, high), log_probability.sum(1)
        # log(1 - tanh² u), and the scale of the bounds
        slope = 2 * (math.log(2) - mean - nn.functional.softplus(-2 * mean))
        log_probability = log_probability - slope - ((high - low) / 2).log()
        action = low + torch.sigmoid(2 * mean) * (high - low)
        return action.clamp(low, high), log_probability.sum(1)


def load_policy(path):
    """The policy of a file that `lockstep export --format safetensors|json` wrote."""
    return Policy(*read_file(path)).eval()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    policy = load_policy(sys.argv[1])
    with torch.no_grad():
        print(*policy(torch.tensor([[float(number) for number in sys.argv[2:]]])))
