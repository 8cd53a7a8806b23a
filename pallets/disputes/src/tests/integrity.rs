//! Constants that no runtime may have.

use super::*;
use frame_support::traits::Hooks;
use std::panic::catch_unwind;

/// What is said against constants that are set so; they are as before afterwards.
fn objection(set: fn()) -> Option<String> {
    let before = (
        (MaxProofBytes::get(), MaxOpeningBytes::get()),
        (MaxMacs::get(), MaxTileMacs::get(), MaxClaims::get()),
    );
    set();
    let panic = catch_unwind(<Disputes as Hooks<u64>>::integrity_test).err();
    MaxProofBytes::set(before.0 .0);
    MaxOpeningBytes::set(before.0 .1);
    MaxMacs::set(before.1 .0);
    MaxTileMacs::set(before.1 .1);
    MaxClaims::set(before.1 .2);
    panic.map(|words| match words.downcast::<String>() {
        Ok(words) => *words,
        Err(words) => (*words.downcast::<&str>().unwrap()).into(),
    })
}

#[test]
fn runtime_should_be_refused_when_its_limits_contradict_each_other() {
    assert_eq!(objection(|| ()), None);
    assert_eq!(
        objection(|| MaxClaims::set(0)).as_deref(),
        Some("a request sees at least one claim")
    );
    assert_eq!(
        objection(|| MaxTileMacs::set(MaxMacs::get() + 1)).as_deref(),
        Some("a tile is part of a node")
    );
    assert_eq!(objection(|| MaxTileMacs::set(MaxMacs::get())), None);
}

#[test]
fn runtime_should_be_refused_when_a_call_would_fit_no_block() {
    let wrong: [(fn(), &str); 3] = [
        (|| MaxMacs::set(4_000_000_000), "Node"),
        // By the bytes of openings, which may be fewer than those of proofs.
        (|| MaxOpeningBytes::set(60_000_000), "Open"),
        (|| MaxProofBytes::set(400_000_000), "Node"),
    ];
    for (set, call) in wrong {
        let words = objection(set).expect("an objection");
        let expected = format!("no block has room for {call}, which declares ");
        assert!(words.starts_with(&expected), "{words}");
    }
}

#[test]
fn page_should_not_be_larger_when_proofs_are() {
    // So many bytes of leaves would fit no block, and as many of a proof do.
    assert_eq!(objection(|| MaxProofBytes::set(60_000_000)), None);
}
