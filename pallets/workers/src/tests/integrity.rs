//! Constants that no runtime may have.

use super::*;
use frame_support::traits::Hooks;
use std::panic::catch_unwind;

/// What is said against constants that are set so; they are as before afterwards.
fn objection(set: fn()) -> Option<String> {
    let before = (MaxTickets::get(), MaxServed::get(), MaxUnbonding::get());
    set();
    let panic = catch_unwind(<WorkersPallet as Hooks<u32>>::integrity_test).err();
    MaxTickets::set(before.0);
    MaxServed::set(before.1);
    MaxUnbonding::set(before.2);
    panic.map(|words| (*words.downcast::<&str>().unwrap()).into())
}

#[test]
fn runtime_should_be_refused_when_its_workers_could_not_do_something() {
    assert_eq!(objection(|| ()), None);
    let wrong: [(fn(), &str); 3] = [
        (|| MaxTickets::set(0), "a worker can have a ticket"),
        (|| MaxServed::set(0), "a worker can serve a model"),
        (|| MaxUnbonding::set(0), "a worker can unbond"),
    ];
    for (set, expected) in wrong {
        assert_eq!(objection(set).as_deref(), Some(expected));
    }
}
