"""CleanRL's ppo.py and ppo_continuous_action.py, read from a checkout and run as they are.

Each runs as a script with its own command line. It writes its figures to a SummaryWriter; ours
takes that place (so TensorBoard is neither needed nor timed) and passes episodes and iterations on.
"""

import os
import runpy
import sys
import types
import warnings

import gymnasium
import numpy
import originals
import torch

FILES = {
    "CartPole-v1": "cleanrl/ppo.py",
    "Pendulum-v1": "cleanrl/ppo_continuous_action.py",
}
# Sizes only: everything else is left at the file's defaults, and these are its defaults too.
DISCRETE = {"envs": 4, "steps": 128, "epochs": 4, "minibatches": 4, "total": 500_000}
CONTINUOUS = {"envs": 1, "steps": 2048, "epochs": 10, "minibatches": 32, "total": 1_000_000}
WORKLOAD = {"envs": 1024, "steps": 32, "epochs": 4, "minibatches": 4, "total": 10_000_000}
SETTINGS = {
    "CartPole-v1": {"workload": WORKLOAD, "own": DISCRETE, "tuned": DISCRETE},
    "Pendulum-v1": {"workload": WORKLOAD, "own": CONTINUOUS, "tuned": CONTINUOUS},
}


def prepare(arguments):
    torch.set_num_threads(arguments.threads)
    versions = (torch.__version__, gymnasium.__version__, numpy.__version__)
    return "CleanRL's file, torch {}, gymnasium {}, numpy {}".format(*versions)


def report_to(observer):
    """A SummaryWriter that tells the observer; SPS is the last figure of each iteration."""

    class Writer:
        def __init__(self, *_, **__):
            pass

        def add_text(self, *_, **__):
            pass

        def close(self):
            pass

        def add_scalar(self, name, value, step):
            if name == "charts/episodic_return":
                observer.episode(numpy.asarray(value).item())
            elif name == "charts/SPS":
                if torch.cuda.is_initialized():
                    torch.cuda.synchronize()
                observer.iteration(step)

    return Writer


def command_line(arguments, settings, total_steps):
    values = {
        "env-id": arguments.environment,
        "seed": arguments.seed,
        "total-timesteps": total_steps,
        "num-envs": settings["envs"],
        "num-steps": settings["steps"],
        "update-epochs": settings["epochs"],
        "num-minibatches": settings["minibatches"],
    }
    flags = [text for key, value in values.items() for text in (f"--{key}", str(value))]
    return [*flags, "--cuda" if arguments.device == "cuda" else "--no-cuda"]


def train(arguments, settings, observer):
    path = originals.find(arguments, "CLEANRL", FILES[arguments.environment])
    tensorboard = types.ModuleType("torch.utils.tensorboard")
    tensorboard.SummaryWriter = report_to(observer)
    sys.modules[tensorboard.__name__] = tensorboard
    sys.argv = [path, *command_line(arguments, settings, observer.total_steps)]
    warnings.filterwarnings("ignore", module="tyro")  # of the file's optional arguments
    # It prints a line for each episode; nobody reads them here.
    sys.stdout = open(os.devnull, "w")
    runpy.run_path(path, run_name="__main__")
