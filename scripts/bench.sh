#!/usr/bin/env bash
# Benchmarks: ratios to a peer in the same run. Usage: scripts/bench.sh ingest|growth|hot|hot-sync|parse [ROUNDS]
# Data: HYBRID_BENCH_QUOTES (a folder of quote CSVs; default: unpacked from shared/real beside the checkout), work in HYBRID_BENCH_WORK.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
verb=${1:?usage: scripts/bench.sh ingest|growth|hot|hot-sync|parse [ROUNDS]}
rounds=${2:-3}
work=${HYBRID_BENCH_WORK:-${TMPDIR:-/tmp}/hybrid-bench}
quotes=${HYBRID_BENCH_QUOTES:-$work/real/quotes}
mkdir -p "$work"
if [ ! -d "$quotes" ]; then
  [ -x "$top/../shared/real/unpack.sh" ] || { echo "bench.sh: no quotes: set HYBRID_BENCH_QUOTES to a folder of quote CSVs." >&2; exit 5; }
  "$top/../shared/real/unpack.sh" "$work/real"
fi
dotnet build "$top/tests/HybridStore.Benchmarks" -c Release --nologo -v quiet >&2
"$top/scripts/hybrid" version >&2
export HYBRID_BENCH_PROGRAM=$top/src/HybridStore.Cli/bin/program/hybrid
bench=$top/tests/HybridStore.Benchmarks/bin/Release/net10.0/HybridStore.Benchmarks
case $verb in
  ingest | growth) exec "$bench" "$verb" "$quotes" "$work" "$rounds" ;;
  hot | parse) exec "$bench" "$verb" "$quotes" "$rounds" ;;
  hot-sync) exec "$bench" hot-sync "$rounds" ;;
  *) echo "bench.sh: expected ingest, growth, hot, hot-sync or parse, found '$verb'." >&2; exit 2 ;;
esac
