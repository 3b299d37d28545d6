#!/usr/bin/env bash
# Installs what the tests of the image deploy need on Debian and Ubuntu: a Docker engine and a registry. Nothing is
# started; the tests start both themselves, in folders of their own.
set -euo pipefail

missing=()
[ -x /usr/sbin/dockerd ] || command -v dockerd >/dev/null || missing+=(docker.io)
command -v docker-registry >/dev/null || missing+=(docker-registry)
command -v busybox >/dev/null || missing+=(busybox-static)
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo -n)
"${sudo[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
