# shellcheck shell=bash
# Brings a machine to where the product can run; sourced by scripts/up and scripts/test, which set
# `use_apt` to yes or no. Every step is skipped when there is nothing to do.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
node=$root/node_modules/.bin/node
apt_log=/tmp/onefold-apt-$(id -u).log
apt_is_fresh=no

say() { printf '%s\n' "$*" >&2; }

may_install() {
  [ "$use_apt" = yes ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

# Installs one package at a time when all together fail, so that a missing one costs only itself.
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  if [ "$apt_is_fresh" = no ]; then
    apt_is_fresh=yes
    apt-get update >>"$apt_log" 2>&1 || say "apt-get update failed; going on with what is known ($apt_log)"
  fi
  say "Installing $* ..."
  apt-get install -y --no-install-recommends "$@" >>"$apt_log" 2>&1 && return
  local package
  for package in "$@"; do
    apt-get install -y --no-install-recommends "$package" >>"$apt_log" 2>&1 ||
      say "  $package could not be installed ($apt_log)"
  done
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Packages of the arguments that are not installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    is_installed "$package" || printf '%s\n' "$package"
  done
}

# npm of any Node from 18 on will do: the packages bring the Node that runs everything.
ensure_npm() {
  command -v npm >/dev/null && command -v node >/dev/null && return
  may_install && apt_install nodejs npm
  command -v npm >/dev/null && return
  say 'Node.js with npm is needed and was not found. Install it (any version from 20 on), for example:'
  say '  sudo apt-get install nodejs npm'
  exit 1
}

ensure_packages() {
  [ -x "$node" ] && "$node" "$root/scripts/installed.ts" && return
  ensure_npm
  say 'Installing packages ...'
  # No package of ours needs its install script; one of them would download from the internet.
  (cd "$root" && ONNXRUNTIME_NODE_INSTALL=skip PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 \
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  if ! [ -x "$node" ]; then
    say "There is no Node 24 for this machine ($(uname -sm)): Linux on x86-64 or arm64 is needed."
    exit 1
  fi
}

ensure_web() {
  local built=$root/web/dist/index.html
  if [ -f "$built" ] &&
    [ -z "$(find "$root/web" "$root/package-lock.json" -path "$root/web/dist" -prune -o -type f -newer "$built" -print -quit)" ]; then
    return
  fi
  say 'Building the web page ...'
  (cd "$root" && "$node" node_modules/vite/bin/vite.js build --config web/vite.config.ts --logLevel warn >&2)
}
