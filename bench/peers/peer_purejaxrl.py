"""PureJaxRL's ppo.py, read from a checkout as it is: all of the training in one jitted scan.

The original trains a fixed number of updates in one compiled call. A block is therefore a row of
calls of about CALL_SECONDS, each a fresh agent; compiling comes before `ready`. Time to solve is
one call of all updates, compiling included, that ends when a callback has seen the mean return.
"""

import importlib.util
import os
import sys
import time
import types

import originals

CALL_SECONDS = 0.5
CALIBRATION_UPDATES = 4
# What the original's wrappers.py imports for environments that are not ours.
UNUSED = ("brax", "brax.envs", "brax.envs.wrappers", "brax.envs.wrappers.training", "navix")

# Keys of the original's configuration, but for the sizes, which have the bench's names.
COMMON = {"LR": 2.5e-4, "GAMMA": 0.99, "GAE_LAMBDA": 0.95, "CLIP_EPS": 0.2}
COMMON = {**COMMON, "VF_COEF": 0.5, "MAX_GRAD_NORM": 0.5, "ACTIVATION": "tanh"}
DISCRETE = {**COMMON, "ENT_COEF": 0.01, "ANNEAL_LR": True}
OWN = {"envs": 4, "steps": 128, "epochs": 4, "minibatches": 4, "total": 500_000, **DISCRETE}
# The original's continuous settings are Brax's.
CONTINUOUS = {**COMMON, "LR": 3e-4, "ENT_COEF": 0.0, "ANNEAL_LR": False, "NORMALIZE_ENV": True}
BRAX = {"envs": 2048, "steps": 10, "epochs": 4, "minibatches": 32, "total": 50_000_000}
WORKLOAD = {"envs": 1024, "steps": 32, "epochs": 4, "minibatches": 4, "total": 10_000_000}
SETTINGS = {
    "CartPole-v1": {"workload": {**WORKLOAD, **DISCRETE}, "own": OWN, "tuned": OWN},
    "Pendulum-v1": {"own": {**BRAX, **CONTINUOUS}, "tuned": {**BRAX, **CONTINUOUS}},
}
FILES = {
    "CartPole-v1": "purejaxrl/ppo.py",
    "Pendulum-v1": "purejaxrl/ppo_continuous_action.py",
}


def prepare(arguments):
    """Threads and device are fixed before JAX is imported: it takes as many threads as cores."""
    cores = sorted(os.sched_getaffinity(0))[: arguments.threads]
    os.sched_setaffinity(0, cores)
    os.environ["JAX_PLATFORMS"] = arguments.device
    import gymnax  # noqa: F401  (fails here, with its own message, if it is missing)
    import jax
    from importlib.metadata import version

    return f"jax {jax.__version__}, gymnax {version('gymnax')}, distrax {version('distrax')}"


def load_original(arguments):
    path = originals.find(arguments, "PUREJAXRL", FILES[arguments.environment])
    stand_in()
    folder = os.path.dirname(path)
    sys.path[:0] = [folder, os.path.dirname(folder)]  # it says `wrappers` or `purejaxrl.wrappers`
    spec = importlib.util.spec_from_file_location("original_ppo", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if arguments.environment == "Pendulum-v1":
        module.BraxGymnaxWrapper = pendulum
    return module


def stand_in():
    """Empty modules in the place of those that are not installed and not used."""
    missing = {name for name in UNUSED if importlib.util.find_spec(name.split(".")[0]) is None}
    for name in sorted(missing):
        module = types.ModuleType(name)
        module.__getattr__ = lambda attribute: None
        module.__path__ = []
        sys.modules[name] = module


def pendulum(_name):
    """gymnax's Pendulum in the place of a Brax environment: actions in [-1, 1], no parameters."""
    import gymnax
    import jax

    environment, parameters = gymnax.make("Pendulum-v1")

    class Pendulum:
        reset = staticmethod(lambda key, _=None: environment.reset(key, parameters))

        @staticmethod
        def step(key, state, action, _=None):
            torque = parameters.max_torque * action
            result = environment.step(key, state, torque, parameters)
            observation, state, reward, done, info = result
            return observation, state, jax.numpy.squeeze(reward), done, info

        observation_space = staticmethod(lambda _: environment.observation_space(parameters))
        action_space = staticmethod(lambda _: environment.action_space(parameters))

    return Pendulum()


def configuration(arguments, settings, total_steps, debug):
    own = {key: value for key, value in settings.items() if key.isupper()}
    return {
        **own,
        "ENV_NAME": arguments.environment,
        "NUM_ENVS": settings["envs"],
        "NUM_STEPS": settings["steps"],
        "UPDATE_EPOCHS": settings["epochs"],
        "NUM_MINIBATCHES": settings["minibatches"],
        "TOTAL_TIMESTEPS": total_steps,
        "DEBUG": debug,
    }


class Elsewhere:
    """The module `jax` with another `debug.callback`."""

    def __init__(self, jax, callback):
        self._jax = jax
        self.debug = types.SimpleNamespace(callback=callback)

    def __getattr__(self, name):
        return getattr(self._jax, name)


def train(arguments, settings, observer):
    original = load_original(arguments)
    if observer.wants_episodes:
        solve(arguments, settings, observer, original)
    else:
        repeat(arguments, settings, observer, original)


def solve(arguments, settings, observer, original):
    """The original's DEBUG branch calls back with each update's episodes; ours takes its place."""
    import jax
    import numpy

    batch = settings["envs"] * settings["steps"]
    steps = 0

    def receive(ended, returns):
        nonlocal steps
        steps += batch
        # Device arrays would be indexed by a kernel compiled anew for each number of episodes.
        for value in numpy.asarray(returns)[numpy.asarray(ended)]:
            observer.episode(value)
        observer.iteration(steps)

    def callback(_, metric):
        ended, returns = metric["returned_episode"], metric["returned_episode_returns"]
        jax.debug.callback(receive, ended, returns, ordered=True)

    original.jax = Elsewhere(jax, callback)
    config = configuration(arguments, settings, observer.total_steps, True)
    jax.block_until_ready(jax.jit(original.make_train(config))(jax.random.PRNGKey(arguments.seed)))
    jax.effects_barrier()


def compiled(arguments, settings, original, updates):
    """A function of a seed that trains so many updates and waits for them."""
    import jax

    total = updates * settings["envs"] * settings["steps"]
    train_jit = jax.jit(original.make_train(configuration(arguments, settings, total, False)))
    executable = train_jit.lower(jax.random.PRNGKey(0)).compile()
    return lambda seed: jax.block_until_ready(executable(jax.random.PRNGKey(seed)))


def repeat(arguments, settings, observer, original):
    few = compiled(arguments, settings, original, CALIBRATION_UPDATES)
    few(arguments.seed)
    started = time.perf_counter()
    few(arguments.seed)
    seconds = (time.perf_counter() - started) / CALIBRATION_UPDATES
    updates = max(1, round(CALL_SECONDS / seconds))
    call = compiled(arguments, settings, original, updates)
    steps = 0
    while True:
        call(arguments.seed + steps)
        steps += updates * settings["envs"] * settings["steps"]
        observer.iteration(steps)
