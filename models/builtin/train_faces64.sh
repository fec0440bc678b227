#!/usr/bin/env bash
# Makes faces64.pt, the builtin model of faces (faces64.md).
#   models/builtin/train_faces64.sh FACES OUT    FACES: aligned CelebA at half size: images/ and attributes.csv
# With PAWPRINT the program is another than build/release/pawprint. Half an hour on two cores; where OUT is there
# already, only its directions are made anew.
set -euo pipefail
[ $# = 2 ] || { echo "train_faces64.sh: expected FACES OUT, got $# arguments" >&2; exit 2; }
faces=$1 out=$2
pawprint=${PAWPRINT:-$(dirname "${BASH_SOURCE[0]}")/../../build/release/pawprint}

[ -f "$out" ] || "$pawprint" faces train "$faces" --crop 12,28,64 --epochs 36 --out "$out"

direction() { "$pawprint" faces direction "$faces" --model "$out" --name "$@"; }

# A smile shall neither change the sex nor the age.
direction Male --balance Young --orthogonal-to Young
direction Young --balance Male --method mean  # logistic: by the attribute classifier every second face changes its sex, too
for name in Smiling Mouth_Slightly_Open High_Cheekbones Eyeglasses Pale_Skin Narrow_Eyes; do
  direction $name --balance Male,Young --orthogonal-to Male,Young
done
# Of these little is left without the direction of Male.
for name in Mustache No_Beard Wearing_Lipstick Blond_Hair Black_Hair Bangs Wearing_Hat Blurry; do
  direction $name --balance Male,Young
done
