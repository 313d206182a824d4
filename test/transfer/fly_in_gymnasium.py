"""The return of a policy in Gymnasium's own LunarLander, with greedy actions.

    python test/transfer/fly_in_gymnasium.py LunarLander-v3 POLICY --episodes 100

POLICY is what `lockstep export RUN --format json` wrote, or a zip of Stable-Baselines3's PPO. Prints
one line of JSON: the mean return with its standard error. Needs gymnasium[box2d], and
stable-baselines3 for a zip.
"""

import argparse
import json

import gymnasium
import numpy as np

ACTIVATIONS = {"tanh": np.tanh, "relu": lambda x: np.maximum(x, 0)}


def exported_policy(path):
    """From an observation to an action, by the tensors of an export."""
    with open(path) as file:
        export = json.load(file)
    tensors = {name: np.array(rows) for name, rows in export["tensors"].items()}
    activation = ACTIVATIONS[export["description"]["network"]["activation"]]
    layers = sorted({name.rsplit(".", 1)[0] for name in tensors if "policy_net" in name})
    bound = export["description"].get("observationBound")

    def act(observation):
        x = observation
        if "normalizer.mean" in tensors:
            x = (x - tensors["normalizer.mean"]) / tensors["normalizer.deviation"]
            x = np.clip(x, -bound, bound)
        for name in layers:
            x = activation(tensors[f"{name}.weight"] @ x + tensors[f"{name}.bias"])
        head = tensors["action_net.weight"] @ x + tensors["action_net.bias"]
        return head

    return act


def sb3_policy(path):
    from stable_baselines3 import PPO

    model = PPO.load(path, device="cpu")
    return lambda observation: model.predict(observation, deterministic=True)[0]


def action_in(space, head):
    """The greedy action: the likeliest choice, or the mean within the bounds."""
    if isinstance(space, gymnasium.spaces.Discrete):
        return int(np.argmax(head))
    return np.clip(head[: space.shape[0]], space.low, space.high)


def episode_return(env, act, seed):
    observation, _ = env.reset(seed=seed)
    total, ended = 0.0, False
    while not ended:
        observation, reward, terminated, truncated, _ = env.step(act(observation))
        total += float(reward)
        ended = terminated or truncated
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("environment")
    parser.add_argument("policy")
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=10_000, help="of the first episode")
    arguments = parser.parse_args()
    env = gymnasium.make(arguments.environment)
    if arguments.policy.endswith(".zip"):
        act = sb3_policy(arguments.policy)
    else:
        head = exported_policy(arguments.policy)
        act = lambda observation: action_in(env.action_space, head(observation))  # noqa: E731
    seeds = range(arguments.seed, arguments.seed + arguments.episodes)
    returns = [episode_return(env, act, seed) for seed in seeds]
    error = np.std(returns, ddof=1) / np.sqrt(len(returns))
    print(json.dumps({"mean": float(np.mean(returns)), "error": float(error), "episodes": len(returns)}))


main()
