#!/usr/bin/env bash
# Builds the image, and tries it: hardened as in compose.yaml, until a dropped file is found.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: docker/build.sh [--tag NAME] [--base IMAGE | --local-base] [--save FILE] [--no-build] [--no-try]

Builds the image with docker, or podman where there is no docker, then runs it as compose.yaml does
and prints a line that begins with PASS for each thing that works.

  --tag NAME     name of the image (onefold)
  --base IMAGE   Debian to build on (debian:12-slim)
  --local-base   make that Debian here with debootstrap, where no registry can be reached; as root
  --save FILE    write the image to a file too, for machines without internet
  --no-build     only try the image of that name
  --no-try       only build

Settings of npm in ~/.npmrc and the authorities in NODE_EXTRA_CA_CERTS are used for the build and
stay out of the image.
TEXT
}

tag=onefold
base=debian:12-slim
local_base=no
save=
build=yes
try=yes
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help) usage && exit 0 ;;
  --tag) tag=$2 && shift ;;
  --base) base=$2 && shift ;;
  --local-base) local_base=yes ;;
  --save) save=$2 && shift ;;
  --no-build) build=no ;;
  --no-try) try=no ;;
  *) usage >&2 && exit 2 ;;
  esac
  shift
done

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
work=$(mktemp -d /tmp/onefold-image.XXXXXX)
name=onefold-try-$$
engine=()

finish() {
  "${engine[@]}" rm --force --volumes "$name" "$name-readers" "$name-probe" >/dev/null 2>&1 || true
  "${engine[@]}" volume rm "$name" "$name-socket" >/dev/null 2>&1 || true
  rm -rf "$work"
}

fail() {
  echo "FAIL $*" >&2
  exit 1
}

pass() { echo "PASS $*"; }

# podman without systemd as the first process has neither its control groups nor its journal.
choose_engine() {
  if docker info >/dev/null 2>&1; then
    engine=(docker)
  elif command -v podman >/dev/null; then
    engine=(podman)
    [ -d /run/systemd/system ] || engine+=(--cgroup-manager cgroupfs --events-backend file)
    ! command -v runc >/dev/null || engine+=(--runtime runc)
  else
    fail 'neither a running docker nor podman is there (apt-get install podman runc)'
  fi
  trap finish EXIT
}

make_local_base() {
  base=localhost/onefold-base:bookworm
  command -v debootstrap >/dev/null || fail 'debootstrap is not there (apt-get install debootstrap)'
  debootstrap --variant=minbase --include=ca-certificates bookworm "$work/base" >"$work/base.log" 2>&1 ||
    fail "debootstrap: $(tail -n 1 "$work/base.log")"
  tar -C "$work/base" -c . | "${engine[@]}" import - "$base" >/dev/null
  rm -rf "$work/base"
  pass "a Debian to build on, made here: $base"
}

build_image() {
  local how=(--file docker/Dockerfile --tag "$tag" --build-arg "BASE=$base")
  # A secret has to be a file; an empty one changes nothing.
  cat ~/.npmrc >"$work/npmrc" 2>/dev/null || : >"$work/npmrc"
  cat "${NODE_EXTRA_CA_CERTS:-/dev/null}" >"$work/ca"
  sed -i '/^cafile=/d' "$work/npmrc"
  how+=(--secret "id=npmrc,src=$work/npmrc" --secret "id=ca,src=$work/ca")
  if [ "${engine[0]}" = podman ]; then
    # Of podman's formats only docker's has a health check.
    how+=(--format docker --isolation chroot --ignorefile docker/Dockerfile.dockerignore)
    [ "$local_base" = no ] || how+=(--pull=never)
  fi
  "${engine[@]}" build "${how[@]}" . >"$work/build.log" 2>&1 || {
    tail -n 30 "$work/build.log" >&2
    fail 'the image could not be built'
  }
  pass "built $tag, $("${engine[@]}" image inspect --format '{{.Size}}' "$tag" | numfmt --to=iec) bytes"
}

