#!/bin/sh
# Runs the compiler for a crate of the workspace, whose paths it gives a fixed name. As a wrapper rather than a flag, so
# that the dependencies' flags, and with them their cached builds, are the same in every checkout.
exec "$@" --remap-path-prefix="$VERITRACE_ROOT=/veritrace"
