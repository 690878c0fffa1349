#!/usr/bin/env bash
# Builds deploy/Dockerfile without a Docker engine and without an image registry, runs it as its unprivileged user and
# asks it for a picture. The base image is a local stand-in under the name that the Dockerfile asks for: Debian
# bookworm from Debian's own packages (debootstrap) and Node from npm's package `node`. As root, on Linux; ten minutes
# and 5 GB under TMPDIR, which it gives back. Where a tool is missing it says so and exits 0: it belongs to no CI.
#   apt-get install debootstrap buildah && deploy/check-container.sh
set -euo pipefail

skip() { echo "check-container: skipped, $1"; exit 0; }
[ "$(uname -s)" = Linux ] || skip 'it needs Linux'
[ "$(id -u)" = 0 ] || skip 'debootstrap and chroot need root'
for tool in debootstrap buildah npm curl; do
  command -v "$tool" > /dev/null || skip "$tool is not installed"
done

NODE_VERSION="${NODE_VERSION:-20.19.5}"
PORT="${PORT:-5210}"
BASE=docker.io/library/node:20-bookworm-slim
cd "$(dirname "$0")/.."
work="$(mktemp -d)"
export BUILDAH_ISOLATION=chroot
store=(--root "$work/storage" --runroot "$work/run")
buildah() { command buildah "${store[@]}" "$@"; }
server=
finish() {
  [ -z "$server" ] || { kill -- "-$server"; wait "$server"; } 2> /dev/null || true
  buildah rm --all > /dev/null 2>&1 || true
  # a container that was stopped rather than ended leaves its file system mounted
  for mounted in "$work"/storage/overlay/*/merged "$work/storage/overlay"; do umount --lazy "$mounted" 2> /dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT

echo 'check-container: the stand-in for the base image'
timeout 600 debootstrap --variant=minbase --include=ca-certificates,libstdc++6,libatomic1 \
  bookworm "$work/debian" > "$work/debootstrap.log" || { tail -5 "$work/debootstrap.log"; exit 1; }
npm install --silent --prefix "$work/npm" "node@$NODE_VERSION"
install -m 755 "$work"/npm/node_modules/node/bin/node "$work/debian/usr/local/bin/node"
cp -r "$(npm root --global)/npm" "$work/debian/usr/local/lib/npm"
for name in npm npx; do ln -s "../lib/npm/bin/$name-cli.js" "$work/debian/usr/local/bin/$name"; done
# certificates that this machine trusts, such as those of a company's proxy
cp /etc/ssl/certs/ca-certificates.crt "$work/debian/etc/ssl/certs/ca-certificates.crt"
chroot "$work/debian" useradd --create-home --uid 1000 node

from="$(buildah from scratch)"
buildah add --quiet "$from" "$work/debian" / > /dev/null
rm -rf "$work/debian" "$work/npm"
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$from"
buildah commit --quiet --rm "$from" "$BASE" > /dev/null

echo 'check-container: building deploy/Dockerfile'
timeout 1500 "$(type -P buildah)" "${store[@]}" bud --pull-never \
  --ignorefile deploy/Dockerfile.dockerignore -f deploy/Dockerfile -t infogan-serve .

echo 'check-container: running it as its own user'
container="$(buildah from --pull-never infogan-serve)"
user="$(buildah inspect --format '{{.OCIv1.Config.User}}' "$container")"
[ -n "$user" ] && [ "$user" != root ] || { echo "check-container: the image runs as ${user:-root}"; exit 1; }
buildah run --env PORT="$PORT" --env HOST=127.0.0.1 "$container" -- id
entry="$(buildah inspect --format \
  '{{range .OCIv1.Config.Entrypoint}}{{.}} {{end}}{{range .OCIv1.Config.Cmd}}{{.}} {{end}}' "$container")"
# shellcheck disable=SC2086 -- words of the entry point
setsid "$(type -P buildah)" "${store[@]}" run --env PORT="$PORT" --env HOST=127.0.0.1 "$container" -- $entry \
  > "$work/server.log" 2>&1 &
server=$!
for _ in $(seq 60); do
  curl -fs "http://127.0.0.1:$PORT/readyz" > /dev/null && break
  kill -0 "$server" 2> /dev/null || break
  sleep 1
done
curl -fsS -o "$work/7.png" "http://127.0.0.1:$PORT/digit/7?seed=1" || { cat "$work/server.log"; exit 1; }
curl -fsS -o /dev/null "http://127.0.0.1:$PORT/"
head -c 4 "$work/7.png" | tail -c 3 | grep -q PNG
echo "check-container: user $user, GET /digit/7 gave a PNG of $(stat -c %s "$work/7.png") bytes; image of $(buildah images --format '{{.Size}}' infogan-serve)"
