"""Runs the notebooks of this folder from top to bottom and keeps what they show.

    uv run --group dev python docs/notebooks/run.py

Pictures are kept with 256 colors and at most 600 pixels wide, so that a notebook stays a small file.
"""

import base64
import io
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = Path(__file__).resolve().parent
NOTEBOOKS = sorted(HERE.glob("*.ipynb"))
WIDEST, COLORS, SECONDS = 600, 256, 900


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with what its cells gave; raises CellExecutionError where one fails."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(HERE)}}, record_timing=False)
    return client.execute()


def small(picture: str) -> str:
    """A PNG in base64, with fewer pixels and colors."""
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        image.thumbnail((WIDEST, 10 * WIDEST))
        made = io.BytesIO()
        image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return base64.b64encode(made.getvalue()).decode()


def kept(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """What of it belongs into the file: no messages beside what it shows, nothing of this machine's Python."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = [one for one in cell.outputs if one.get("name") != "stderr"]
        for data in (one["data"] for one in cell.outputs if "data" in one):
            if "image/png" in data:
                data["image/png"] = small(data["image/png"])
    notebook.metadata.language_info = {"name": "python"}
    return notebook


if __name__ == "__main__":
    for path in NOTEBOOKS:
        nbformat.write(kept(executed(path)), path)
        print(path.name)
