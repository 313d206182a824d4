"""Starts one peer as a contestant of the bench: `python run.py --peer sb3 …` (see README.md)."""

import argparse
import importlib
import os

import protocol

PEERS = {
    "sb3": "peer_sb3",
    "cleanrl": "peer_cleanrl",
    "purejaxrl": "peer_purejaxrl",
    "torch": "torch_ppo",
}
# What all contestants of the throughput comparison do.
WORKLOAD = {"envs": 1024, "steps": 32, "epochs": 4, "minibatches": 4}


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", required=True, choices=PEERS)
    parser.add_argument(
        "--environment", default="CartPole-v1", choices=["CartPole-v1", "Pendulum-v1"]
    )
    parser.add_argument(
        "--settings",
        choices=["workload", "own", "tuned"],
        help="workload: the bench's common work (default without --solve); own: the peer's"
        " defaults; tuned: what its authors publish for the environment (default with --solve)",
    )
    parser.add_argument("--envs", type=int)
    parser.add_argument("--steps", type=int, help="per environment and iteration")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--minibatches", type=int)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--solve", type=float, metavar="RETURN")
    parser.add_argument("--limit", type=float, default=600, help="seconds, with --solve")
    parser.add_argument("--total", type=int, help="steps of the whole run, with --solve")
    parser.add_argument("--file", help="the peer's original file, where it has one")
    parser.add_argument("--compile", choices=["on", "off"], default="on", help="torch only")
    return parser.parse_args()


def sizes(arguments, settings):
    """The chosen settings with the sizes of the command line over them.

    A time to solve is that of the peer's own settings: sizes count there only beside --settings.
    """
    if arguments.solve is not None and arguments.settings is None:
        return settings
    given = {key: getattr(arguments, key) for key in WORKLOAD}
    return {**settings, **{key: value for key, value in given.items() if value is not None}}


def choose_settings(arguments, peer):
    name = arguments.settings or ("workload" if arguments.solve is None else "tuned")
    table = peer.SETTINGS.get(arguments.environment)
    if table is None:
        protocol.fail(
            f"--peer {arguments.peer} has no {arguments.environment};"
            f" it has {', '.join(peer.SETTINGS)}"
        )
    if name not in table:
        protocol.fail(
            f"--peer {arguments.peer} has no --settings {name} for {arguments.environment};"
            f" it has {', '.join(table)}"
        )
    settings = sizes(arguments, table[name])
    batch = settings["envs"] * settings["steps"]
    if batch % settings["minibatches"] != 0:
        protocol.fail(f"--minibatches {settings['minibatches']} must divide the batch of {batch}")
    return name, settings


def describe(arguments, name, settings, versions):
    work = "{envs} x {steps}, {epochs} epochs x {minibatches} minibatches".format(**settings)
    return (
        f"{versions}, {arguments.device}, {arguments.threads} threads,"
        f" {arguments.environment}, {name} settings: {work}"
    )


def main():
    arguments = read_arguments()
    protocol.take_over_stdout()
    peer = importlib.import_module(PEERS[arguments.peer])
    name, settings = choose_settings(arguments, peer)
    if arguments.solve is None:
        detail = describe(arguments, name, settings, peer.prepare(arguments))
        observer = protocol.Blocks(arguments.peer, detail)
    else:
        peer.prepare(arguments)
        total = arguments.total or settings["total"]
        observer = protocol.Solve(arguments.solve, arguments.limit, total)
    peer.train(arguments, settings, observer)
    observer.finish()


if __name__ == "__main__":
    main()
