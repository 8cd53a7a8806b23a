//! Weaknesses that other chains for paid computation had, one test each, named after the weakness and run on the whole
//! runtime. The disputes pallet's README lists them, with the tests of the rules behind each.

use super::world::*;
use super::*;
use codec::Decode;
use frame_support::traits::fungible::Mutate;
use pallet_disputes::{ChallengeState, Error as DisputesError};
use pallet_inference::{Error as InferenceError, RequestStatus, SettleBranch, SlotState};
use pallet_workers::Error as WorkersError;
use sp_runtime::traits::Dispatchable;
use veritrace_primitives::{
    page::Subject,
    proof::{ChallengeProof, Contradiction, Target},
    traits::{RequestId, WorkerPool},
};

/// The node whose inputs exceed the step limit of the development preset, and the others of the model.
const LARGE: u16 = 0;
const SMALL: u16 = 1;
const LAST: u16 = 2;

fn bounty() -> Balance {
    pallet_inference::Parameters::<Runtime>::get().bounty
}

fn is_convicted(id: RequestId) -> bool {
    System::events().into_iter().any(|record| {
        matches!(
            record.event,
            RuntimeEvent::Disputes(pallet_disputes::Event::ClaimConvicted { request, .. })
                if request == id
        )
    })
}

fn state_of(id: RequestId, worker: Sr25519Keyring) -> ChallengeState<BlockNumber> {
    let claim = (id, worker.to_account_id());
    pallet_disputes::Challenges::<Runtime>::get(claim, Subject::Node(LARGE))
        .expect("it is challenged")
        .state
}

fn accusations_of(worker: Sr25519Keyring) -> u32 {
    pallet_workers::Workers::<Runtime>::get(worker.to_account_id())
        .expect("it is registered")
        .accusations
}

/// One worker's lie about a small node, and the proof against it.
fn lie(digits: &Digits) -> (Answer, Vec<u8>) {
    let lie = digits.lie_at(SMALL, 0x80);
    let proof = digits.contradiction(&lie, SMALL, Target::Whole);
    (lie, proof)
}

#[test]
fn anyone_could_lock_or_stop_the_task_of_another() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let (worker, honest) = (workers[0], digits.honest());
        let stranger = WORKERS
            .into_iter()
            .find(|other| *other != worker)
            .expect("there are three");
        let before = record(id);
        for other in [CHALLENGER, KEEPER, stranger] {
            fails(
                other,
                pallet_inference::Call::cancel_request { request: id },
                InferenceError::<Runtime>::NotRequester,
            );
        }
        fails(
            CHALLENGER,
            result(id, &honest),
            InferenceError::<Runtime>::NotAnOperator,
        );
        fails(
            operator_of(stranger),
            result(id, &honest),
            InferenceError::<Runtime>::NotAssigned,
        );
        fails(
            CHALLENGER,
            complain(id),
            InferenceError::<Runtime>::NotAnOperator,
        );
        fails(
            CHALLENGER,
            pallet_workers::Call::stop_serving {
                model: digits.model,
            },
            WorkersError::<Runtime>::NotRegistered,
        );
        fails(
            USER,
            pallet_models::Call::deprecate {
                model: digits.model,
            },
            pallet_models::Error::<Runtime>::NotOwner,
        );
        fails(KEEPER, settle(id), InferenceError::<Runtime>::NothingDue);
        assert_eq!(record(id), before);
        ok(operator_of(worker), result(id, &honest));
        pass(7);
        assert_eq!(record(id), None);
    });
}

#[test]
fn a_suspension_was_overwritten_by_a_stale_copy() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let (accused, honest) = (workers[0], digits.honest());
        ok(operator_of(accused), result(id, &honest));
        ok(
            CHALLENGER,
            challenge(id, accused, digits.challenge(&honest, LARGE)),
        );
        assert_eq!(accusations_of(accused), 1);
        // Whatever else of the worker is written afterwards.
        ok(accused, pallet_workers::Call::bond_extra { amount: UNIT });
        ok(
            accused,
            pallet_workers::Call::set_min_price { min_price: 1 },
        );
        ok(
            accused,
            pallet_workers::Call::stop_serving {
                model: digits.model,
            },
        );
        ok(
            accused,
            pallet_workers::Call::serve_model {
                model: digits.model,
            },
        );
        ok(
            accused,
            pallet_workers::Call::set_operator {
                operator: Sr25519Keyring::CharlieStash.to_account_id(),
            },
        );
        ok(
            KEEPER,
            pallet_workers::Call::refresh_tickets {
                worker: accused.to_account_id(),
                model: digits.model,
            },
        );
        assert_eq!(accusations_of(accused), 1);
        pass(3);
        assert_eq!(accusations_of(accused), 1);
        for _ in 0..4 {
            let (_, next) = ask(digits, 2);
            assert!(!next.contains(&accused));
        }
    });
}

