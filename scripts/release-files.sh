#!/usr/bin/env bash
# Writes what a release carries beside the source: the bundle as one archive with stable bytes, its bill of materials,
# and the checksums of both. Usage: release-files.sh <folder>
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
mkdir -p "$folder"

git archive --format=tar --prefix=astro-branch-deploy/ HEAD action.yml dist LICENSE | gzip -n -9 > "$folder/dist.tgz"
npm sbom --omit=dev --omit=optional --sbom-format=cyclonedx > "$folder/sbom.cdx.json"
(cd "$folder" && sha256sum dist.tgz sbom.cdx.json > SHA256SUMS)
