//! The graphs that a caller has loaded.

use alloc::vec::Vec;
use veritrace_primitives::check::NodeCost;
use veritrace_primitives::graph::{Digest, Graph};
use veritrace_primitives::prove::Prover;

/// A graph that passed the chain's check.
pub struct Loaded {
    /// With its Merkle leaves.
    pub prover: Prover<Graph>,
    /// Its root.
    pub root: Digest,
    /// Cost of each node.
    pub costs: Vec<NodeCost>,
}

/// Slots, addressed by handle.
pub struct Handles(Vec<Option<Loaded>>);

impl Handles {
    /// No graph.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Keeps a graph; its handle.
    pub fn insert(&mut self, loaded: Loaded) -> u32 {
        let free = self.0.iter().position(Option::is_none);
        let slot = free.unwrap_or_else(|| {
            self.0.push(None);
            self.0.len() - 1
        });
        self.0[slot] = Some(loaded);
        slot as u32
    }

    /// The graph of a handle.
    pub fn get(&self, handle: u32) -> Option<&Loaded> {
        self.0.get(handle as usize).and_then(Option::as_ref)
    }

    /// Forgets a graph.
    pub fn remove(&mut self, handle: u32) {
        if let Some(slot) = self.0.get_mut(handle as usize) {
            *slot = None;
        }
    }
}

#[cfg(target_arch = "wasm32")]
static mut HANDLES: Handles = Handles::new();

/// Runs `with` on this module's graphs.
#[cfg(target_arch = "wasm32")]
pub fn with_handles<R>(with: impl FnOnce(&mut Handles) -> R) -> R {
    // SAFETY: an instance of the module has one thread, and `with` never calls back into it.
    with(unsafe { &mut *core::ptr::addr_of_mut!(HANDLES) })
}

#[cfg(not(target_arch = "wasm32"))]
std::thread_local! {
    static HANDLES: core::cell::RefCell<Handles> = const { core::cell::RefCell::new(Handles::new()) };
}

/// Runs `with` on this thread's graphs.
#[cfg(not(target_arch = "wasm32"))]
pub fn with_handles<R>(with: impl FnOnce(&mut Handles) -> R) -> R {
    HANDLES.with(|handles| with(&mut handles.borrow_mut()))
}
