"""Writes the fixtures beside it with the programs themselves (pip: tensorboard, torch, mlflow, numpy).

    python test/import/make-fixtures.py

Weights & Biases exports need an account; those files have the documented form of a chart's CSV export and of
`run.scan_history()` written as JSON lines.
"""

import json
import os
import pathlib
import shutil
import sqlite3

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2
from tensorboard.compat.proto import types_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util import tensor_util
from torch.utils.tensorboard import SummaryWriter

# The file store still reads and writes; new servers want to be asked for it.
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
import mlflow
from mlflow.tracking import MlflowClient

root = pathlib.Path(__file__).parent / "fixtures"
shutil.rmtree(root, ignore_errors=True)


def tensorboard() -> None:
    folder = root / "tensorboard"
    for name, rate in (("slow", 0.001), ("fast", 0.1)):
        with SummaryWriter(str(folder / name)) as writer:
            for step in range(5):
                writer.add_scalar("train/loss", 1 / (step + 1), step)
                writer.add_scalar("train/accuracy", step / 4, step, new_style=True)
                writer.add_scalar("odd", float("nan") if step == 2 else float("inf"), step)
            writer.add_histogram("weights", np.arange(10), 0)
            writer.add_text("note", "hello", 0)
            writer.add_hparams({"lr": rate, "depth": 2, "cosine": True, "model": "tiny"}, {}, run_name=".")
    # Scalars as tensors of every type that a program may log.
    writer = EventFileWriter(str(folder / "types"))
    metadata = summary_pb2.SummaryMetadata()
    metadata.plugin_data.plugin_name = "scalars"
    for name, dtype in (("float", np.float32), ("double", np.float64), ("half", np.float16), ("int", np.int64)):
        proto = tensor_util.make_tensor_proto(np.array(2.5 if name != "int" else 7, dtype=dtype))
        value = summary_pb2.Summary.Value(tag=name, tensor=proto, metadata=metadata)
        event = event_pb2.Event(step=3, wall_time=1000.5, summary=summary_pb2.Summary(value=[value]))
        writer.add_event(event)
    content = tensor_pb2.TensorProto(
        dtype=types_pb2.DT_DOUBLE, tensor_content=np.array(0.125, dtype=np.float64).tobytes()
    )
    value = summary_pb2.Summary.Value(tag="content", tensor=content, metadata=metadata)
    writer.add_event(event_pb2.Event(step=4, wall_time=1001, summary=summary_pb2.Summary(value=[value])))
    writer.close()


def mlflow_runs(uri: str) -> None:
    mlflow.set_tracking_uri(uri)
    client = MlflowClient(uri)
    experiment = client.create_experiment("matching", artifact_location="mlflow-artifacts:/x")
    for seed in (1, 2):
        run = client.create_run(experiment, run_name=f"student-{seed}", start_time=1_700_000_000_000)
        run_id = run.info.run_id
        client.log_param(run_id, "model.type", "bi_encoder")
        client.log_param(run_id, "lr", 0.001)
        client.log_param(run_id, "seed", seed)
        client.set_tag(run_id, "paper", "table 1")
        client.set_tag(run_id, "mlflow.note.content", "a note")
        for step in range(4):
            client.log_metric(run_id, "loss", 1 / (step + seed), timestamp=1_700_000_000_000 + step, step=step)
        client.log_metric(run_id, "dev/accuracy", 0.5 + seed / 10, timestamp=1_700_000_000_010, step=3)
        client.log_metric(run_id, "odd", float("nan"), timestamp=1_700_000_000_010, step=3)
        client.set_terminated(run_id, "FINISHED" if seed == 1 else "FAILED", end_time=1_700_000_060_000)
    gone = client.create_run(experiment, run_name="gone", start_time=1_700_000_000_000)
    client.log_metric(gone.info.run_id, "loss", 1.0, timestamp=1_700_000_000_000, step=0)
    client.delete_run(gone.info.run_id)


def wandb() -> None:
    folder = root / "wandb"
    folder.mkdir(parents=True)
    (folder / "chart.csv").write_text(
        '"Step","happy-sky-1 - loss","happy-sky-1 - loss__MIN","happy-sky-1 - loss__MAX",'
        '"calm-sea-2 - loss","calm-sea-2 - loss__MIN","calm-sea-2 - loss__MAX"\n'
        '"0","1","1","1","2","2","2"\n'
        '"1","0.5","0.5","0.5","","",""\n'
        '"2","0.25","0.25","0.25","0.5","0.5","0.5"\n'
    )
    rows = [
        {"_step": i, "_runtime": i * 1.5, "_timestamp": 1_700_000_000 + i, "loss": 1 / (i + 1),
         "acc": None if i else 0.5, "text": "x", "dist": {"_type": "histogram", "values": [1]}}
        for i in range(3)
    ]
    rows.append({"_step": 3, "_timestamp": 1_700_000_003, "loss": "NaN"})
    (folder / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


tensorboard()
mlflow_runs((root / "mlruns").as_uri())
mlflow_runs(f"sqlite:///{root / 'mlflow.db'}")
# The default experiment names a folder of this machine, and is empty.
shutil.rmtree(root / "mlruns" / "0")
# Of the database's sixty tables those that hold runs, as text.
kept = ("experiments", "runs", "metrics", "params", "tags", "alembic_version")
db = sqlite3.connect(root / "mlflow.db")
for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
    if name not in kept:
        db.execute(f"DROP TABLE {name}")
db.execute("DELETE FROM experiments WHERE experiment_id = 0")
db.commit()
(root / "mlflow.sql").write_text("\n".join(db.iterdump()) + "\n")
db.close()
(root / "mlflow.db").unlink()
wandb()
