//! What a front-runner can try, who sees the proof as soon as it is sent and can keep it out of some blocks.

use super::*;

/// The challenger has sealed what it found, and the next block is being made.
fn attack(attack: impl FnOnce(Claim)) {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        seal(CHALLENGER, &claim);
        pass(1);
        attack(claim);
    });
}

#[test]
fn copy_in_the_same_block_should_not_pay() {
    attack(|claim| {
        assert_free(prove(STRANGER, &claim, None));
        assert_noop!(
            prove(CHALLENGER, &claim, Some(SALT)),
            Error::<Test>::ClaimNotOpen
        );
        pass(1);
        assert_free(show(CHALLENGER, &claim, SALT));
        System::assert_last_event(
            Event::BountyMoved {
                request: R,
                trace_root: claim.trace_root(),
                from: STRANGER,
                to: CHALLENGER,
                amount: BOUNTY,
            }
            .into(),
        );
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn copy_with_the_copied_salt_should_not_pay() {
    attack(|claim| {
        // The salt is in the transaction that was copied; the account is in the seal.
        assert_free(prove(STRANGER, &claim, Some(SALT)));
        assert_eq!(sealed(CHALLENGER), SEAL);
        assert_noop!(show(STRANGER, &claim, SALT), Error::<Test>::NotSealed);
        assert_free(show(CHALLENGER, &claim, SALT));
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn seal_in_the_block_of_the_copy_should_not_pay() {
    attack(|claim| {
        seal(STRANGER, &claim);
        assert_free(prove(STRANGER, &claim, Some(SALT)));
        // It does not count yet. Shown later, it gives back the bond alone.
        assert_eq!(sealed(STRANGER), SEAL);
        assert_free(show(CHALLENGER, &claim, SALT));
        assert_free(show(STRANGER, &claim, SALT));
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn seal_in_the_block_of_an_unsealed_proof_should_not_pay() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        seal(STRANGER, &claim);
        assert_free(prove(CHALLENGER, &claim, None));
        assert_free(show(STRANGER, &claim, SALT));
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn copy_in_the_next_block_with_a_seal_should_not_pay() {
    for kept_out in 1..=WINDOW {
        attack(|claim| {
            // The proof is kept out of this block, so that the seal made in it counts in a later one.
            seal(STRANGER, &claim);
            pass(kept_out);
            assert_free(prove(STRANGER, &claim, Some(SALT)));
            assert_eq!(sealed(STRANGER), 0);
            assert_eq!(bounties(STRANGER), BOUNTY);
            assert_noop!(
                prove(CHALLENGER, &claim, Some(SALT)),
                Error::<Test>::ClaimNotOpen
            );
            pass(WINDOW);
            assert_free(show(CHALLENGER, &claim, SALT));
            assert_paid(&claim, CHALLENGER);
        });
    }
}

#[test]
fn seal_after_the_conviction_should_not_pay() {
    attack(|claim| {
        assert_free(prove(CHALLENGER, &claim, Some(SALT)));
        seal(STRANGER, &claim);
        pass(1);
        assert_ok!(place(
            STRANGER,
            seal_at(STRANGER, &claim, MATMUL, OTHER_SALT)
        ));
        for salt in [SALT, OTHER_SALT] {
            assert_free(show(STRANGER, &claim, salt));
        }
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn copied_seal_should_be_worth_nothing() {
    attack(|claim| {
        let copied = seal_of(CHALLENGER, &claim);
        assert_ok!(place(STRANGER, copied));
        pass(1);
        assert_free(prove(STRANGER, &claim, Some(SALT)));
        assert_noop!(show(STRANGER, &claim, SALT), Error::<Test>::NotSealed);
        assert_free(show(CHALLENGER, &claim, SALT));
        assert_paid(&claim, CHALLENGER);
        pass(LIFETIME);
        assert_ok!(forfeit(STRANGER, copied));
        assert_eq!(total(STRANGER), FUNDS - SEAL);
    });
}

#[test]
fn seal_should_not_be_forfeited_before_it_could_be_shown() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = lie();
        claim.reveal(R, WORKER);
        seal(CHALLENGER, &claim);
        // The copy comes in the last block in which the seal counts.
        pass(LIFETIME);
        assert_free(prove(STRANGER, &claim, None));
        for _ in 0..WINDOW {
            pass(1);
            assert_noop!(
                forfeit(CHALLENGER, seal_of(CHALLENGER, &claim)),
                Error::<Test>::TooEarly
            );
        }
        assert_free(show(CHALLENGER, &claim, SALT));
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn copied_challenge_should_not_pay_when_the_worker_is_silent() {
    ExtBuilder::default().build_and_execute(|| {
        let claim = Claim::honest(1).garbage_at(MATMUL, [9; 32]);
        claim.reveal(R, WORKER);
        seal(CHALLENGER, &claim);
        pass(1);
        seal(STRANGER, &claim);
        assert_free(challenge(STRANGER, R, WORKER, claim.challenge(MATMUL)));
        assert_noop!(
            challenge(CHALLENGER, R, WORKER, claim.challenge(MATMUL)),
            Error::<Test>::AlreadyChallenged
        );
        pass(13);
        assert_ok!(expire(R, WORKER, MATMUL));
        assert_free(show(STRANGER, &claim, SALT));
        assert_free(show(CHALLENGER, &claim, SALT));
        assert_paid(&claim, CHALLENGER);
    });
}

#[test]
fn liar_should_lose_at_least_half_its_lock_when_it_seals_its_own_lie() {
    ExtBuilder::default().build_and_execute(|| {
        // It knows its lie before everyone else, so its seal is the earliest.
        let claim = lie();
        seal(WORKER, &claim);
        claim.reveal(R, WORKER);
        pass(1);
        assert_free(prove(CHALLENGER, &claim, None));
        assert_free(show(WORKER, &claim, SALT));
        pass(WINDOW + 1);
        assert_ok!(release(&claim));
        assert_eq!(total(WORKER), FUNDS - LOCK + BOUNTY);
    });
    ExtBuilder::default().build_and_execute(|| {
        // And when nobody finds it, the seal costs what it would have saved.
        let claim = lie();
        seal(WORKER, &claim);
        claim.reveal(R, WORKER);
        Book::close(R);
        pass(LIFETIME + 1 + WINDOW);
        assert_ok!(forfeit(WORKER, seal_of(WORKER, &claim)));
        assert_eq!(total(WORKER), FUNDS - SEAL);
        assert!(FUNDS - total(WORKER) >= BOUNTY);
    });
}
