"""One module a case, with its ABOUT and a function run(bench, report)."""

ORDER = ["drain", "parser", "large-file", "latency", "idle", "growth", "reads", "carry", "copies",
         "remap", "prune", "freshness", "http", "start", "gate", "postgres", "postgres-growth", "postgres-reads",
         "postgres-workers", "postgres-follower", "webhooks", "webhooks-ingest", "webhooks-latency", "webhooks-memory",
         "webhooks-postgres", "smoke"]
