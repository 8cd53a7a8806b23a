#!/bin/sh
# What cargo calls in place of the compiler for the workspace's own crates: the same, with counters for coverage.
exec "$@" -C instrument-coverage
