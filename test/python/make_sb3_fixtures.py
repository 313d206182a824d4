"""Writes test/fixtures/sb3: small policies of Stable-Baselines3 and torch, and what they do.

Run from the repository's root: python3 test/python/make_sb3_fixtures.py
"""
import json
import sys
from pathlib import Path

import gymnasium
import torch
from safetensors.torch import save_file
from stable_baselines3 import PPO

FOLDER = Path("test/fixtures/sb3")
OBSERVATIONS = 20


def decisions(policy, observations):
    """Greedy actions as the environment gets them, their log-probabilities, values."""
    tensor = torch.as_tensor(observations)
    with torch.no_grad():
        actions, values, log_probs = policy.forward(tensor, deterministic=True)
    executed, _ = policy.predict(observations, deterministic=True)
    return {
        "observations": observations.tolist(),
        "actions": [[float(number) for number in row] for row in executed.reshape(len(executed), -1)],
        "logProbabilities": log_probs.flatten().tolist(),
        "values": values.flatten().tolist(),
    }


def write_sb3(name, environment, **policy_kwargs):
    model = PPO("MlpPolicy", environment, seed=7, gamma=0.97, policy_kwargs=policy_kwargs, device="cpu")
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in model.policy.parameters():
            parameter += 0.5 * torch.randn(parameter.shape, generator=generator)
    # The optimizer is half of the file, and nothing reads it here.
    model.save(FOLDER / name, exclude=["policy.optimizer"])
    space = gymnasium.make(environment).observation_space
    observations = torch.randn((OBSERVATIONS, *space.shape), generator=generator).numpy()
    return model, decisions(model.policy, observations)


def linear(inputs, outputs, generator):
    layer = torch.nn.Linear(inputs, outputs)
    with torch.no_grad():
        layer.weight.normal_(generator=generator)
        layer.bias.normal_(generator=generator)
    return layer


class TwoNetworks(torch.nn.Module):
    """Actor and critic as sequences of layers, with the names that CleanRL's agents have."""

    def __init__(self, generator):
        super().__init__()

        def sequence(outputs):
            hidden = [linear(3, 5, generator), torch.nn.Tanh()]
            return torch.nn.Sequential(*hidden, linear(5, outputs, generator))

        self.critic = sequence(1)
        self.actor_mean = sequence(1)
        self.actor_logstd = torch.nn.Parameter(torch.full((1, 1), -0.5))


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    expected = {}
    model, expected["cartpole.zip"] = write_sb3("cartpole.zip", "CartPole-v1", net_arch=[6, 5])
    save_file(model.policy.state_dict(), FOLDER / "cartpole.safetensors")
    expected["cartpole.safetensors"] = expected["cartpole.zip"]
    relu = {"activation_fn": torch.nn.ReLU, "net_arch": [5, 4]}
    _, expected["pendulum.zip"] = write_sb3("pendulum.zip", "Pendulum-v1", **relu)
    generator = torch.Generator().manual_seed(5)
    networks = TwoNetworks(generator)
    torch.save(networks.state_dict(), FOLDER / "cleanrl.pt")
    observations = torch.randn((OBSERVATIONS, 3), generator=generator)
    with torch.no_grad():
        means = networks.actor_mean(observations)
        normal = torch.distributions.Normal(means, torch.exp(networks.actor_logstd))
        expected["cleanrl.pt"] = {
            "observations": observations.tolist(),
            "actions": means.clamp(-2, 2).tolist(),
            "logProbabilities": normal.log_prob(means).sum(1).tolist(),
            "values": networks.critic(observations).flatten().tolist(),
        }
    (FOLDER / "expected.json").write_text(json.dumps(expected))
    return 0


if __name__ == "__main__":
    sys.exit(main())
