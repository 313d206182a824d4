"""Steps Gymnasium environments for Lockstep: one process holds a share of a batch.

Lockstep starts it with pipes as standard input and output and asks one thing after the other. A
message is four bytes (little-endian) with the length of a header, the header as JSON, and `bytes`
raw bytes behind it, all of them little-endian float32. Requests have a `kind`:

  describe  id, kwargs -> the spaces and the time limit
  open      id, kwargs, count -> makes the environments
  reset     environments, seeds -> observations of those environments, [len][O]
  step      actions, [count][A] -> rewards [count], endings [count] (0 goes on, 1 terminated,
            2 truncated), observations [count][O]

An answer has `error` where Python raised an exception. The process ends when its input does, so it
cannot outlive the program that has started it. What environments print goes to standard error.
"""

import json
import os
import struct
import sys
import traceback


def is_infinite(bound):
    """Bounds near the largest float32 stand for none."""
    return not abs(float(bound)) < 3.0e38


class Refused(Exception):
    """Something that Lockstep cannot use; the message is for the user."""


class Observation:
    """Turns what an environment shows into a list of numbers."""

    def __init__(self, gymnasium, numpy, space):
        spaces = gymnasium.spaces
        self.numpy, self.spaces, self.space = numpy, spaces, space
        kinds = (spaces.Box, spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary)
        if not isinstance(space, kinds + (spaces.Dict, spaces.Tuple)):
            raise Refused(f"observations of the space {space} are not supported")
        flat = spaces.flatten_space(space)
        if not isinstance(flat, spaces.Box):
            raise Refused(f"observations of the space {space} have no fixed number of values")
        self.is_box = isinstance(space, spaces.Box)
        self.size = int(flat.shape[0])
        self.low = [None if is_infinite(bound) else float(bound) for bound in flat.low]
        self.high = [None if is_infinite(bound) else float(bound) for bound in flat.high]

    def row(self, shown):
        if self.is_box:
            return self.numpy.asarray(shown, self.numpy.float32).ravel()
        return self.spaces.flatten(self.space, shown).astype(self.numpy.float32)


class Action:
    """Turns a list of numbers into what `step` takes."""

    def __init__(self, gymnasium, numpy, space):
        spaces = gymnasium.spaces
        self.numpy, self.space = numpy, space
        if isinstance(space, spaces.Discrete):
            self.shown = {"type": "discrete", "n": int(space.n)}
            self.make = lambda row: int(row[0]) + int(space.start)
            self.size = 1
        elif isinstance(space, (spaces.MultiDiscrete, spaces.MultiBinary)):
            binary = isinstance(space, spaces.MultiBinary)
            counts = numpy.full(space.shape, 2) if binary else space.nvec
            start = 0 if binary else getattr(space, "start", 0)
            self.shown = {"type": "multi-discrete", "nvec": [int(n) for n in counts.ravel()]}
            self.make = lambda row: row.reshape(space.shape).astype(space.dtype) + start
            self.size = int(counts.size)
        elif isinstance(space, spaces.Box):
            bound = lambda values: [None if is_infinite(v) else float(v) for v in values.ravel()]
            self.shown = {"type": "box", "low": bound(space.low), "high": bound(space.high)}
            whole = numpy.issubdtype(space.dtype, numpy.integer)
            near = numpy.rint if whole else (lambda row: row)
            self.make = lambda row: near(row).reshape(space.shape).astype(space.dtype)
            self.size = int(space.low.size)
        else:
            raise Refused(f"actions of the space {space} are not supported")


class Server:
    def __init__(self):
        try:
            import gymnasium
            import numpy
        except ImportError as error:
            raise Refused(
                f"{sys.executable} cannot import gymnasium ({error}); "
                f"install it: {sys.executable} -m pip install gymnasium"
            ) from error
        self.gymnasium, self.numpy = gymnasium, numpy
        self.environments = []

    def make(self, request):
        try:
            return self.gymnasium.make(
                request["id"], disable_env_checker=True, **request["kwargs"]
            )
        except Exception as error:  # noqa: BLE001, whatever an environment raises
            raise Refused(f"{type(error).__name__}: {error}") from error

    def describe(self, request, _):
        environment = self.make(request)
        try:
            observation = Observation(self.gymnasium, self.numpy, environment.observation_space)
            action = Action(self.gymnasium, self.numpy, environment.action_space)
            limit = environment.spec.max_episode_steps if environment.spec else None
        finally:
            environment.close()
        return {
            "observation": {"low": observation.low, "high": observation.high},
            "action": action.shown,
            "maxEpisodeSteps": limit,
            "version": self.gymnasium.__version__,
        }, b""

    def open(self, request, _):
        self.environments = [self.make(request) for _ in range(request["count"])]
        first = self.environments[0]
        self.observation = Observation(self.gymnasium, self.numpy, first.observation_space)
        self.action = Action(self.gymnasium, self.numpy, first.action_space)
        return {}, b""

    def reset(self, request, _):
        rows = []
        for place, seed in zip(request["environments"], request["seeds"]):
            shown, _info = self.environments[place].reset(seed=seed)
            rows.append(self.observation.row(shown))
        return {}, self.numpy.concatenate(rows).tobytes()

    def step(self, _request, payload):
        numpy = self.numpy
        count = len(self.environments)
        actions = numpy.frombuffer(payload, "<f4").reshape(count, self.action.size)
        results = numpy.zeros((2, count), "<f4")
        rows = numpy.empty((count, self.observation.size), "<f4")
        for place, environment in enumerate(self.environments):
            taken = environment.step(self.action.make(actions[place]))
            shown, reward, terminated, truncated, _info = taken
            rows[place] = self.observation.row(shown)
            results[0, place] = reward
            results[1, place] = 1 if terminated else 2 if truncated else 0
        return {}, results.tobytes() + rows.tobytes()


def main():
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    server = None
    while True:
        head = requests.read(4)
        if len(head) < 4:
            return
        request = json.loads(requests.read(struct.unpack("<I", head)[0]))
        payload = requests.read(request["bytes"])
        try:
            server = server or Server()
            header, data = getattr(server, request["kind"])(request, payload)
        except Refused as refused:
            header, data = {"error": str(refused), "refused": True}, b""
        except Exception:  # noqa: BLE001, whatever an environment raises
            header, data = {"error": traceback.format_exc()}, b""
        text = json.dumps({**header, "bytes": len(data)}).encode()
        answers.write(struct.pack("<I", len(text)) + text + data)
        answers.flush()


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError):
        pass
