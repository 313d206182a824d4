"""Where the original files lie: fetched by the reader (`setup`), never part of this repository."""

import os

import protocol

HERE = os.path.dirname(os.path.abspath(__file__))


def find(arguments, variable, path):
    """`--file`, else `path` in the checkout that the environment variable or `setup` names."""
    checkout = os.environ.get(variable) or os.path.join(HERE, ".originals", variable.lower())
    file = os.path.abspath(arguments.file or os.path.join(checkout, path))
    if not os.path.isfile(file):
        protocol.fail(
            f"no original at {file}: run bench/peers/setup, set {variable} to a checkout"
            " or give --file (bench/peers/README.md says which commit)"
        )
    return file
