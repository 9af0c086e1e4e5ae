"""One file read by pyarrow into typed columns.

usage: pyarrow_parse.py FILE one|all    threads
Prints rows, and wall and CPU seconds of the reading alone, as JSON.
"""

import json
import sys
import time

import pyarrow
from pyarrow import csv

TEXTS = ["CPCustoID", "AccountID", "CPPclCode", "OrderID", "StsCode", "StsDesc", "SiteCode", "Country"]


def main() -> None:
    file, threads = sys.argv[1:]
    types = {name: pyarrow.string() for name in TEXTS}
    types |= {"StsDate": pyarrow.timestamp("s"), "CsgZipCode": pyarrow.int32()}
    wall, cpu = time.perf_counter(), time.process_time()
    table = csv.read_csv(
        file, read_options=csv.ReadOptions(use_threads=threads == "all"),
        parse_options=csv.ParseOptions(delimiter=";"),
        convert_options=csv.ConvertOptions(column_types=types))
    print(json.dumps({"rows": table.num_rows, "wall": time.perf_counter() - wall,
                      "cpu": time.process_time() - cpu}))


main()
