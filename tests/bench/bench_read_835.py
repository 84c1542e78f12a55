"""Reads a 100,000-claim 835 of one ST with the reader and with the reference, each in fresh processes.

Run `python tests/bench/bench_read_835.py`. Prints CPU seconds (medians), their ratio and the
growth of memory.
Fails (exit 1) above a ratio of 1.3 or a growth of 100 MB.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.remittance_reader import read_835

sys.path.insert(0, str(Path(__file__).parent))

from generated_835 import stream_835
from reference_835 import read_claims

CLAIMS = 100_000
ROUNDS = 5
RATIO_LIMIT = 1.3
GROWTH_LIMIT_BYTES = 100 * 1024 * 1024
CHUNK_BYTES = 1 << 20


def main(arguments: list[str]) -> int:
    if len(arguments) == 2:
        print(json.dumps(measure(arguments[0], Path(arguments[1]))))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.835"
        with path.open("wb") as file:
            file.writelines(stream_835(CLAIMS))
        return compare(path)


def compare(path: Path) -> int:
    rounds = [(run("reference", path), run("reader", path)) for _ in range(ROUNDS)]
    reference, reader = (statistics.median(pair[side]["cpu"] for pair in rounds) for side in (0, 1))
    growth = max(pair[1]["growth"] for pair in rounds)
    ratio = statistics.median(pair[1]["cpu"] / pair[0]["cpu"] for pair in rounds)
    print(f"file        {path.stat().st_size / 1e6:8.1f} MB, {CLAIMS:,} claims, one ST")
    print(f"reference   {reference:8.2f} s CPU")
    print(f"reader      {reader:8.2f} s CPU, {CLAIMS / reader:,.0f} claims/s")
    print(f"ratio       {ratio:8.2f}   (limit {RATIO_LIMIT})")
    print(f"growth      {growth / 1e6:8.1f} MB (limit {GROWTH_LIMIT_BYTES / 1e6:.0f})")
    return int(ratio > RATIO_LIMIT or growth > GROWTH_LIMIT_BYTES)


def run(name: str, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, name, str(path)]
    answer: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return answer


def measure(name: str, path: Path) -> dict[str, float]:
    """CPU seconds of one pass, and how much the peak resident memory grew over the state before it."""
    readers: dict[str, Callable[[Path], int]] = {"reference": by_reference, "reader": by_reader}
    process = psutil.Process()
    before = process.memory_info().rss
    times = process.cpu_times()
    claims = readers[name](path)
    after = process.cpu_times()
    assert claims == CLAIMS
    return {
        "cpu": after.user + after.system - times.user - times.system,
        "growth": peak_bytes() - before,
    }


def by_reference(path: Path) -> int:
    return sum(1 for _ in read_claims(chunks(path)))


def by_reader(path: Path) -> int:
    count = 0
    for transaction in EnvelopeReader(chunks(path)).transactions():
        remittance = read_835(transaction)
        count += sum(1 for claim in remittance.claims() if claim.postable)
        assert remittance.summary.balanced
        assert transaction.complete
    return count


def chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def peak_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return psutil.Process().memory_info().rss


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