#[test]
fn weights_were_constant() {
    use pallet_disputes::weights::WeightInfo as _;
    use pallet_inference::weights::WeightInfo as _;
    use pallet_models::weights::WeightInfo as _;
    type Disputes = pallet_disputes::weights::SubstrateWeight<Runtime>;
    type Inference = pallet_inference::weights::SubstrateWeight<Runtime>;
    type Models = pallet_models::weights::SubstrateWeight<Runtime>;
    type Weigh = fn(u32) -> frame_support::weights::Weight;
    let calls: [(&str, Weigh); 12] = [
        ("bytes of a proof of a node", |n| {
            Disputes::contradict_node_convicts(n, 1)
        }),
        ("work of a proof of a node", |n| {
            Disputes::contradict_node_convicts(1, n)
        }),
        ("bytes of a rejected proof", |n| {
            Disputes::contradict_node_rejected(n, 1)
        }),
        ("work of a rejected proof", |n| {
            Disputes::contradict_node_rejected(1, n)
        }),
        ("bytes of a proof of a tile", |n| {
            Disputes::contradict_tile_convicts(n, 1)
        }),
        ("work of a proof of a tile", |n| {
            Disputes::contradict_tile_convicts(1, n)
        }),
        ("work of a proof of an element", |n| {
            Disputes::contradict_element_convicts(n)
        }),
        ("bytes of an opening", |n| Disputes::open_tensor(n)),
        ("leaves of a result", |n| {
            Inference::submit_inference_result(n, 1)
        }),
        ("bytes of a result", |n| {
            Inference::submit_inference_result(1, n)
        }),
        ("claims of a conviction", |n| Inference::convict(n)),
        ("nodes of a page", |n| Models::submit_graph_page(n, 1)),
    ];
    for (what, weight) in calls {
        let (few, many) = (weight(1), weight(1_001));
        assert!(
            many.ref_time() > few.ref_time(),
            "{what}: {few:?}, {many:?}"
        );
    }
}

#[test]
fn there_was_one_proof_per_task_ever() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let liar = workers[0];
        let (first, proof) = lie(digits);
        ok(operator_of(liar), result(id, &first));
        // Neither proofs that prove nothing nor a friend's challenge use anything up.
        for _ in 0..3 {
            let nothing = contradict(id, liar, vec![0; 16], &Target::Whole);
            ok(USER, nothing);
        }
        ok(KEEPER, challenge(id, liar, digits.challenge(&first, LARGE)));
        assert!(!is_convicted(id));
        ok(
            CHALLENGER,
            contradict(id, liar, proof.clone(), &Target::Whole),
        );
        assert!(is_convicted(id));
        // Nor does a conviction: the next liar of the same request falls, too.
        let next = drawn(id)[0];
        let second = digits.lie_at(SMALL, 0x40);
        ok(operator_of(next), result(id, &second));
        let proof = digits.contradiction(&second, SMALL, Target::Whole);
        ok(CHALLENGER, contradict(id, next, proof, &Target::Whole));
        assert!(is_convicted(id));
    });
}

#[test]
fn a_field_of_a_receipt_was_unchecked_and_had_no_fraud_proof() {
    for node in [LARGE, SMALL, LAST] {
        story(|digits| {
            let (id, workers) = ask(digits, 1);
            let liar = workers[0];
            // What has no proof is refused: an answer that is not its leaf, and leaves that are too few or too many.
            let mut other = digits.honest();
            other.outputs[usize::from(SMALL)][3] ^= 1;
            other.outputs[usize::from(LAST)][0] ^= 1;
            fails(
                operator_of(liar),
                result(id, &other),
                InferenceError::<Runtime>::OutputMismatch,
            );
            let mut short = digits.honest();
            short.leaves.remove(0);
            fails(
                operator_of(liar),
                result(id, &short),
                InferenceError::<Runtime>::TraceLengthMismatch,
            );
            // What is taken has one: whichever leaf is false.
            let lie = digits.lie_at(node, 1);
            ok(operator_of(liar), result(id, &lie));
            if node == LARGE {
                ok(
                    CHALLENGER,
                    challenge(id, liar, digits.challenge(&lie, node)),
                );
                let opened = digits.opening(&lie, node);
                ok(operator_of(liar), open(id, node, &opened));
                let target = digits.wrong_target(&opened, node, false);
                let proof = digits.contradiction(&lie, node, target.clone());
                ok(CHALLENGER, contradict(id, liar, proof, &target));
            } else {
                let proof = digits.contradiction(&lie, node, Target::Whole);
                ok(CHALLENGER, contradict(id, liar, proof, &Target::Whole));
            }
            assert!(is_convicted(id), "node {node}");
        });
    }
}

