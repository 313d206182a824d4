"""Writes transitions of Gymnasium's LunarLander for the twin and the shader.

    python test/transfer/make-lander-vectors.py --out test/fixtures/lunar-lander.json

Needs gymnasium[box2d]; the fixture was made with gymnasium 1.4.0 and Box2D 2.3.10. Episodes are
flown by Gymnasium's heuristic with a share of random actions, in both action spaces, with wind and
without. A transition has the whole state of Box2D (bodies, impulses of joints and contacts), so that
one step can be compared from it; a start has its random draws. Lengths are about the middle of the
pad, at (10, 10/3) m.
"""

import argparse
import json

import numpy as np
from gymnasium.envs.box2d import lunar_lander as lander

STEPS_PER_SECOND = 50
PAD = (10.0, 40 / 3 / 4)


class Recorder:
    """A random generator that keeps what it has drawn."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.drawn = []

    def uniform(self, low, high, size=None):
        unit = self.random.random(size)
        self.drawn.extend(np.atleast_1d(unit).tolist())
        return low + (high - low) * unit

    def integers(self, low, high):
        value = int(self.random.integers(low, high))
        self.drawn.append(value)
        return value

    def take(self):
        drawn, self.drawn = self.drawn, []
        return drawn


def body_of(body):
    x, y = body.worldCenter
    vx, vy = body.linearVelocity
    return [x - PAD[0], y - PAD[1], body.angle, vx, vy, body.angularVelocity]


def joint_of(joint):
    x, y = joint.GetReactionForce(STEPS_PER_SECOND) / STEPS_PER_SECOND
    limit = joint.GetReactionTorque(STEPS_PER_SECOND) / STEPS_PER_SECOND
    return [x, y, limit, joint.GetMotorTorque(STEPS_PER_SECOND) / STEPS_PER_SECOND]


def point_of(point):
    feature = point.id.cf
    key = feature.indexA + 10 * feature.indexB + 100 * feature.typeA
    return [key, point.normalImpulse, point.tangentImpulse]


def contacts_of(env, bodies):
    """[body, edge, points] of what touches."""
    edges = [tuple(fixture.shape.vertices[0]) for fixture in env.moon.fixtures]
    found = []
    for contact in env.world.contacts:
        if not contact.touching:
            continue
        place = contact.fixtureA.shape.vertices[0][0]
        edge = round(place / 2) if contact.fixtureA.shape.vertices[0][1] > 0 else -1
        manifold = contact.manifold
        points = [point_of(manifold.points[i]) for i in range(manifold.pointCount)]
        found.append([bodies.index(contact.fixtureB.body), edge, points])
    assert len(edges) == 11
    return found


def state_of(env, still):
    bodies = [env.legs[1], env.lander, env.legs[0]]
    return {
        "bodies": [body_of(body) for body in bodies],
        "joints": [joint_of(leg.joint) for leg in (env.legs[1], env.legs[0])],
        "contacts": contacts_of(env, bodies),
        "grounded": [env.legs[1].ground_contact, False, env.legs[0].ground_contact],
        "still": still,
        "wind": [int(env.wind_idx), int(env.torque_idx)] if env.enable_wind else [0, 0],
    }


def is_still(state):
    return all(
        vx * vx + vy * vy <= 0.01**2 and abs(spin) <= np.pi / 90
        for _, _, _, vx, vy, spin in state["bodies"]
    )


def action_of(env, observation, random, share):
    """Gymnasium's heuristic, or a random action for a share of the steps."""
    if random.random() < share:
        return env.action_space.sample()
    return lander.heuristic(env, observation)


def episode_of(seed, continuous, wind, share):
    """The start of an episode and its transitions."""
    env = lander.LunarLander(continuous=continuous, enable_wind=wind)
    env.action_space.seed(seed)
    env.np_random = Recorder(seed)
    observation, _ = env.reset()
    start = {
        "continuous": continuous,
        "wind": wind,
        "draws": env.np_random.take(),
        "ground": [y - PAD[1] for (_, y), *_ in env.sky_polys] + [env.sky_polys[-1][1][1] - PAD[1]],
        "observation": observation.tolist(),
    }
    random = np.random.default_rng(seed + 1)
    state = state_of(env, 0)
    steps = []
    for _ in range(1000):
        action = action_of(env, observation, random, share)
        observation, reward, terminated, _, _ = env.step(action)
        noise = [2 * unit - 1 for unit in env.np_random.take()]
        after = state_of(env, 0)
        after["still"] = state["still"] + 1 if is_still(after) else 0
        steps.append(
            {
                "state": state,
                "action": np.atleast_1d(action).tolist(),
                "noise": noise,
                "observation": observation.tolist(),
                "reward": float(reward),
                "terminated": bool(terminated),
                "bodies": after["bodies"],
            }
        )
        state = after
        if terminated:
            break
    return start, steps


def rounded(value):
    """Numbers with nine digits, which is what a float32 needs."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(each) for each in value]
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return value


def kind_of(step):
    if step["terminated"]:
        return "end"
    return "contact" if step["state"]["contacts"] else "flight"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--episodes", type=int, default=16)
    parser.add_argument("--each", type=int, default=40, help="flights, contacts and ends at most")
    arguments = parser.parse_args()
    starts, found = [], {"end": [], "contact": [], "flight": []}
    for n in range(arguments.episodes):
        share = [0.0, 0.1, 0.5, 1.0][n // 4 % 4]
        start, steps = episode_of(arguments.seed + n, n % 2 == 1, n % 4 >= 2, share)
        starts.append(start)
        for step in steps:
            found[kind_of(step)].append({"start": n, **step})
    random = np.random.default_rng(arguments.seed)
    chosen = []
    for steps in found.values():
        count = min(arguments.each, len(steps))
        chosen += [steps[i] for i in sorted(random.choice(len(steps), count, replace=False))]
    text = json.dumps(rounded({"starts": starts, "transitions": chosen}), separators=(",", ":"))
    with open(arguments.out, "w") as file:
        file.write(text + "\n")
    print({kind: len(steps) for kind, steps in found.items()}, len(text), "bytes")


main()
