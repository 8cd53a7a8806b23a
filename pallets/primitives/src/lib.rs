//! Canonical graphs, tensor commitments, integer kernels and the contradiction checker.
#![cfg_attr(not(feature = "std"), no_std)]
