#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Defects on still pictures: the recipe surface-brushed on the magnetic tiles, surface-printed and surface on
# DeepPCB; writes tests/results/still_images.md. Trains three models, 3 to 15 minutes each on one core.
#
#   tests/still_images.sh [STEPS]
#   PINHOLE_BUILD   the build folder (build/host-release)
#   PINHOLE_DATA    the test data: anomaly/magnetic_tile and anomaly/deeppcb_44000 in it
#   PINHOLE_RESULT  the file to write (tests/results/still_images.md)
#   PINHOLE_KEEP    a folder for the models, JSON and heat maps; what is in it already is not made again
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
program=$(realpath "${PINHOLE_BUILD:-build/host-release}/bin/pinhole")
result=${PINHOLE_RESULT:-tests/results/still_images.md}
tiles=${PINHOLE_DATA:?is the folder of the test data}/anomaly/magnetic_tile
boards=$PINHOLE_DATA/anomaly/deeppcb_44000
[ -d "$tiles/train/good" ] && [ -d "$boards/template" ] || { echo "still_images.sh: PINHOLE_DATA has no anomaly/" >&2; exit 1; }
keep=${PINHOLE_KEEP:-$(mktemp -d)}
mkdir -p "$keep"
steps=${1:+--steps $1}

# learn NAME RECIPE ARGUMENT...: trains unless it is there; seconds in NAME.seconds.
learn() {
  name=$1
  recipe=$2
  shift 2
  [ -f "$keep/$name.pinhole" ] && return
  start=$(date +%s)
  # shellcheck disable=SC2086 # two words
  "$program" train "$recipe" "$@" --seed 0 --threads 1 $steps --out "$keep/$name.pinhole"
  echo $(($(date +%s) - start)) > "$keep/$name.seconds"
}
learn tile surface-brushed --data "$tiles/train/good"
for recipe in surface-printed surface; do
  learn $recipe $recipe --data "$boards/template" --range 0-49
done
# judge NAME ARGUMENT...: what eval says of a model, into NAME.json.
judge() {
  name=$1
  shift
  [ -f "$keep/$name.json" ] && return
  "$program" eval "$@" --json > "$keep/$name.new"
  mv "$keep/$name.new" "$keep/$name.json"
}
judge tile "$keep/tile.pinhole" --data "$tiles" --heatmaps "$keep/tiles"
for recipe in surface-printed surface; do
  judge $recipe-unseen "$keep/$recipe.pinhole" --data "$boards" --range 50-99 --heatmaps "$keep/$recipe-boards"
  judge $recipe-seen "$keep/$recipe.pinhole" --data "$boards" --range 0-49
done
"$program" inspect "$keep/tile.pinhole" --json > "$keep/model.json"

commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- 'recipes/surface*.json' 'src/train' 'src/image' 'tools/pinhole' 2>/dev/null || commit="$commit with changes"
{
  echo "Command: tests/still_images.sh${1:+ $1}"
  echo "Commit $commit, $(date -u +%F), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores."
  python3 - "$keep" <<'PYTHON'
import json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
read = lambda name: json.loads((folder / name).read_text())
seconds = lambda name: int((folder / f"{name}.seconds").read_text())
tile = read("tile.json")
print(f"""
`pinhole train surface-brushed --seed 0` for the tiles, `surface-printed` and `surface` for the boards: {read("model.json")["parameters"]:,}
parameters each, {seconds("tile")}, {seconds("surface-printed")} and {seconds("surface")} s, one thread of a machine that did other work too.

## Magnetic tiles

Trained on the 353 pictures of train/good alone. Each kind beside the {tile["good_pictures"]} good pictures of the test part; AUPRO to a
false positive rate of {tile["aupro_most_false"]}, regions that touch at corners are one. PCA-32 on thumbnails: image AUROC 0.68 / 0.72 / 0.56 for
blowhole / break / crack; to be shown: above 0.78 / 0.82 / 0.70.

| kind | pictures | regions | image AUROC | image AP | pixel AUROC | AUPRO | pixel AP |
|---|---|---|---|---|---|---|---|""")
for row in tile["kinds"]:
    print(f"| {row['kind']} | {row['pictures']} | {row['regions']} | {row['image_auroc']:.4f} | {row['image_average_precision']:.4f} | "
          f"{row['pixel_auroc']:.4f} | {row['aupro']:.4f} | {row['pixel_average_precision']:.4f} |")
print("""
## DeepPCB, group 44000

Trained on the templates 0-49 (defect free) alone; the test pictures 50-99 are of boards that it has not seen, those of
0-49 of boards whose template it has. A region is the pixels above the threshold that touch; it hits the box that holds at
least half of it, and is false without one; the threshold is the one that hits most at no more than one false region a
picture in the mean. The difference to the aligned template needs that template; the model does not.

| pictures | by | boxes | hit | false regions a picture |
|---|---|---|---|---|""")
for name, which in (("50-99", "unseen"), ("0-49", "seen")):
    parts = {f"`{recipe}`": read(f"{recipe}-{which}.json") for recipe in ("surface-printed", "surface")}
    boxes, difference = (parts["`surface`"][key] for key in ("boxes", "template_difference"))
    for by, found in {**parts, "difference to the template": difference}.items():
        print(f"| {name} | {by} | {boxes} | {100 * found['hit_share']:.1f} % | {found['false_regions_per_picture']:.2f} |")
PYTHON
  cat <<'TEXT'

How the recipe and the score were chosen, and what was known of the test pictures when: recipes/README.md.
TEXT
} > "$result.new"
mv "$result.new" "$result"
echo "still_images.sh: wrote $result" >&2
