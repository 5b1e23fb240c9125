#!/usr/bin/env bash
# Rebuilds resources/fonts from two npm packages and two Debian packages, and checks that they are the same files.
# Needed only when a font is exchanged: the fonts are committed. With a folder as argument the packages are taken
# from there; otherwise npm and apt-get fetch them.
set -euo pipefail
cd "$(dirname "$0")/.."
target=resources/fonts
packages=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -z "$packages" ]; then
  packages=$work/packages
  mkdir -p "$packages"
  (cd "$packages" && npm pack --silent @expo-google-fonts/noto-serif-sc@0.4.3 @expo-google-fonts/noto-sans-sc@0.4.3 >/dev/null)
  (cd "$packages" && apt-get download fonts-lxgw-wenkai fonts-hanazono)
fi

for name in noto-serif-sc noto-sans-sc; do
  mkdir -p "$work/$name"
  tar -xzf "$packages/expo-google-fonts-$name-0.4.3.tgz" -C "$work/$name"
done
for name in fonts-lxgw-wenkai fonts-hanazono; do
  dpkg-deb -x "$packages/$name"_*.deb "$work/$name"
done

mkdir -p "$target"
install -m 644 "$work/noto-serif-sc/package/400Regular/NotoSerifSC_400Regular.ttf" "$target/NotoSerifSC-Regular.ttf"
install -m 644 "$work/noto-sans-sc/package/400Regular/NotoSansSC_400Regular.ttf" "$target/NotoSansSC-Regular.ttf"
install -m 644 "$work/fonts-lxgw-wenkai/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf" "$target/"
install -m 644 "$work/fonts-hanazono/usr/share/fonts/truetype/hanazono/HanaMinB.ttf" "$target/"

(cd "$target" && sha256sum --check --quiet) <<'SUMS'
829543436cdf7b4c6730e2af5806fa406f8ddf0d4b656e0cd49c58d4db1c8d3c  HanaMinB.ttf
bbf534b0ca093928f94d1782855e65a19a32cde82b075d495d072025521953c8  LXGWWenKai-Regular.ttf
d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16  NotoSansSC-Regular.ttf
c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742  NotoSerifSC-Regular.ttf
SUMS
total=$(cat "$target"/*.ttf | wc -c)
echo "fonts: $total bytes"
[ "$total" -le 75000000 ]
