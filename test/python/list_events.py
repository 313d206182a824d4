"""Prints what TensorBoard reads from a folder of event files, as JSON: by run and tag."""
import json
import sys

from tensorboard.backend.event_processing import event_multiplexer


def read_run(run):
    tags = run.Tags()
    return {
        "scalars": {
            tag: [[event.step, event.value, event.wall_time] for event in run.Scalars(tag)]
            for tag in tags["scalars"]
        },
        "histograms": {
            tag: [
                [event.step, list(event.histogram_value.bucket_limit), list(event.histogram_value.bucket)]
                for event in run.Histograms(tag)
            ]
            for tag in tags["histograms"]
        },
        "texts": {
            tag: [[event.step, event.tensor_proto.string_val[0].decode()] for event in run.Tensors(tag)]
            for tag in tags["tensors"]
        },
    }


runs = event_multiplexer.EventMultiplexer().AddRunsFromDirectory(sys.argv[1]).Reload()
json.dump({name: read_run(runs.GetAccumulator(name)) for name in runs.Runs()}, sys.stdout)