#[test]
fn an_index_out_of_bounds_could_not_be_challenged() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let worker = workers[0];
        // A claim names no index: it has a leaf for every node, and the last can be contradicted as the first.
        let mut long = digits.honest();
        long.leaves.push([1; 32]);
        fails(
            operator_of(worker),
            result(id, &long),
            InferenceError::<Runtime>::TraceLengthMismatch,
        );
        let lie = digits.lie_at(LAST, 1);
        ok(operator_of(worker), result(id, &lie));
        // Whoever names one that is not there pays, and nothing else comes of it.
        let before = record(id);
        for index in [3u16, 0x8000, u16::MAX] {
            let mut beyond = ChallengeProof::decode(&mut &digits.challenge(&lie, LAST)[..])
                .expect("it is encoded so");
            beyond.index = index;
            let paid = wealth(USER);
            ok(USER, challenge(id, worker, beyond.encode()));
            assert!(wealth(USER) < paid);
            let proof = digits.contradiction(&lie, LAST, Target::Whole);
            let mut beyond = Contradiction::decode(&mut &proof[..]).expect("it is encoded so");
            beyond.index = index;
            ok(
                USER,
                contradict(id, worker, beyond.encode(), &Target::Whole),
            );
            assert_eq!(record(id), before);
        }
        let proof = digits.contradiction(&lie, LAST, Target::Whole);
        ok(CHALLENGER, contradict(id, worker, proof, &Target::Whole));
        assert!(is_convicted(id));
    });
}

#[test]
fn slashing_an_operator_that_had_left_halted_the_chain() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let liar = workers[0];
        let (claimed, proof) = lie(digits);
        ok(operator_of(liar), result(id, &claimed));
        let lock = lock_of(liar, id);
        ok(
            liar,
            pallet_workers::Call::unbond {
                amount: BOND - lock,
            },
        );
        ok(
            liar,
            pallet_workers::Call::stop_serving {
                model: digits.model,
            },
        );
        fails(
            liar,
            pallet_workers::Call::deregister {},
            WorkersError::<Runtime>::StillBonded,
        );
        ok(CHALLENGER, contradict(id, liar, proof, &Target::Whole));
        assert_eq!(stake_of(liar), 0);
        pass(pallet_workers::Parameters::<Runtime>::get().unbond_delay);
        ok(liar, pallet_workers::Call::withdraw_unbonded {});
        ok(liar, pallet_workers::Call::deregister {});
        // It is gone. Were it slashed once more, nothing would happen, and blocks go on.
        let account = liar.to_account_id();
        let shares = [(CHALLENGER.to_account_id(), bounty())];
        let slashed = <Workers as WorkerPool<AccountId, Balance>>::slash(&account, id, &shares);
        assert_eq!((slashed.paid, slashed.burned), (0, 0));
        <Workers as WorkerPool<AccountId, Balance>>::accuse(&account);
        <Workers as WorkerPool<AccountId, Balance>>::absolve(&account);
        pass(3);
    });
}

#[test]
fn an_accused_operator_went_on_working() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let (accused, honest) = (workers[0], digits.honest());
        ok(operator_of(accused), result(id, &honest));
        ok(
            CHALLENGER,
            challenge(id, accused, digits.challenge(&honest, LARGE)),
        );
        for _ in 0..2 {
            let (_, next) = ask(digits, 2);
            assert!(!next.contains(&accused));
        }
        ok(
            operator_of(accused),
            open(id, LARGE, &digits.opening(&honest, LARGE)),
        );
        let ChallengeState::Opened { due } = state_of(id, accused) else {
            panic!("it is opened");
        };
        pass(due - System::block_number());
        ok(KEEPER, expire(id, accused, LARGE));
        assert_eq!(accusations_of(accused), 0);
        // Cleared, it is drawn again.
        assert!((0..20).any(|_| ask(digits, 1).1.contains(&accused)));
    });
}

