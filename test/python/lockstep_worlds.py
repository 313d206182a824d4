"""Environments of Gymnasium for tests: odd spaces, and worlds that fail."""

import os
import sys
import time

import gymnasium
import numpy
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Sequence, Text


class World(gymnasium.Env):
    """Shows zeros and never ends; the others change a part of it."""

    observation_space = Box(-1.0, 1.0, (2,))
    action_space = Discrete(2)

    def __init__(self, render_mode=None):
        self.steps = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.steps = 0
        return self.shown(), {}

    def step(self, action):
        self.steps += 1
        assert self.action_space.contains(action), action
        return self.shown(), 1.0, False, False, {}

    def shown(self):
        return numpy.zeros(2, numpy.float32)


class Odd(World):
    observation_space = Dict({"a": Box(0, 255, (2, 2), numpy.uint8), "b": MultiDiscrete([3, 2])})
    action_space = MultiDiscrete([3, 2], start=[5, 7])

    def shown(self):
        return {"a": numpy.ones((2, 2), numpy.uint8), "b": numpy.array([2, 1])}


class Switches(World):
    action_space = MultiBinary(2)


class Counting(World):
    """Pays ten times the action and one, and ends at a sum of 7."""

    observation_space = Box(0.0, numpy.inf, (2,))
    action_space = Discrete(3)

    def reset(self, *, seed=None, options=None):
        self.first, self.sum = seed % 1000, 0
        print("what environments print goes nowhere that matters")
        return super().reset(seed=seed, options=options)

    def step(self, action):
        self.sum += int(action)
        return self.shown(), 10.0 * action + 1, self.sum >= 7, False, {}

    def shown(self):
        return numpy.array([self.first, self.sum], numpy.float32)


class Cutting(World):
    def step(self, action):
        shown, reward, terminated, _, info = super().step(action)
        return shown, reward, terminated, self.steps == 3, info


class Failing(World):
    def __init__(self, how, render_mode=None):
        super().__init__()
        self.how = how

    def step(self, action):
        result = super().step(action)
        if self.steps < 15:
            return result
        if self.how == "raise":
            raise ValueError("out of coal")
        if self.how == "exit":
            print("a last word", file=sys.stderr, flush=True)
            os._exit(3)
        while True:
            time.sleep(1)


class TextWorld(World):
    observation_space = Text(5)


class Tree(World):
    action_space = Sequence(Discrete(2))


NAMES = [Odd, Switches, Counting, Failing, TextWorld, Tree]
for world in NAMES:
    name = world.__name__.replace("World", "")
    gymnasium.register(f"{name}-v0", entry_point=world)
gymnasium.register("Cutting-v0", entry_point=Cutting, max_episode_steps=50)
