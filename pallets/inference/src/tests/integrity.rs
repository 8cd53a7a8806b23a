//! Constants that no runtime may have.

use crate::mock::*;
use frame_support::traits::Hooks;
use std::panic::catch_unwind;

/// What is said against constants that are set so; they are as before afterwards.
fn objection(set: fn()) -> Option<String> {
    let before = (MaxRedundancy::get(), MaxSlots::get(), MaxWork::get());
    set();
    let panic = catch_unwind(<Inference as Hooks<BlockNumber>>::integrity_test).err();
    MaxRedundancy::set(before.0);
    MaxSlots::set(before.1);
    MaxWork::set(before.2);
    panic.map(|words| (*words.downcast::<&str>().unwrap()).into())
}

#[test]
fn runtime_should_be_refused_when_no_request_could_be_served() {
    assert_eq!(objection(|| MaxSlots::set(4)), None);
    let wrong: [(fn(), &str); 3] = [
        (|| MaxRedundancy::set(0), "no request could be made"),
        (
            || MaxSlots::set(3),
            "not every worker of a request has a slot",
        ),
        (|| MaxWork::set(0), "no worker could be drawn"),
    ];
    for (set, expected) in wrong {
        assert_eq!(objection(set).as_deref(), Some(expected));
    }
}