#[test]
fn one_call_cleared_1440_bad_receipts() {
    // What a call does does not grow with what is open: the heaviest step of a request is a small part of a block.
    let weights = RuntimeBlockWeights::get();
    let heaviest = SettleBranch::heaviest::<Runtime>();
    assert!(heaviest
        .saturating_mul(4)
        .all_lte(weights.max_block.saturating_sub(weights.base_block)));
    story(|digits| {
        for worker in WORKERS {
            ok(
                operator_of(worker),
                pallet_workers::Call::stop_serving {
                    model: digits.model,
                },
            );
        }
        // And as many as 1,440 that fail in the same block are left to the room that blocks have.
        let most = pallet_inference::Parameters::<Runtime>::get().max_open_per_account;
        let first = pallet_inference::NextRequestId::<Runtime>::get();
        for at in 0..1_440u32 {
            let user = AccountId::new([u8::try_from(at / most).expect("few accounts"); 32]);
            if at % most == 0 {
                Balances::mint_into(&user, 1_000 * UNIT).expect("it is an account");
            }
            let call = RuntimeCall::from(pallet_inference::Call::submit_inference_request {
                model: digits.model,
                inputs: digits.asked(),
                max_price: PRICE,
                deadline: DEADLINE,
                redundancy: 1,
            });
            call.dispatch(RuntimeOrigin::signed(user))
                .expect("it is taken");
        }
        let open = || {
            pallet_inference::InferenceRequests::<Runtime>::iter_keys()
                .filter(|id| *id >= first)
                .count()
        };
        assert_eq!(open(), 1_440);
        let due = record(first).expect("it is open").due;
        let mut blocks = 0;
        while open() > 0 {
            end_block();
            let used = System::block_weight().total();
            assert!(used.all_lte(weights.max_block), "{used:?}");
            begin_block();
            blocks += 1;
            assert!(
                blocks < 100,
                "{} are left in block {}",
                open(),
                System::block_number()
            );
        }
        assert!(System::block_number() > due);
    });
}

#[test]
fn a_commitment_without_the_account_was_copied_by_a_front_runner() {
    story(|digits| {
        let (id, workers) = ask(digits, 2);
        let (author, copyist, honest) = (workers[0], workers[1], digits.honest());
        // The copy goes first, and is worth nothing to whose account is not in it.
        ok(operator_of(copyist), commit(id, author, &honest));
        ok(operator_of(author), commit(id, author, &honest));
        ok(operator_of(author), reveal(id, &honest));
        fails(
            operator_of(copyist),
            reveal(id, &honest),
            InferenceError::<Runtime>::CommitmentMismatch,
        );
        let stake = stake_of(copyist);
        while record(id).is_some_and(|record| record.status == RequestStatus::Revealing) {
            pass(1);
        }
        assert!(stake_of(copyist) < stake);
        let before = wealth(author);
        while record(id).is_some() {
            pass(1);
        }
        assert!(wealth(author) > before);
    });
}

#[test]
fn a_clock_was_gamed_by_moves_in_the_last_second() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let (worker, honest) = (workers[0], digits.honest());
        ok(operator_of(worker), result(id, &honest));
        let parameters = pallet_disputes::Parameters::<Runtime>::get();
        let window = pallet_inference::Parameters::<Runtime>::get().min_window_after_challenge;
        let left = |due: BlockNumber| due - System::block_number();
        // A challenge in the last block of the window: the worker has all of its clock.
        while left(record(id).expect("it is open").due) > 1 {
            pass(1);
        }
        ok(
            CHALLENGER,
            challenge(id, worker, digits.challenge(&honest, LARGE)),
        );
        let ChallengeState::Awaiting { due } = state_of(id, worker) else {
            panic!("it awaits an opening");
        };
        assert!(left(due) >= parameters.open_clock);
        // An opening in the last block of that: whoever contradicts it has all of his.
        while left(due) > 1 {
            pass(1);
        }
        ok(
            operator_of(worker),
            open(id, LARGE, &digits.opening(&honest, LARGE)),
        );
        let ChallengeState::Opened { due } = state_of(id, worker) else {
            panic!("it is opened");
        };
        assert!(left(due) >= parameters.contradict_clock);
        fails(
            KEEPER,
            expire(id, worker, LARGE),
            DisputesError::<Runtime>::TooEarly,
        );
        while left(due) > 0 {
            pass(1);
        }
        // When it is over, others still have their time.
        ok(KEEPER, expire(id, worker, LARGE));
        assert!(left(record(id).expect("it is open").due) >= window);
    });
}

