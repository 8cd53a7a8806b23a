#![doc = include_str!("../README.md")]

pub mod actors;
pub mod chain;
pub mod choices;
pub mod counters;
pub mod coverage;
pub mod extrinsics;
pub mod fixtures;
pub mod guided;
mod invariants;
pub mod machine;
mod parameters;
mod setup;
pub mod shadow;
pub mod targets;
