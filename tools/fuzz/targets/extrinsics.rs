//! Transactions decoded from bytes, on the whole runtime.

use crate::{
    actors::actors,
    extrinsics::{operations, run, seed},
    fixtures::models,
    machine::COMMAND,
    setup,
    targets::Target,
};
use codec::Encode;

/// See [`crate::extrinsics`].
pub const TARGET: Target = Target {
    name: "extrinsics",
    about: "transactions decoded from bytes, on the whole runtime",
    run: |bytes| {
        run(bytes);
    },
    units: operations,
    // What the state machine does is what the chain understands.
    seed: |chance| {
        let commands = 20 + chance.below(80);
        seed(&chance.bytes(COMMAND * commands))
    },
    fresh: |chance| {
        let count = 2 + chance.below(60);
        let pallets = [0u8, 2, 4, 6, 8, 20, 21, 22, 23, 24];
        let mut call = vec![pallets[chance.below(pallets.len())], chance.below(16) as u8];
        call.extend(chance.bytes(count));
        let mut unit = vec![chance.below(actors().len()) as u8];
        unit.extend((call.len() as u16).to_le_bytes());
        unit.extend(call);
        unit
    },
    dictionary: || {
        let accounts = actors().iter().map(|actor| actor.account.encode());
        let ids = (0..models().len()).map(|model| setup::id_of(model).to_vec());
        let roots = models().iter().flat_map(|model| {
            model
                .answers
                .iter()
                .flatten()
                .map(|answer| answer.root.to_vec())
        });
        accounts.chain(ids).chain(roots).collect()
    },
    most_bytes: 64 * 1024,
};
