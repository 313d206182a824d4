"""Stable-Baselines3's PPO, the package as it is: separate 64-64 tanh nets on DummyVecEnv."""

import gymnasium
import stable_baselines3
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

# Sizes have the bench's names; all else are PPO's own arguments, and what is missing its defaults.
OWN = {"envs": 1, "steps": 2048, "epochs": 10, "minibatches": 32, "total": 1_000_000}
WORKLOAD = {
    "envs": 1024,
    "steps": 32,
    "epochs": 4,
    "minibatches": 4,
    "total": 10_000_000,
    "learning_rate": 2.5e-4,
    "clip_range_vf": 0.2,
    "ent_coef": 0.01,
}


def falling(initial):
    """A schedule that falls to 0 with the steps that are left."""
    return lambda left: left * initial


# "tuned" is what rl-baselines3-zoo's hyperparams/ppo.yml says of the environment.
SETTINGS = {
    "CartPole-v1": {
        "workload": WORKLOAD,
        "own": OWN,
        "tuned": {
            "envs": 8,
            "steps": 32,
            "epochs": 20,
            "minibatches": 1,
            "total": 100_000,
            "learning_rate": falling(1e-3),
            "clip_range": falling(0.2),
            "gamma": 0.98,
            "gae_lambda": 0.8,
            "ent_coef": 0.0,
        },
    },
    "Pendulum-v1": {
        "workload": {**WORKLOAD, "ent_coef": 0.0},
        "own": OWN,
        "tuned": {
            "envs": 4,
            "steps": 1024,
            "epochs": 10,
            "minibatches": 64,
            "total": 100_000,
            "learning_rate": 1e-3,
            "clip_range": 0.2,
            "gamma": 0.9,
            "gae_lambda": 0.95,
            "ent_coef": 0.0,
            "use_sde": True,
            "sde_sample_freq": 4,
        },
    },
}


class Report(BaseCallback):
    """Tells of episodes and, as the next rollout begins, of the iteration behind it."""

    def __init__(self, observer):
        super().__init__()
        self.observer = observer

    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.observer.episode(info["episode"]["r"])
        return True

    def _on_rollout_start(self):
        if self.num_timesteps > 0:
            if self.model.device.type == "cuda":
                torch.cuda.synchronize()
            self.observer.iteration(self.num_timesteps)


def prepare(arguments):
    torch.set_num_threads(arguments.threads)
    versions = (stable_baselines3.__version__, torch.__version__, gymnasium.__version__)
    return "stable-baselines3 {}, torch {}, gymnasium {}".format(*versions)


def train(arguments, settings, observer):
    own = dict(settings)
    envs, steps, epochs, minibatches = (
        own.pop(key) for key in ("envs", "steps", "epochs", "minibatches")
    )
    own.pop("total")
    model = PPO(
        "MlpPolicy",
        make_vec_env(arguments.environment, n_envs=envs, seed=arguments.seed),
        n_steps=steps,
        batch_size=envs * steps // minibatches,
        n_epochs=epochs,
        seed=arguments.seed,
        device=arguments.device,
        **own,
    )
    model.learn(observer.total_steps, callback=Report(observer))
    observer.iteration(model.num_timesteps)  # no rollout begins behind the last one
