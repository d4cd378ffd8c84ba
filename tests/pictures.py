"""The pictures of the README, taken in Chromium of the explorer over seeds/: `make pictures`, or `python tests/pictures.py FOLDER`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from serving import serving

import kg

HERE = Path(__file__).parent
VIEW = {"width": 1200, "height": 900}


def main(folder: Path) -> None:
    """Build, serve, take a picture of the event with most reports and of the network."""
    with tempfile.TemporaryDirectory() as made:
        rows = kg.build(HERE.parent / "seeds", Path(made) / "out").timeline()
        event = max(rows, key=lambda row: (row.sources, row.date is not None, row.event)).event.rpartition("/")[2]
        shots = [
            {"path": f"/event/{event}", "file": str(folder / "event.png")},
            {"path": "/network", "file": str(folder / "network.png"), "ready": ".network .canvas canvas"},
        ]
        with serving(Path(made) / "out") as server:
            command = ["node", str(HERE / "web" / "pictures.mjs"), server.address]
            subprocess.run(command, input=json.dumps({"view": VIEW, "shots": shots}), text=True, check=True, env=os.environ)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
