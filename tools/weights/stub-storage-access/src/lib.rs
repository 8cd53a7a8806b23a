//! The names that `benchmark storage` needs of its test runtime, without the runtime: the command is not offered here.
//!
//! The real crate builds a wasm file when it is compiled, and for that Binaryen.

use std::marker::PhantomData;

/// There is no runtime, so the command ends with an error before it makes any parameters.
pub const WASM_BINARY: Option<&[u8]> = None;

/// What the real runtime is called with.
pub struct StorageAccessParams<Block>(PhantomData<Block>);

impl<Block> StorageAccessParams<Block> {
    /// Parameters of a run that reads.
    pub fn new_read<Root, Proof, Batch>(_: Root, _: Proof, _: Batch) -> Self {
        Self(PhantomData)
    }

    /// Parameters of a run that writes.
    pub fn new_write<Root, Proof, Batch>(_: Root, _: Proof, _: Batch) -> Self {
        Self(PhantomData)
    }

    /// The same, of a run that accesses nothing.
    pub fn as_dry_run(&self) -> Self {
        Self(PhantomData)
    }

    /// As the runtime takes them.
    pub fn encode(&self) -> Vec<u8> {
        Vec::new()
    }
}