# Runs a container as compose.yaml does: its name, then further arguments.
start() {
  local called=$1 extra=(--init)
  shift
  [ "${engine[0]}" = docker ] || [ -x /usr/libexec/podman/catatonit ] || extra=()
  # Its timers are systemd's; the check itself is made by until_healthy.
  [ -d /run/systemd/system ] || [ "${engine[0]}" = docker ] || extra+=(--no-healthcheck)
  "${engine[@]}" run --detach --name "$called" "${extra[@]}" \
    --user 65532:65532 --read-only --cap-drop=all --security-opt=no-new-privileges \
    --tmpfs /tmp:size=1g,mode=1777,noexec,nosuid,nodev --pids-limit 512 \
    --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 \
    --volume "$name-socket:/run/onefold" "$@" >/dev/null
}

run() {
  node_modules/.bin/node tests/packaging/try-files.ts "$work/try"
  chmod -R o+rX "$work"
  start "$name-readers" --network none --ipc none --volume "$work/try/models:/data/models:ro" \
    --entrypoint node_modules/.bin/node "$tag" worker/serve/main.ts --listen /run/onefold/extract.sock --alone
  start "$name" --network "${TRY_NETWORK:-none}" --volume "$name:/data" \
    --volume "$work/try/models:/data/models:ro" --volume "$work/try/files:/try:ro" \
    --env TRY_FILES=/try --env TRY_WITHOUT=handbook.doc \
    --volume "$PWD/tests/hostile:/opt/onefold/tests/hostile:ro" "$tag"
}

# The probe takes the place of the parser, in a container like the one of the readers. What lies in
# the image itself may be read.
try_to_get_out() {
  echo "await import('../../tests/hostile/escape-probe.cjs')" >"$work/probe.ts"
  chmod 0644 "$work/probe.ts"
  start "$name-probe" --network none --ipc none \
    --volume "$PWD/tests/hostile:/opt/onefold/tests/hostile:ro" \
    --volume "$work/probe.ts:/opt/onefold/worker/parse/main.ts:ro" \
    --entrypoint node_modules/.bin/node "$tag" worker/serve/main.ts --listen /run/onefold/probe.sock
  until inside -e "require('node:fs').statSync('/run/onefold/probe.sock')" 2>/dev/null; do sleep 1; done
  # Which calls get through is the engine's to say: the filter of podman lets processes make user
  # namespaces, that of docker does not. They are told, and not judged.
  local allowed='read /etc/passwd,list /home,list /var,call *'
  [ "${engine[0]}" = docker ] || allowed+=',user namespace'
  inside tests/hostile/escape.ts /run/onefold/probe.sock "$allowed"
}

inside() { "${engine[@]}" exec --interactive "$name" node_modules/.bin/node "$@"; }

until_healthy() {
  local deadline=$((SECONDS + 300))
  until inside scripts/healthy.ts 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || {
      "${engine[@]}" logs --tail 30 "$name" >&2
      fail 'it did not become healthy in five minutes'
    }
    sleep 1
  done
}

try_image() {
  run
  until_healthy
  pass 'healthy without a network, on a read-only root, without capabilities'
  inside --input-type=module-typescript - <scripts/try-box.ts || fail 'what was dropped was not read whole'
  pass 'a text, a PDF with a scan, an office file, a picture, a recording and an archive were read and found'
  try_to_get_out || fail 'a parser got out of its container'
  pass 'C6 sandbox-escape-probe: nothing gets out of the container of the readers'
  "${engine[@]}" stop --time 30 "$name" >/dev/null
  [ "$("${engine[@]}" inspect --format '{{.State.ExitCode}}' "$name")" = 0 ] || fail 'it did not stop cleanly'
  pass 'stopped cleanly'
  "${engine[@]}" start "$name" >/dev/null
  until_healthy
  inside --input-type=module-typescript - <<<"process.env.TRY_AGAIN = 'yes'
$(<scripts/try-box.ts)" || fail 'a file was lost in a restart'
  pass 'they were still found after a restart'
}

choose_engine
if [ "$build" = yes ]; then
  [ "$local_base" = no ] || make_local_base
  build_image
fi
if [ -n "$save" ]; then
  "${engine[@]}" save --output "$save" "$tag"
  pass "saved to $save"
fi
[ "$try" = no ] || try_image