#[test]
fn the_worker_was_paid_by_default_when_the_verifier_was_silent() {
    story(|digits| {
        let (id, workers) = ask(digits, 2);
        let (claimed, proof) = lie(digits);
        claim(id, &workers, &[claimed, digits.honest()]);
        let user = wealth(USER);
        let before: Vec<_> = workers.iter().map(|worker| wealth(*worker)).collect();
        // Nobody looks. Nobody is paid, the user has his money, and the stake of both waits for a verdict.
        pass(40);
        assert_eq!(
            record(id).map(|record| record.status),
            Some(RequestStatus::Contested)
        );
        assert_eq!((held_of(USER), wealth(USER)), (0, user));
        for (worker, before) in workers.iter().zip(before) {
            assert!(wealth(*worker) <= before);
            assert!(lock_of(*worker, id) > 0);
        }
        // Whoever looks later is not too late.
        ok(
            CHALLENGER,
            contradict(id, workers[0], proof, &Target::Whole),
        );
        assert!(is_convicted(id));
        assert_eq!(lock_of(workers[0], id), 0);
    });
}

#[test]
fn a_majority_had_a_free_ride_on_one_runner() {
    story(|digits| {
        let (id, workers) = ask(digits, 3);
        let (told, proof) = lie(digits);
        // Two say what one of them made up; the third has computed.
        claim(id, &workers, &[told.clone(), told.clone(), digits.honest()]);
        let honest = workers[2];
        let (before, user) = (wealth(honest), wealth(USER));
        ok(
            CHALLENGER,
            contradict(id, workers[0], proof, &Target::Whole),
        );
        let states: Vec<_> = record(id)
            .expect("it is open")
            .slots
            .iter()
            .map(|slot| slot.state == SlotState::Struck)
            .collect();
        assert_eq!(states, [true, true, false]);
        while record(id).is_some() {
            pass(1);
        }
        assert!(wealth(honest) > before);
        // The user has paid for one answer, and was compensated for two lies.
        assert_eq!(wealth(USER), user + 2 * PRICE - PRICE);
    });
}

#[cfg(feature = "try-runtime")]
#[test]
fn try_state_of_the_whole_chain_was_switched_off() {
    use frame_support::{
        storage::{with_transaction_unchecked, TransactionOutcome},
        traits::{TryState, TryStateSelect},
    };
    let holds =
        || AllPalletsWithSystem::try_state(System::block_number(), TryStateSelect::All).is_ok();
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let (worker, honest) = (workers[0], digits.honest());
        ok(operator_of(worker), result(id, &honest));
        ok(
            CHALLENGER,
            challenge(id, worker, digits.challenge(&honest, LARGE)),
        );
        assert!(holds());
        let account = worker.to_account_id();
        let planted: [(&str, &dyn Fn()); 5] = [
            ("models", &|| {
                pallet_models::Cards::<Runtime>::remove(digits.model);
            }),
            ("workers", &|| {
                pallet_workers::Workers::<Runtime>::mutate(&account, |record| {
                    record.as_mut().expect("it is there").stake += 1;
                });
            }),
            ("inference", &|| {
                pallet_inference::InferenceRequests::<Runtime>::mutate(id, |record| {
                    record.as_mut().expect("it is there").escrow += 1;
                });
            }),
            ("disputes", &|| {
                let claim = (id, account.clone());
                pallet_disputes::Challenges::<Runtime>::mutate(
                    claim,
                    Subject::Node(LARGE),
                    |record| record.as_mut().expect("it is there").bond += 1,
                );
            }),
            ("payouts", &|| {
                pallet_payouts::TotalClaimable::<Runtime>::put(1);
            }),
        ];
        for (pallet, plant) in planted {
            with_transaction_unchecked(|| {
                plant();
                assert!(!holds(), "what was planted in {pallet} goes unnoticed");
                TransactionOutcome::Rollback(())
            });
        }
        assert!(holds());
    });
}
