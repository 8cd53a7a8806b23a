//! Weights of the workers pallet.
//!
//! Interim figures, not measured: database accesses were counted by hand, and the times are generous guesses.

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, RuntimeDbWeight, Weight};

/// Weights of the calls and of a draw.
pub trait WeightInfo {
    /// Of `register_worker`.
    fn register_worker() -> Weight;
    /// Of `set_operator`.
    fn set_operator() -> Weight;
    /// Of `bond_extra`, with `n` tickets made or taken away.
    fn bond_extra(n: u32) -> Weight;
    /// Of `unbond`, with `n` tickets taken away.
    fn unbond(n: u32) -> Weight;
    /// Of `withdraw_unbonded`.
    fn withdraw_unbonded() -> Weight;
    /// Of `rebond`, with `n` tickets made or taken away.
    fn rebond(n: u32) -> Weight;
    /// Of `serve_model`, with `n` tickets made.
    fn serve_model(n: u32) -> Weight;
    /// Of `stop_serving`, with `n` tickets taken away.
    fn stop_serving(n: u32) -> Weight;
    /// Of `set_min_price`.
    fn set_min_price() -> Weight;
    /// Of `deregister`, with `n` tickets taken away.
    fn deregister(n: u32) -> Weight;
    /// Of `set_parameters`.
    fn set_parameters() -> Weight;
    /// Of `refresh_tickets`, with `n` tickets made or taken away.
    fn refresh_tickets(n: u32) -> Weight;
    /// Of a draw in which `n` void tickets are found and taken away, and no worker.
    fn draw_void(n: u32) -> Weight;
    /// Of a draw that finds a worker at the first try.
    fn draw_hit() -> Weight;
}

/// A base of `micros` with so many reads and writes, and the cost of `n` tickets.
///
/// Taking a ticket away reads and writes it, the last ticket of the model, and the list of the worker that owns the
/// last one; making one only writes it.
fn interim(db: RuntimeDbWeight, micros: u64, reads: u64, writes: u64, n: u32) -> Weight {
    let ticket = Weight::from_parts(12_000_000, 6_000).saturating_add(db.reads_writes(2, 3));
    Weight::from_parts(
        micros.saturating_mul(1_000_000),
        reads.saturating_mul(4_000),
    )
    .saturating_add(db.reads_writes(reads, writes))
    .saturating_add(ticket.saturating_mul(n.into()))
}

macro_rules! interim_weights {
    ($db:expr) => {
        // Parameters, Workers, Operators, the account and its holds.
        fn register_worker() -> Weight {
            interim($db, 60, 5, 4, 0)
        }
        // Workers, Operators twice.
        fn set_operator() -> Weight {
            interim($db, 25, 2, 3, 0)
        }
        // Parameters, Workers, the account and its holds; TicketsOf and TicketCount of every model are in `n`'s share.
        fn bond_extra(n: u32) -> Weight {
            interim($db, 60, 6, 5, n)
        }
        fn unbond(n: u32) -> Weight {
            interim($db, 30, 4, 3, n)
        }
        // Workers, the account and its holds.
        fn withdraw_unbonded() -> Weight {
            interim($db, 50, 3, 3, 0)
        }
        fn rebond(n: u32) -> Weight {
            interim($db, 30, 4, 3, n)
        }
        // Parameters, Workers, Operators, the model, TicketsOf, TicketCount.
        fn serve_model(n: u32) -> Weight {
            interim($db, 35, 7, 3, n)
        }
        fn stop_serving(n: u32) -> Weight {
            interim($db, 30, 4, 3, n)
        }
        // Workers, Operators.
        fn set_min_price() -> Weight {
            interim($db, 20, 2, 1, 0)
        }
        fn deregister(n: u32) -> Weight {
            interim($db, 30, 4, 5, n)
        }
        fn set_parameters() -> Weight {
            interim($db, 10, 0, 1, 0)
        }
        fn refresh_tickets(n: u32) -> Weight {
            interim($db, 30, 4, 2, n)
        }
        fn draw_void(n: u32) -> Weight {
            interim($db, 15, 3, 1, n.saturating_mul(2))
        }
        // Parameters, TicketCount, Ticket, Workers, Locks.
        fn draw_hit() -> Weight {
            interim($db, 35, 5, 2, 0)
        }
    };
}

/// Interim weights with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    interim_weights!(T::DbWeight::get());
}

impl WeightInfo for () {
    interim_weights!(RocksDbWeight::get());
}
