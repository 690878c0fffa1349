#!/usr/bin/env bash
# Every address of a running server against its own OpenAPI document: no 5xx, no undocumented status, no bad
# input accepted. Wants `pip install schemathesis`; loads only this machine:
#   pnpm serve & bench/serve/schemathesis.sh [port]
set -euo pipefail
exec "${SCHEMATHESIS:-schemathesis}" run "http://127.0.0.1:${1:-3000}/openapi.json" \
  --max-examples "${EXAMPLES:-15}" --phases examples,coverage,fuzzing --workers 1 \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection,unsupported_method
