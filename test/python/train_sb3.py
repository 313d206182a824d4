"""Trains a policy with Stable-Baselines3, saves it, and prints its greedy returns.

train_sb3.py ENVIRONMENT STEPS EPISODES FILE
"""
import json
import sys

import numpy
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

environment, steps, episodes, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
torch.set_num_threads(1)
training = make_vec_env(environment, n_envs=8, seed=1)
model = PPO("MlpPolicy", training, n_steps=128, batch_size=256, seed=1, device="cpu")
model.learn(steps)
model.save(path)
fresh = make_vec_env(environment, n_envs=32, seed=1000)
returns, _ = evaluate_policy(model, fresh, episodes, deterministic=True, return_episode_rewards=True)
json.dump({"mean": float(numpy.mean(returns)), "std": float(numpy.std(returns))}, sys.stdout)
