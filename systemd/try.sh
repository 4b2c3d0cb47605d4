#!/usr/bin/env bash
# Tries the units for real: a Debian of its own, booted with systemd as its first process.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: systemd/try.sh [--port PORT] [--base FOLDER]

As root: makes a small Debian with debootstrap, installs this checkout into it as README.md says,
boots it with systemd-nspawn and prints a line that begins with PASS for each thing that works.
It shares the network of this machine; PORT (18080) has to be free.

  --base FOLDER  keep that Debian here; the next time lay changes over it, and over this checkout,
                 instead of copying them

Needs: apt-get install debootstrap systemd-container, and ./scripts/up --prepare-only before.
TEXT
}

port=18080
base=
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help) usage && exit 0 ;;
  --port) port=$2 && shift ;;
  --base) base=$2 && shift ;;
  *) usage >&2 && exit 2 ;;
  esac
  shift
done

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
work=$(mktemp -d /tmp/onefold-units.XXXXXX)
tree=$work/tree
nspawn=
leader=
laid=()

# RTMIN+4 is how systemd is told to power off; what has not by then is killed.
finish() {
  if [ -n "$leader" ]; then
    kill -s RTMIN+4 "$leader" 2>/dev/null || true
    until_true gone || kill -s KILL "$leader"
  fi
  if [ -n "$nspawn" ]; then
    kill "$nspawn" 2>/dev/null || true
    wait "$nspawn" 2>/dev/null || true
  fi
  for each in "${laid[@]}"; do umount "$each"; done
  rm -rf "$work"
}
trap finish EXIT

gone() { ! kill -0 "$leader"; }

pass() { echo "PASS $*"; }

fail() {
  echo "FAIL $*" >&2
  [ -z "$leader" ] || inside journalctl --no-pager --lines 40 --output cat >&2 || true
  exit 1
}

# Waits up to three minutes for a command to succeed.
until_true() {
  local deadline=$((SECONDS + 180))
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.5
  done
}

inside() { nsenter --target "$leader" --mount --uts --ipc --pid --cgroup -- "$@"; }

property() { inside systemctl show --property "$1" --value "$2"; }

packages=ca-certificates,systemd,systemd-sysv,dbus,libreoffice-writer-nogui
packages+=,poppler-utils,ffmpeg,tesseract-ocr,tesseract-ocr-deu,tesseract-ocr-fra,libheif-examples

make_debian() {
  if [ -n "$base" ] && [ -e "$base/etc/debian_version" ]; then
    lay_over "$base" "$tree"
    return
  fi
  debootstrap --variant=minbase --include="$packages" bookworm "$tree" >"$work/debootstrap.log" 2>&1 ||
    fail "debootstrap: $(tail -n 1 "$work/debootstrap.log")"
  [ -z "$base" ] || cp -a --reflink=auto "$tree" "$base"
}

# A folder that shows another, and keeps for itself what is changed in it.
lay_over() {
  local over
  over=$(mktemp -d "$work/over.XXXXXX")
  mkdir -p "$over/upper" "$over/work" "$2"
  mount -t overlay onefold-try -o "lowerdir=$1,upperdir=$over/upper,workdir=$over/work" "$2"
  laid=("$2" "${laid[@]}")
}

install_tree() {
  make_debian
  mkdir -p "$tree/opt/onefold" "$tree/etc/systemd/system/onefold-server.service.d"
  if [ -n "$base" ]; then
    lay_over "$root" "$tree/opt/onefold"
    chmod 0755 "$tree/opt/onefold"
  else
    tar -C "$root" --exclude=./data --exclude=./.git -c . | tar -C "$tree/opt/onefold" -x
  fi
  chroot "$tree" useradd --system --home-dir /var/lib/onefold --shell /usr/sbin/nologin onefold
  chroot "$tree" install -d -m 0750 -g onefold /etc/onefold
  "$root/node_modules/.bin/node" "$root/tests/packaging/try-files.ts" "$tree/opt/try"
  install -d -m 0700 "$tree/var/lib/onefold"
  cp -r "$tree/opt/try/models" "$tree/var/lib/onefold/models"
  chroot "$tree" chown -R onefold:onefold /var/lib/onefold
  echo "ONEFOLD_PORT=$port" >"$tree/etc/onefold/onefold.env"
  cp "$root"/systemd/*.service "$root"/systemd/*.socket "$root"/systemd/*.target "$tree/etc/systemd/system/"
  printf '[Service]\nSocketBindAllow=tcp:%s\n' "$port" >"$tree/etc/systemd/system/onefold-server.service.d/port.conf"
  systemctl --root "$tree" enable onefold.target >/dev/null 2>&1
}

has_leader() {
  leader=$(cut -d ' ' -f 1 "/proc/$nspawn/task/$nspawn/children")
  [ -n "$leader" ]
}

boot() {
  systemd-nspawn --quiet --register=no --keep-unit -D "$tree" --boot --console=pipe >"$work/boot.log" 2>&1 &
  nspawn=$!
  # The first process in there is the one child of systemd-nspawn.
  until_true has_leader || fail 'it did not boot'
  until_true inside systemctl is-active onefold-server onefold-worker onefold-watcher || fail 'it did not start'
}

find_dropped_files() {
  inside runuser -u onefold -- env ONEFOLD_DATA_DIR=/var/lib/onefold ONEFOLD_PORT="$port" TRY_FILES=/opt/try/files \
    /opt/onefold/node_modules/.bin/node --input-type=module-typescript - <"$root/scripts/try-box.ts"
}

# The probe takes the place of the parser, behind the same unit.
try_to_get_out() {
  echo "await import('../../tests/hostile/escape-probe.cjs')" >"$tree/opt/onefold/worker/parse/main.ts"
  inside runuser -u onefold -- /opt/onefold/node_modules/.bin/node /opt/onefold/tests/hostile/escape.ts /run/onefold/extract.sock
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port"); }

install_tree
boot
until_true answers || fail 'the server does not listen'
pass 'server, worker and watcher run under systemd'
find_dropped_files || fail 'what was dropped was not read whole'
pass 'a text, a PDF with a scan, office files, a picture, a recording and an archive were read and found'
for door in server worker watcher; do
  inside grep -q '^CapEff:.0000000000000000' "/proc/$(property MainPID "onefold-$door")/status" || fail "$door has capabilities"
  inside bash -c "kill -9 $(property MainPID "onefold-$door")"
  restarted() { [ "$(property NRestarts "onefold-$door")" = 1 ] && inside systemctl is-active "onefold-$door"; }
  until_true restarted || fail "$door was not started again"
done
pass 'each of them starts again when it is killed'
[ -n "$(inside journalctl --no-pager --output cat --grep 'Started onefold-extract@')" ] || fail 'no reader was started by the socket'
pass 'files are read behind onefold-extract.socket'
try_to_get_out || fail 'a parser got out of its unit'
pass 'C6 sandbox-escape-probe: nothing gets out of onefold-extract@.service'
inside systemctl stop onefold.target
stopped() { ! inside systemctl is-active onefold-server onefold-worker onefold-watcher; }
until_true stopped || fail 'they did not stop'
[ "$(property Result onefold-server)$(property Result onefold-worker)$(property Result onefold-watcher)" = successsuccesssuccess ] ||
  fail 'they did not stop cleanly'
pass 'all stop cleanly with the target'
