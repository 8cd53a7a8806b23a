//! What can be fuzzed. Each is a file in `targets/` and a line in [`ALL`].

use crate::guided::Chance;
use std::ops::Range;

#[path = "../targets/extrinsics.rs"]
mod extrinsics;
#[path = "../targets/state_machine.rs"]
mod state_machine;

/// Something that is fuzzed.
pub struct Target {
    /// How it is called on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// Runs an input. Panics when something is wrong.
    pub run: fn(&[u8]),
    /// The parts of an input that mean something by themselves, in order and without a gap.
    pub units: fn(&[u8]) -> Vec<Range<usize>>,
    /// A whole input to start from.
    pub seed: fn(&mut Chance) -> Vec<u8>,
    /// A unit.
    pub fresh: fn(&mut Chance) -> Vec<u8>,
    /// Strings of bytes that are likely to mean something.
    pub dictionary: fn() -> Vec<Vec<u8>>,
    /// Most bytes of an input.
    pub most_bytes: usize,
}

/// All of them.
pub const ALL: &[Target] = &[state_machine::TARGET, extrinsics::TARGET];

/// The one of that name.
pub fn find(name: &str) -> Option<&'static Target> {
    ALL.iter().find(|target| target.name == name)
}

/// For inputs that are one thing.
pub fn one_unit(bytes: &[u8]) -> Vec<Range<usize>> {
    std::iter::once(0..bytes.len()).collect()
}

/// For targets that know no strings.
pub fn no_dictionary() -> Vec<Vec<u8>> {
    Vec::new()
}
