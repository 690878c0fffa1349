"""The peer: FastAPI + uvicorn + onnxruntime + Pillow, one worker per core but one, as its guides advise.

uvicorn peer:app, with MODEL naming the model directory.
"""

import io
import os

import numpy as np
import onnxruntime
from fastapi import FastAPI, Query, Response
from PIL import Image

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(
    os.path.join(os.environ["MODEL"], "generator.onnx"), options, providers=["CPUExecutionProvider"]
)
app = FastAPI()


@app.get("/digit/{digit}")
def picture(
    digit: int,
    c1: float = Query(0, ge=-2, le=2),
    c2: float = Query(0, ge=-2, le=2),
    seed: int = Query(0, ge=0),
) -> Response:
    z = np.random.default_rng(seed).standard_normal((1, 62), dtype=np.float32)
    feeds = {"digit": np.array([digit], np.int64), "c": np.array([[c1, c2]], np.float32), "z": z}
    image = session.run(["image"], feeds)[0][0, 0]
    file = io.BytesIO()
    Image.fromarray(np.rint(image * 255).astype(np.uint8)).save(file, "PNG")
    return Response(file.getvalue(), media_type="image/png")
