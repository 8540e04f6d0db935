#!/usr/bin/env bash
# Recomputes requirements.lock: every version with its hashes and platform markers, and no address of any index.
set -euo pipefail
cd "$(dirname "$0")/.."
sources=(shared/pyproject.toml services/*/pyproject.toml deploy/cli/pyproject.toml)
{
  grep -hoE '^  "[a-z0-9].*"' "${sources[@]}" | tr -d '", ' | sed 's/,$//' | grep -v '^rapport-'
  .venv/bin/python - <<'PY'
import tomllib
groups = tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]
print("\n".join(groups["dev"] + groups["build"]))
PY
} | .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
      --no-emit-index-url --no-emit-find-links --output-file requirements.lock -
