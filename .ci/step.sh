# shellcheck shell=bash
# step TITLE COMMAND...: a heading, the command, how long it took.
step() {
  local title=$1 begun=$SECONDS status=0
  shift
  printf '\n\033[1m== %s\033[0m\n' "$title"
  "$@" || status=$?
  local took=$((SECONDS - begun))
  [ $status = 0 ] || printf '\033[1m== %s: FAILED with exit code %d after ' "$title" $status
  [ $status != 0 ] || printf '\033[1m== %s: done in ' "$title"
  printf '%d min %02d s\033[0m\n' $((took / 60)) $((took % 60))
  return $status
}
