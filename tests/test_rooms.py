"""The rooms: imports go downwards, and the paper wing needs no desk library (contracts in pyproject.toml)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_import_contracts_hold():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_packet_is_made_without_any_desk_library(tmp_path):
    script = (
        "import socket, sys\n"
        "def refuse(*_): sys.exit('the network was used')\n"
        "socket.socket.connect = refuse\n"
        "from downtime.cli.app import run\n"
        f"code = run(['-q', 'packet', 'examples/hillview-gp', '-d', 'reception', '-o', {str(tmp_path)!r}])\n"
        "heavy = {'numpy', 'cv2', 'django', 'zxingcpp', 'pypdfium2'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else code)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("*.pdf"))
