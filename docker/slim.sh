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
# npm 9 takes the libraries for musl too, which Debian is not.
rm -rf node_modules/@*/*-linux*musl*
find web -mindepth 1 -maxdepth 1 ! -name dist -exec rm -rf {} +
rm -rf node_modules/onnxruntime-web node_modules/node-linux-*/include node_modules/node-linux-*/share
find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' \) -delete
