"""Deliveries from a store on PostgreSQL: how many a second, and how long after the commit."""

from cases import postgres_follower, webhooks, webhooks_latency
from harness import colisd, postgres
from harness.bench import Bench
from harness.report import Report
from harness.server import server

ABOUT = "the same as webhooks and webhooks-latency, from a store on PostgreSQL"


def run(bench: Bench, report: Report) -> None:
    with server() as address, postgres.server(track_commit_timestamp="on") as database:
        with bench.scratch("webhooks-postgres") as folder:
            webhooks.measured(bench, report, folder, address, url=database.url)
        database.empty()
        with bench.scratch("webhooks-postgres") as folder:
            webhooks_latency.first_file_in(bench, colisd.configure(folder, url=database.url))
            webhooks_latency.measured(
                bench, report, folder, address, lambda: postgres_follower.last_seq(database),
                lambda: commits(database), url=database.url)


def commits(database: postgres.Database) -> webhooks_latency.Commits:
    """With the highest `seq` of each, which is in front of the next one's first."""
    firsts = postgres_follower.commits(database)
    seqs = [seq - 1 for seq, _ in firsts[1:]] + [postgres_follower.last_seq(database)]
    return [(seq, at) for seq, (_, at) in zip(seqs, firsts)]
