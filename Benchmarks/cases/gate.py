"""What the gate costs when there are many contracts."""

from pathlib import Path

from harness import colisd
from harness.bench import Bench
from harness.measure import measure
from harness.report import Report

ABOUT = "verdicts on rows by 10,000 contracts, beside the CPU of a drain of such rows"
CONTRACTS = 10_000


def run(bench: Bench, report: Report) -> None:
    rows = bench.size(1_000_000, 100_000)
    words = [str(bench.in_process()), "gate", "--contracts", str(CONTRACTS), "--rows", str(rows)]
    with bench.scratch("gate") as folder:
        write_contracts(folder)
        one = tracking_file(folder / "one.csv", 1)
        all_rows = tracking_file(folder / "all.csv", rows)
        shares, costs = [], []
        for _ in range(bench.rounds):
            cost = measure(words, folder).figures()["ns_per_row"]
            # What the contracts cost at the start is no row's.
            drain = ingest(bench, folder, all_rows) - ingest(bench, folder, one)
            costs.append(cost)
            shares.append(100 * cost * rows / 1e9 / drain)
    report.note(f"{min(costs):.1f} to {max(costs):.1f} ns a row, each row of another contract")
    report.at_most("CPU of the gate ÷ CPU of a drain", 3, max(shares), "%")


def ingest(bench: Bench, folder: Path, file: Path) -> float:
    """CPU seconds for the file in an empty store."""
    for old in folder.glob(f"{colisd.STORE}*"):
        old.unlink()
    configuration = folder / "colisd.yaml"
    if not configuration.exists():
        text = colisd.configure(folder).read_text()
        configuration.write_text("\n".join(
            "contracts: { directory: contracts.d }" if line.startswith("contracts:") else line
            for line in text.splitlines()) + "\n")
    words = [str(bench.colisd), "ingest", "--config", str(configuration), str(file)]
    return measure(words, folder).cpu


def write_contracts(folder: Path) -> None:
    contracts = folder / "contracts.d"
    contracts.mkdir()
    for number in range(CONTRACTS):
        (contracts / f"c{number}.yaml").write_text(
            "subscription: { plan: growth, active: true }\ntracking: { requested: 2026-01-02 }\n"
            "home-fr:\n  username: WS\n  password: { env: NONE }\n"
            f"  account: E1\n  account-id: EM{200_000 + number}\n")


def tracking_file(path: Path, rows: int) -> Path:
    """Five rows a parcel; from row to row another contract."""
    with path.open("w") as file:
        file.write("CPCustoID;AccountID;CPPclCode;OrderID;StsCode;StsDesc;StsDate;SiteCode;"
                   "CsgZipCode;Country\n")
        for row in range(rows):
            parcel = row % max(1, rows // 5)
            account = 200_000 + parcel * 7919 % CONTRACTS
            day = 20 + row // max(1, rows // 5)
            file.write(f"E1;EM{account};{100_000_000_000 + parcel};CMD-{parcel};C{day};"
                       f"Votre colis est en cours de distribution;{day}/08/2026 11:42:10;75A;75012;FR\n")
    return path
