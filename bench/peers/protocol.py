"""What a contestant of the bench says and hears: JSON lines on stdout, commands on stdin.

Commands are `run SECONDS` and `quit`.

A peer trains and reports to one observer: `episode(return)` for each finished episode and
`iteration(steps)` behind each whole iteration, with all steps so far and all device work finished.
The observer is either `Blocks` (throughput) or `Solve` (time to a mean return).
"""

import json
import os
import sys
import time
from collections import deque

WARM_UP_ITERATIONS = 2
WINDOW = 100  # episodes whose mean return decides
PROGRESS_SECONDS = 1.0

_started = time.perf_counter()
_channel = None


def take_over_stdout():
    """Keeps stdout for the protocol; whatever else prints goes to stderr."""
    global _channel
    _channel = os.dup(1)
    os.dup2(2, 1)


def say(event, **fields):
    os.write(_channel, (json.dumps({"event": event, **fields}) + "\n").encode())


def leave(code=0):
    """Ends at once, from any thread: tearing a runtime down takes longer than a short run."""
    sys.stderr.flush()
    os._exit(code)


def fail(message):
    print(f"bench/peers: {message}", file=sys.stderr)
    leave(1)


class Blocks:
    """Trains whole iterations for at least as long as asked, again and again."""

    # Steps to train for: a peer ends only when told to.
    total_steps = 2_000_000_000
    wants_episodes = False

    def __init__(self, name, detail):
        self.name = name
        self.detail = detail
        self.iterations = 0

    def episode(self, value):
        pass

    def iteration(self, steps):
        self.iterations += 1
        if self.iterations < WARM_UP_ITERATIONS:
            return
        if self.iterations == WARM_UP_ITERATIONS:
            say("ready", name=self.name, detail=self.detail)
            self._wait(steps)
            return
        elapsed = time.perf_counter() - self.started
        if elapsed >= self.seconds:
            say("block", steps=int(steps - self.first_step), seconds=elapsed)
            self._wait(steps)

    def finish(self):
        fail(f"{self.name} ended before it was told to quit")

    def _wait(self, steps):
        """Sleeps until the next command; the clock starts when it has come."""
        line = sys.stdin.readline()
        words = line.split()
        if not line or words == ["quit"]:
            leave()
        if len(words) != 2 or words[0] != "run":
            fail(f"unknown command {line.strip()!r}; known are 'run SECONDS' and 'quit'")
        self.seconds = float(words[1])
        self.first_step = steps
        self.started = time.perf_counter()


class Solve:
    """Ends once the mean return of the latest 100 training episodes is high enough."""

    wants_episodes = True

    def __init__(self, threshold, limit, total_steps):
        self.threshold = threshold
        self.limit = limit  # seconds since the process started to read this file
        self.total_steps = total_steps
        self.returns = deque(maxlen=WINDOW)
        self.steps = 0
        self.said = _started

    def episode(self, value):
        self.returns.append(float(value))

    def iteration(self, steps):
        self.steps = int(steps)
        now = time.perf_counter()
        if len(self.returns) == WINDOW and self._mean() >= self.threshold:
            self._say("solved")
            leave()
        if now - _started > self.limit:
            self.finish()
        if now - self.said > PROGRESS_SECONDS:
            self.said = now
            self._say("progress")

    def finish(self):
        """The peer's own number of steps, or the limit, is reached."""
        self._say("unsolved")
        leave()

    def _mean(self):
        return sum(self.returns) / len(self.returns) if self.returns else None

    def _say(self, event):
        say(event, steps=self.steps, mean_return=self._mean())
