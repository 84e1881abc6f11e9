#!/usr/bin/env bash
# Everything a change must pass: build, format, all tests against real DuckDB and real Postgres.
# Installs what it needs and this machine lacks. Arguments go to the test program (such as -class "*LakeTests").
# The report stays in tests/HybridStore.Tests/TestResults/junit.xml, which git ignores, until the next run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v dotnet >/dev/null || { echo "test.sh: the .NET 10 SDK was not found: install it and put 'dotnet' on the PATH." >&2; exit 5; }

need() { # need PROGRAM PACKAGE: a Debian package, only when its program is missing
  command -v "$1" >/dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "test.sh: the tests need '$1': install it (Debian package $2)." >&2; exit 5; }
  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$2" >/dev/null
}
need zstd zstd
need tmux tmux # a real terminal for the prompt
need zsh zsh   # and the shells whose completions are tested
need fish fish
[ -x /usr/sbin/pgbouncer ] || need pgbouncer pgbouncer

# Packages of tests, each by a lock file of its own; only when missing or changed: Postgres of other majors, a second reader of Arrow.
for folder in tests/Postgres tests/Arrow; do
  if [ ! -e $folder/node_modules/.hybrid ] || [ $folder/package-lock.json -nt $folder/node_modules/.hybrid ]; then
    npm --prefix $folder ci --ignore-scripts --loglevel=error >/dev/null
    [ $folder != tests/Postgres ] || node src/HybridStore.Native/natives.mjs $folder/node_modules/postgres-*
    touch $folder/node_modules/.hybrid
  fi
done

dotnet build HybridStore.sln -c Release --nologo -v quiet
dotnet format HybridStore.sln --verify-no-changes --no-restore -v quiet
report=tests/HybridStore.Tests/TestResults/junit.xml
mkdir -p "$(dirname "$report")"
rm -f "$report"
status=0
tests/HybridStore.Tests/bin/Release/net10.0/HybridStore.Tests -noColor -jUnit "$report" "$@" || status=$?
[ -e "$report" ] || { echo "test.sh: the test program ended with $status and wrote no report." >&2; exit 1; }

echo "Set-up, build and tests took $((SECONDS / 60)) minutes. The slowest tests, in seconds; all are in $report:"
node -e '
  const text = require("fs").readFileSync(process.argv[1], "utf8");
  const value = (test, name) => (test.match(new RegExp(` ${name}="([^"]*)"`)) ?? [])[1] ?? "";
  const tests = (text.match(/<testcase [^>]*>/g) ?? []).map(test => ({ seconds: Number(value(test, "time")), name: value(test, "name") }));
  for (const test of tests.sort((a, b) => b.seconds - a.seconds).slice(0, 10)) console.log(`${test.seconds.toFixed(1).padStart(7)}  ${test.name}`);
' "$report"

# The closing line that counts, from the report rather than from the text on the screen.
count() { { grep -oE "$1" "$report" || true; } | wc -l; }
total=$(count '<testcase ')
failed=$(count '<(failure|error)[ >]')
skipped=$(count '<skipped')
echo "$((total - failed - skipped)) passed, $failed failed, $skipped skipped"
[ "$status" = 0 ] && [ "$failed" = 0 ] && [ "$total" -gt 0 ]
