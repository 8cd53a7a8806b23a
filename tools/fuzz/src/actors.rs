//! Who acts. Everyone has a key made from its number, and what the genesis gives it.

use sp_core::{sr25519, Pair};
use std::sync::OnceLock;
use veritrace_runtime::{
    constants::{EXISTENTIAL_DEPOSIT, UNIT},
    AccountId, Balance,
};

/// A party with a key.
pub struct Actor {
    /// Its name in what is printed.
    pub name: &'static str,
    /// Signs for it.
    pub pair: sr25519::Pair,
    /// Its account.
    pub account: AccountId,
    /// What it has at genesis.
    pub endowment: Balance,
}

/// Signs as root.
pub const ROOT: usize = 0;
/// Register models.
pub const AUTHORS: [usize; 2] = [1, 2];
/// Ask. The last of them cannot pay for much.
pub const USERS: [usize; 3] = [3, 4, 5];
/// Prove. The last of them cannot pay for many bonds.
pub const CHALLENGERS: [usize; 2] = [6, 7];
/// Settles and expires.
pub const KEEPER: usize = 8;
/// Stake. The last of them has little, the one before it is not registered at first.
pub const WORKERS: [usize; 6] = [9, 10, 11, 12, 13, 14];
/// Sign the work of the workers, in the same order.
pub const OPERATORS: [usize; 6] = [15, 16, 17, 18, 19, 20];
/// Has next to nothing.
pub const POOR: usize = 21;
/// Has no account.
pub const NOBODY: usize = 22;

const NAMES: [&str; 23] = [
    "root",
    "author-1",
    "author-2",
    "user-1",
    "user-2",
    "user-3",
    "challenger-1",
    "challenger-2",
    "keeper",
    "worker-1",
    "worker-2",
    "worker-3",
    "worker-4",
    "worker-5",
    "worker-6",
    "operator-1",
    "operator-2",
    "operator-3",
    "operator-4",
    "operator-5",
    "operator-6",
    "poor",
    "nobody",
];

/// All of them, by number.
pub fn actors() -> &'static [Actor] {
    static ACTORS: OnceLock<Vec<Actor>> = OnceLock::new();
    ACTORS.get_or_init(|| {
        NAMES
            .iter()
            .enumerate()
            .map(|(index, name)| {
                let pair = sr25519::Pair::from_seed(&[index as u8 + 1; 32]);
                Actor {
                    name,
                    account: pair.public().into(),
                    pair,
                    endowment: match index {
                        5 => 6 * UNIT,
                        7 => 14 * UNIT,
                        14 => 130 * UNIT,
                        20 => 2 * UNIT,
                        POOR => 20 * EXISTENTIAL_DEPOSIT,
                        NOBODY => 0,
                        _ => 1_000_000 * UNIT,
                    },
                }
            })
            .collect()
    })
}

/// The account of that number.
pub fn account(actor: usize) -> AccountId {
    actors()[actor].account.clone()
}

/// The name of an account in what is printed.
pub fn name_of(account: &AccountId) -> String {
    actors()
        .iter()
        .find(|actor| actor.account == *account)
        .map_or_else(|| format!("{account:?}"), |actor| actor.name.to_string())
}

/// The number of an account.
pub fn actor_of(account: &AccountId) -> Option<usize> {
    actors().iter().position(|actor| actor.account == *account)
}
