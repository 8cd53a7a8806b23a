#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod audit;
pub mod check;
pub mod chunks;
pub mod commit;
pub mod evaluate;
pub mod graph;
pub mod hash;
pub mod holds;
pub mod kernel;
pub mod merkle;
pub mod packed;
pub mod page;
pub mod proof;
pub mod prove;
pub mod requantise;
pub mod tensor;
#[cfg(feature = "traits")]
pub mod traits;
#[cfg(feature = "traits")]
pub mod walk;
