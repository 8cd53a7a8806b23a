//! The graphs that a caller has loaded.

use alloc::collections::BTreeMap;
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

/// Graphs by handle. A handle is never given out twice, so that one kept after its graph was freed names nothing.
pub struct Handles {
    graphs: BTreeMap<u32, Loaded>,
    next: u32,
}

impl Handles {
    /// No graph.
    pub const fn new() -> Self {
        Self {
            graphs: BTreeMap::new(),
            next: 0,
        }
    }

    /// Keeps a graph; its handle. `None` after 2^32 graphs.
    pub fn insert(&mut self, loaded: Loaded) -> Option<u32> {
        let handle = self.next;
        self.next = handle.checked_add(1)?;
        self.graphs.insert(handle, loaded);
        Some(handle)
    }

    /// The graph of a handle.
    pub fn get(&self, handle: u32) -> Option<&Loaded> {
        self.graphs.get(&handle)
    }

    /// Forgets a graph.
    pub fn remove(&mut self, handle: u32) {
        self.graphs.remove(&handle);
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
