//! Commands of everybody on the five pallets, beside the shadow.

use crate::{
    machine::{run, COMMAND, MOST_COMMANDS},
    targets::{no_dictionary, Target},
};

/// See [`crate::machine`].
pub const TARGET: Target = Target {
    name: "state-machine",
    about: "commands of everybody on the five pallets, compared with a shadow after each",
    run: |bytes| {
        run(bytes);
    },
    units: |bytes| {
        (0..bytes.len())
            .step_by(COMMAND)
            .map(|at| at..(at + COMMAND).min(bytes.len()))
            .collect()
    },
    seed: |chance| {
        let commands = 40 + chance.below(160);
        chance.bytes(COMMAND * commands)
    },
    fresh: |chance| chance.bytes(COMMAND),
    dictionary: no_dictionary,
    most_bytes: COMMAND * MOST_COMMANDS,
};
