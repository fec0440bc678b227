#!/usr/bin/env python3
"""Clang on sources, each by itself, with the flags of a build folder. Exit code 1 if it has anything to say.

usage: .ci/each_source.py BUILD [--tidy-since COMMIT] [--minutes N] [SOURCE...]

  BUILD                 a folder that CMake has configured for Clang, without groups of sources (preset `clang`);
                        nothing in it need be built
  --tidy-since COMMIT   clang-tidy instead of the compiler, on sources that have changed since then; what it says of other
                        lines than those is left out
  --minutes N           begin no other source after that time, and say how many are left
  SOURCE...             only these

No object is made (-fsyntax-only): all warnings of the front end, templates included, in a fraction of the time. Sources
that see LibTorch are left out: Clang 14 does not take its headers (1.13) as C++20, where std::vector wants IValue complete.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

LIBTORCH = "/torch/csrc/api/include"


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--tidy-since")
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("sources", nargs="*")
    return parser.parse_intermixed_args()


def changed_lines(commit):
    """{path: [[first, last], ...]} of sources and headers, uncommitted changes too."""
    lines, path = {}, None
    for line in subprocess.run(["git", "diff", "-U0", "--no-color", "--no-ext-diff", "--diff-filter=d", "--src-prefix=a/", "--dst-prefix=b/",
                                commit, "--", "*.cpp", "*.h"], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
        if line.startswith("+++ b/"):
            path = line.removeprefix("+++ b/")
        elif hunk := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            if count:
                lines.setdefault(path, []).append([first, first + count - 1])
    return lines


def compiled(build, wanted):
    """source -> how it is compiled. What the build itself makes is left out: it need not be there."""
    entries = {pathlib.Path(entry["file"]): entry for entry in json.loads((build / "compile_commands.json").read_text())}
    return {path: entry for path, entry in sorted(entries.items())
            if build.resolve() not in path.parents and (wanted is None or path in wanted)}


def line_of(entry, changed, build):
    if changed is not None:
        lines = json.dumps([{"name": path, "lines": lines} for path, lines in changed.items()])
        return ["clang-tidy", "-p", str(build.resolve()), "--quiet", "--warnings-as-errors=*", f"--line-filter={lines}", entry["file"]]
    words = shlex.split(entry["command"])
    first = next(i for i, word in enumerate(words) if "clang" in pathlib.Path(word).name)  # behind ccache, or not
    out = words.index("-o")
    return words[first:out] + words[out + 2:] + ["-fsyntax-only"]


def main():
    args = arguments()
    changed = changed_lines(args.tidy_since) if args.tidy_since else None
    wanted = args.sources or changed  # None: all
    all_entries = compiled(args.build, None if wanted is None else {pathlib.Path(path).resolve() for path in wanted})
    entries = {path: entry for path, entry in all_entries.items() if LIBTORCH not in entry["command"]}
    begun, faulty, left = time.monotonic(), [], []

    def look_at(path):
        if time.monotonic() - begun > 60 * args.minutes:
            left.append(path)
            return
        said = subprocess.STDOUT if changed is None else subprocess.DEVNULL  # clang-tidy counts there what it does not show
        done = subprocess.run(line_of(entries[path], changed, args.build), cwd=entries[path]["directory"],
                              stdout=subprocess.PIPE, stderr=said, text=True)
        if done.returncode != 0:
            faulty.append(path)
            print(f"{path}:\n{done.stdout}", end="", flush=True)

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(look_at, entries))
    print(f"{len(entries) - len(left)} sources, {len(faulty)} of them faulty; {len(all_entries) - len(entries)} with LibTorch left out"
          + (f"; NOT LOOKED AT: {len(left)}, as {args.minutes:g} minutes are over" if left else ""))
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
