#!/bin/sh
# Removes from an installed tree what this machine's image cannot use: libraries for other systems,
# and the engine for browsers, which the engine for servers has within itself.
set -eu
cd "$(dirname "$0")/.."
case $(uname -m) in
x86_64) arch=x64 ;;
aarch64) arch=arm64 ;;
*) echo "no Onefold for $(uname -m)" >&2 && exit 1 ;;
esac
runtime=node_modules/onnxruntime-node/bin
for folder in "$runtime"/napi-v*/*; do
  [ "$(basename "$folder")" = linux ] || rm -rf "$folder"
done
for folder in "$runtime"/napi-v*/linux/*; do
  [ "$(basename "$folder")" = "$arch" ] || rm -rf "$folder"
done
rm -rf node_modules/onnxruntime-web node_modules/node-linux-*/include node_modules/node-linux-*/share
find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' \) -delete
