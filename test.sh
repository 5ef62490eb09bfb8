#!/usr/bin/env bash
# Builds everything with warnings as errors, checks the format and runs every test.
#   ./test.sh                      everything
#   ./test.sh --filter EXPRESSION  only the tests that match, as in dotnet test
# Last line: N passed, N failed, N skipped. Exit code 0 only when something ran and nothing failed or was skipped.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

usage() {
  echo "usage: ./test.sh [--filter EXPRESSION]" >&2
  exit 2
}

filter=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --filter) [[ $# -ge 2 ]] || usage; filter=(--filter "$2"); shift 2 ;;
    *) usage ;;
  esac
done

# What the tests use beside .NET, as command:package of Debian and Ubuntu.
needed=(curl:curl node:nodejs npm:npm chromium:chromium)
missing=()
for pair in "${needed[@]}"; do
  command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}")
done
if [[ ${#missing[@]} -gt 0 ]]; then
  if [[ $(id -u) -eq 0 ]] && command -v apt-get > /dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
  else
    echo "test.sh: the tests need ${missing[*]}: install them (as root: apt-get install ${missing[*]})" >&2
    exit 1
  fi
fi
command -v dotnet > /dev/null || { echo "test.sh: install the .NET SDK that global.json names, from https://dot.net" >&2; exit 1; }

# Thousands of connections have two ends in one process.
ulimit -n "$(ulimit -Hn)"

for scripts in tests/RawSse.Browser.Tests/js samples/publisher-node; do
  npm ci --prefix "$scripts" --no-audit --no-fund --loglevel=error
done

dotnet build RawSse.sln -c Release -warnaserror -nr:false
dotnet format RawSse.sln --verify-no-changes --no-restore --severity warn

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
failed=0
# One after the other: some want thousands of sockets, some both CPUs.
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  echo "== $name"
  dotnet test "$project" -c Release --no-build --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
    "${filter[@]}" || failed=1
done

# A run's counts stand in one element: <Counters total="9" executed="8" passed="7" failed="1" … />. What was neither passed nor
# failed (skipped, inconclusive, not run) is skipped: it showed nothing.
read -r total passed not_passed < <(
  { grep -rhoE '<Counters [^>]*>' "$results" --include='*.trx' || true; } | awk '
    function count(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
    { total += count("total"); passed += count("passed"); bad += count("failed") + count("error") + count("timeout") + count("aborted") }
    END { print total + 0, passed + 0, bad + 0 }')
skipped=$((total - passed - not_passed))

if [[ $failed -ne 0 ]]; then
  echo "test.sh: a test run failed: see above" >&2
  # One that crashed may have counted no failure of its own.
  [[ $not_passed -gt 0 ]] || not_passed=1
fi
[[ $skipped -eq 0 ]] || echo "test.sh: skipped tests show nothing: mend or delete them" >&2
[[ $total -gt 0 ]] || echo "test.sh: no test ran" >&2
status=0
[[ $skipped -eq 0 && $not_passed -eq 0 && $total -gt 0 ]] || status=1
echo "$passed passed, $not_passed failed, $skipped skipped"
exit "$status"
