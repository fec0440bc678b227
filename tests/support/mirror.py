"""torchvision's server, on loopback: weights under the names that it gives them."""
import hashlib
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "models"))
import export_backbone  # noqa: E402
import fetch  # noqa: E402


def weights_name(network):
    return fetch.source_called(network).name


def random_weights(network, path):
    with torch.no_grad():
        torch.save(export_backbone.random_model(network, 1)[0].state_dict(), path)
    return path


def serve(server, network, weights):
    """The file is not the original: the mirror's own list of checksums says that it is right all the same."""
    name, contents = weights_name(network), weights.read_bytes()
    server.files = {name: contents, "SHA256SUMS": f"{hashlib.sha256(contents).hexdigest()}  {name}\n".encode()}
