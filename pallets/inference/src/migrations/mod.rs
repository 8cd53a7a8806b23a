//! Changes of the storage's layout, one module for each version that they lead to.

#[cfg(any(test, feature = "runtime-benchmarks"))]
pub(crate) mod fixture;
pub mod v2;
