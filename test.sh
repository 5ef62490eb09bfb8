#!/usr/bin/env bash
# Builds everything with warnings as errors, checks the format and runs every test.
#   ./test.sh                      everything
#   ./test.sh --filter EXPRESSION  only the tests that match, as in dotnet test
#   ./test.sh --long [N]           only what is done to Redis and to the nodes under traffic, N times (20), until it fails
# Last line: N passed, N failed, N skipped. Exit code 0 only when something ran and nothing failed or was skipped.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Where haproxy and nginx are, also for users who are not root.
export PATH=$PATH:/usr/sbin

usage() {
  echo "usage: ./test.sh [--filter EXPRESSION | --long [N]]" >&2
  exit 2
}

filter=()
times=0
while [[ $# -gt 0 ]]; do
  case "$1" in
    --filter) [[ $# -ge 2 ]] || usage; filter=(--filter "$2"); shift 2 ;;
    --long)
      times=20
      shift
      if [[ ${1:-} =~ ^[1-9][0-9]*$ ]]; then times=$1; shift; fi
      ;;
    *) usage ;;
  esac
done
[[ $times -eq 0 || ${#filter[@]} -eq 0 ]] || usage

# What the tests use beside .NET, as command:package of Debian and Ubuntu.
needed=(curl:curl node:nodejs npm:npm chromium:chromium
  redis-server:redis-server redis-cli:redis-tools haproxy:haproxy nginx:nginx)
missing=()
for pair in "${needed[@]}"; do
  command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}")
done
if [[ ${#missing[@]} -gt 0 ]]; then
  if [[ $(id -u) -eq 0 ]] && command -v apt-get > /dev/null; then
    apt-get update -qq
    # In runlevel 1 no package starts its service: the tests start their own.
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
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
# Runs one project under a name of its own for the results.
run() {
  local project=$1 name=$2
  shift 2
  echo "== $name"
  dotnet test "$project" -c Release --no-build --results-directory "$results" --logger "trx;LogFileName=$name.trx" "$@" || failed=1
}

if [[ $times -gt 0 ]]; then
  for ((time = 1; time <= times && failed == 0; time++)); do
    run tests/RawSse.Redis.Tests/RawSse.Redis.Tests.csproj "RawSse.Redis.Tests.$time" --filter "FullyQualifiedName~RawSse.Redis.Tests.Scenarios" \
      -- NUnit.StopOnError=true
  done
else
  # One after the other: some want thousands of sockets, some both CPUs.
  for project in tests/*/*.csproj; do
    run "$project" "$(basename "$project" .csproj)" "${filter[@]}"
  done
fi

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
