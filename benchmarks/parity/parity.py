"""Compares this project's engine with transformers on models drawn anew, for whoever changes the engine.

    python parity.py [--rounds N] [--seed S] [--only NAME,NAME…] [--tolerance T]

Every round draws a model of each architecture in model/testdata/golden_models.py: other shapes (heads of any size,
vocabularies of five words, inputs of some hundred tokens), other switches, other weights. transformers writes the
checkpoints with its logits, hidden states and attention maps to a temporary folder, and the Go test that holds the
committed models against the reference runs on them. A model that differs is kept, and its folder printed.

Needs torch and transformers (versions in golden_models.py), and Go.
"""

import argparse
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import warnings

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "model" / "testdata"))

import golden_models  # noqa: E402


class Wide(golden_models.Draw):
    """Draws of all sizes."""

    def __init__(self, seed):
        super().__init__(seed)
        self.vocabulary = self.choice([5, 17, 64, 301])
        self.longest = self.choice([24, 25, 60, 150])

    def heads(self, even=False):
        size = self.choice([2, 3, 4, 8, 16, 17, 24, 31, 32, 48, 64, 80])
        return self.choice([1, 2, 3, 4, 5]), size + size % 2 if even else size

    def grouped(self):
        groups = self.choice([1, 2, 3])
        return groups * self.choice([1, 2, 3]), groups, self.choice([4, 6, 8, 10, 16, 32, 36])

    def layers(self):
        return self.choice([1, 2, 3, 5])

    def inner(self):
        return self.choice([1, 7, 16, 48, 100, 129])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", default=secrets.token_hex(4), help="a text; drawn and printed if it is not given")
    parser.add_argument("--only", default="", help="names of models, with commas between")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="largest difference, for numbers of size one")
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    golden_models.tf.utils.logging.set_verbosity_error()
    golden_models.tf.utils.logging.disable_progress_bar()
    bad = 0
    for i in range(args.rounds):
        seed = f"{args.seed}.{i}"
        folder = pathlib.Path(tempfile.mkdtemp(prefix="parity-"))
        golden_models.write_all(folder, Wide, seed, [n for n in args.only.split(",") if n])
        test = ["go", "test", "./model", "-count=1", "-v", "-run", "TestModelsEqualReference", "-args", "-models", str(folder)]
        run = subprocess.run(test + ["-tolerance", str(args.tolerance)], cwd=ROOT, capture_output=True, text=True)
        lines = [line.strip() for line in run.stdout.splitlines()]
        print(f"seed {seed}: {sum(line.startswith('--- PASS: TestModelsEqualReference/') for line in lines)} models equal")
        if run.returncode == 0:
            shutil.rmtree(folder)
            continue
        bad += 1
        print(f"kept in {folder}")
        print("\n".join(line for line in lines if not line.startswith(("=== ", "--- PASS"))), run.stderr)
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
