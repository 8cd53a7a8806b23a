//! Changes of the storage's layout, one module for each version that they lead to.

pub mod v2;
