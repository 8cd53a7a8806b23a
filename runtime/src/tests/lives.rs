//! Whole lives of requests on the real runtime, with a real model: every transaction signed, every fee paid, the books
//! checked after each block.

use super::world::*;
use super::*;
use pallet_disputes::{Error as DisputesError, Evidence};
use pallet_inference::{Error as InferenceError, RequestStatus, SettleBranch, SlotState};
use pallet_workers::Error as WorkersError;
use veritrace_primitives::page::Subject;
use veritrace_primitives::proof::{Opening, Target};

/// The node whose inputs exceed the step limit of the development preset, and one whose inputs do not.
const LARGE: u16 = 0;
const SMALL: u16 = 1;

fn bounty() -> Balance {
    pallet_inference::Parameters::<Runtime>::get().bounty
}

/// Until bounties are free.
fn collect() {
    let window = pallet_disputes::Parameters::<Runtime>::get().seal_reveal_window;
    pass(window + 1);
    sweep_bounties();
}

/// Blocks that the worker still has to open the node, after this one.
fn clock_of(id: u64, worker: Sr25519Keyring, node: u16) -> BlockNumber {
    let claim = (id, worker.to_account_id());
    let record = pallet_disputes::Challenges::<Runtime>::get(claim, Subject::Node(node)).unwrap();
    match record.state {
        pallet_disputes::ChallengeState::Awaiting { due } => due - System::block_number() - 1,
        pallet_disputes::ChallengeState::Opened { .. } => panic!("it is opened"),
    }
}

fn convicted(id: u64) -> Vec<(u16, Evidence, u32)> {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Disputes(pallet_disputes::Event::ClaimConvicted {
                request,
                subject,
                evidence,
                struck,
                ..
            }) if request == id => Some((subject.index(), evidence, struck)),
            _ => None,
        })
        .collect()
}

#[test]
fn nothing_should_stay_behind_when_everyone_has_left() {
    story(|digits| {
        let issued = Balances::total_issuance();
        let author = wealth(AUTHOR);
        let user = wealth(USER);
        let (id, workers) = ask(digits, 1);
        let asked = user - wealth(USER);
        let worker = wealth(workers[0]);
        let treasury = Balances::balance(&treasury_account());
        ok(operator_of(workers[0]), result(id, &digits.honest()));
        let fees = Balances::balance(&treasury_account()) - treasury;
        fails(KEEPER, settle(id), InferenceError::<Runtime>::NothingDue);
        let keeper = Balances::balance(&treasury_account()) - treasury - fees;
        pass(7);

        assert_eq!(record(id), None);
        let (royalty, fee) = (PRICE / 10, PRICE / 20);
        assert_eq!(wealth(AUTHOR), author + royalty);
        assert_eq!(wealth(workers[0]), worker + PRICE - royalty - fee);
        assert_eq!(wealth(USER), user - asked - PRICE);
        assert_eq!(
            Balances::balance(&treasury_account()),
            treasury + fees + keeper + fee
        );
        assert_eq!(Balances::total_issuance(), issued);

        for worker in WORKERS {
            ok(
                operator_of(worker),
                pallet_workers::Call::stop_serving {
                    model: digits.model,
                },
            );
            ok(worker, pallet_workers::Call::unbond { amount: BOND });
        }
        fails(
            WORKERS[0],
            pallet_workers::Call::deregister {},
            WorkersError::<Runtime>::StillBonded,
        );
        let delay = pallet_workers::Parameters::<Runtime>::get().unbond_delay;
        pass(delay);
        for worker in WORKERS {
            ok(worker, pallet_workers::Call::withdraw_unbonded {});
            ok(worker, pallet_workers::Call::deregister {});
        }
        ok(
            AUTHOR,
            pallet_models::Call::deprecate {
                model: digits.model,
            },
        );
        ok(
            AUTHOR,
            pallet_models::Call::remove {
                model: digits.model,
            },
        );
        pass(1);
        assert_eq!(leftovers(), Vec::<String>::new());
        assert_eq!(pallet_balances::Holds::<Runtime>::iter().count(), 0);
        assert_eq!(Balances::total_issuance(), issued);
    });
}

#[test]
fn every_worker_should_be_paid_when_three_agree() {
    story(|digits| {
        let (id, workers) = ask(digits, 3);
        assert_eq!(workers.len(), 3);
        let before: Vec<_> = workers.iter().map(|worker| wealth(*worker)).collect();
        let user = wealth(USER);
        let honest = digits.honest();
        claim(id, &workers, &[honest.clone(), honest.clone(), honest]);
        pass(4);
        assert_eq!(record(id), None);
        let part = PRICE - PRICE / 10 - PRICE / 20;
        for (worker, before) in workers.into_iter().zip(before) {
            assert_eq!(wealth(worker), before + part);
        }
        assert_eq!(wealth(USER), user - 3 * PRICE);
        assert_eq!(held_of(USER), 0);
    });
}

#[test]
fn liar_should_be_convicted_in_one_transaction_when_the_node_is_small() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let liar = workers[0];
        let lie = digits.lie_at(SMALL, 0x80);
        ok(operator_of(liar), result(id, &lie));
        let lock = lock_of(liar, id);
        let (user, challenger, stake) = (wealth(USER), wealth(CHALLENGER), stake_of(liar));
        let proof = digits.contradiction(&lie, SMALL, Target::Whole);
        ok(CHALLENGER, contradict(id, liar, proof, &Target::Whole));

        assert_eq!(
            convicted(id),
            [(
                SMALL,
                Evidence::Contradiction(veritrace_primitives::proof::TargetKind::Node),
                1
            )]
        );
        // Free: the bounty comes whole, and nothing was paid.
        assert_eq!(wealth(CHALLENGER), challenger + bounty());
        assert_eq!(wealth(USER), user + PRICE);
        assert_eq!(stake_of(liar), stake - lock);
        assert!(bounty() + PRICE <= lock / 2);

        // The request goes on with another worker, who is paid.
        let next = drawn(id);
        assert_ne!(next, [liar]);
        ok(operator_of(next[0]), result(id, &digits.honest()));
        pass(7);
        assert_eq!(record(id), None);
        assert_eq!(wealth(USER), user);
    });
}

#[test]
fn liar_should_be_convicted_in_three_transactions_when_the_node_is_large() {
    for by_element in [false, true] {
        story(|digits| {
            let (id, workers) = ask(digits, 1);
            let liar = workers[0];
            let lie = digits.lie_at(LARGE, 0x40);
            ok(operator_of(liar), result(id, &lie));
            let before = wealth(CHALLENGER);

            // Above the step limit: not in one.
            let whole = digits.contradiction(&lie, LARGE, Target::Whole);
            ok(CHALLENGER, contradict(id, liar, whole, &Target::Whole));
            assert_eq!(convicted(id), []);
            let rejected = before - wealth(CHALLENGER);
            assert!(
                rejected > pallet_disputes::Parameters::<Runtime>::get().rejected_proof_penalty
            );

            let before = wealth(CHALLENGER);
            ok(
                CHALLENGER,
                challenge(id, liar, digits.challenge(&lie, LARGE)),
            );
            let opened = digits.opening(&lie, LARGE);
            ok(operator_of(liar), open(id, LARGE, &opened));
            let target = digits.wrong_target(&opened, LARGE, by_element);
            let proof = digits.contradiction(&lie, LARGE, target.clone());
            ok(CHALLENGER, contradict(id, liar, proof, &target));
            assert_eq!(convicted(id).len(), 1);
            ok(KEEPER, reclaim(id, liar, LARGE));
            assert_eq!(wealth(CHALLENGER), before + bounty());
            assert_eq!(held_of(CHALLENGER), bounty());
            collect();
            assert_eq!(wealth(CHALLENGER), before + bounty());
            assert_eq!(held_of(CHALLENGER), 0);
        });
    }
}

#[test]
fn copied_proof_should_not_take_the_bounty() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let liar = workers[0];
        let lie = digits.lie_at(SMALL, 0x80);
        ok(operator_of(liar), result(id, &lie));
        let root = lie.trace_root();
        let (before, copyist, escrow) = (wealth(CHALLENGER), wealth(USER), held_of(USER));
        let [sealed, shown] = seal(CHALLENGER, id, root, SMALL, [1; 32]);
        ok(CHALLENGER, sealed);
        pass(1);
        // The copyist sees the proof, keeps it out of this block, and has sealed the same in the next one.
        let proof = digits.contradiction(&lie, SMALL, Target::Whole);
        let [copied, _] = seal(USER, id, root, SMALL, [2; 32]);
        ok(USER, copied);
        pass(1);
        let by = |salt| contradict_sealed(id, liar, proof.clone(), &Target::Whole, Some(salt));
        ok(USER, by([2; 32]));
        assert_eq!(convicted(id).len(), 1);
        fails(
            CHALLENGER,
            by([1; 32]),
            DisputesError::<Runtime>::ClaimNotOpen,
        );
        ok(CHALLENGER, shown);
        assert_eq!(held_of(CHALLENGER), bounty());
        // Its own seal was true, too.
        assert_eq!(held_of(USER), escrow);
        collect();
        assert_eq!(held_of(CHALLENGER), 0);
        // But for fees, and what the user has for being lied to.
        let fees = 2 * UNIT;
        assert!(wealth(CHALLENGER) > before + bounty() - fees);
        assert!(wealth(USER) < copyist + PRICE);
    });
}

#[test]
fn liar_should_be_convicted_when_the_challenge_is_not_answered() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let liar = workers[0];
        let lie = digits.lie_at(LARGE, 1);
        ok(operator_of(liar), result(id, &lie));
        let before = wealth(CHALLENGER);
        ok(
            CHALLENGER,
            challenge(id, liar, digits.challenge(&lie, LARGE)),
        );
        let clock = clock_of(id, liar, LARGE);
        pass(clock);
        // The last block in which an opening counts is no block in which the challenge has expired.
        fails(
            KEEPER,
            expire(id, liar, LARGE),
            DisputesError::<Runtime>::TooEarly,
        );
        pass(1);
        fails(
            operator_of(liar),
            open(id, LARGE, &digits.opening(&lie, LARGE)),
            DisputesError::<Runtime>::TooLate,
        );
        ok(KEEPER, expire(id, liar, LARGE));
        assert_eq!(convicted(id), [(LARGE, Evidence::Silence, 1)]);
        assert_eq!(wealth(CHALLENGER), before + bounty());
        collect();
        assert_eq!(held_of(CHALLENGER), 0);
    });
}

#[test]
fn false_accuser_should_pay_when_the_worker_answers() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let honest = digits.honest();
        ok(operator_of(workers[0]), result(id, &honest));
        let (worker, challenger) = (wealth(workers[0]), wealth(CHALLENGER));
        let stake = stake_of(workers[0]);
        ok(
            CHALLENGER,
            challenge(id, workers[0], digits.challenge(&honest, LARGE)),
        );
        let bond = held_of(CHALLENGER);
        ok(
            operator_of(workers[0]),
            open(id, LARGE, &digits.opening(&honest, LARGE)),
        );
        let parameters = pallet_disputes::Parameters::<Runtime>::get();
        pass(parameters.contradict_clock);
        fails(
            KEEPER,
            expire(id, workers[0], LARGE),
            DisputesError::<Runtime>::TooEarly,
        );
        pass(1);
        // Past the window; the claim is not final while a challenge runs.
        fails(
            KEEPER,
            settle(id),
            InferenceError::<Runtime>::ChallengesOpen,
        );
        ok(KEEPER, expire(id, workers[0], LARGE));
        assert_eq!(wealth(CHALLENGER), challenger - bond);
        assert_eq!(wealth(workers[0]), worker + bond / 2);
        // A minimum of the window is left, and no more.
        let rest = pallet_inference::Parameters::<Runtime>::get().min_window_after_challenge;
        assert_eq!(record(id).unwrap().due, System::block_number() + rest);
        pass(rest + 1);
        assert_eq!(record(id), None);
        assert_eq!(stake_of(workers[0]), stake);
    });
}

#[test]
fn serial_challenges_should_cost_a_bond_for_each_node_and_end_with_the_nodes() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let (worker, honest) = (workers[0], digits.honest());
        ok(operator_of(worker), result(id, &honest));
        let (start, before) = (System::block_number(), wealth(CHALLENGER));
        let nodes = digits.graph.nodes.len() as u16;
        let parameters = pallet_disputes::Parameters::<Runtime>::get();
        let mut bonds = 0;
        for node in 0..nodes {
            ok(
                CHALLENGER,
                challenge(id, worker, digits.challenge(&honest, node)),
            );
            bonds += held_of(CHALLENGER);
            ok(
                operator_of(worker),
                open(id, node, &digits.opening(&honest, node)),
            );
            pass(parameters.contradict_clock + 1);
            ok(KEEPER, expire(id, worker, node));
        }
        for node in 0..nodes {
            fails(
                CHALLENGER,
                challenge(id, worker, digits.challenge(&honest, node)),
                DisputesError::<Runtime>::AlreadyOpened,
            );
        }
        assert!(bonds >= parameters.bond_base * Balance::from(nodes));
        assert!(before - wealth(CHALLENGER) >= bonds);
        let rest = pallet_inference::Parameters::<Runtime>::get().min_window_after_challenge;
        pass(rest + 1);
        assert_eq!(record(id), None);
        let longest = u32::from(nodes) * (parameters.contradict_clock + 1) + rest + 1;
        assert!(System::block_number() - start <= longest);
    });
}

#[test]
fn equal_lies_should_fall_together_and_leave_the_bonds_to_be_reclaimed() {
    story(|digits| {
        let (id, workers) = ask(digits, 2);
        let lie = digits.lie_at(SMALL, 3);
        claim(id, &workers, &[lie.clone(), lie.clone()]);
        assert!(record(id).unwrap().is_unanimous());
        let (challenger, user) = (wealth(CHALLENGER), wealth(USER));
        for worker in &workers {
            ok(
                CHALLENGER,
                challenge(id, *worker, digits.challenge(&lie, LARGE)),
            );
        }
        let proof = digits.contradiction(&lie, SMALL, Target::Whole);
        ok(
            CHALLENGER,
            contradict(id, workers[0], proof.clone(), &Target::Whole),
        );
        assert_eq!(convicted(id)[0].2, 2);
        // A verdict is for both; the second claim is not there to be proved again.
        fails(
            KEEPER,
            contradict(id, workers[1], proof, &Target::Whole),
            DisputesError::<Runtime>::ClaimNotOpen,
        );
        for worker in &workers {
            ok(KEEPER, reclaim(id, *worker, LARGE));
        }
        assert_eq!(wealth(CHALLENGER), challenger + 2 * bounty());
        assert_eq!(wealth(USER), user + 2 * PRICE);
        assert_eq!(held_of(CHALLENGER), 2 * bounty());

        // Only one worker is left, so that two are not found: the user has the money back.
        let window = pallet_inference::Parameters::<Runtime>::get().assign_window;
        pass(window + 1);
        assert_eq!(record(id), None);
        assert_eq!(held_of(USER), 0);
        assert_eq!(wealth(USER), user + 2 * PRICE);
        for worker in workers {
            assert_eq!(lock_of(worker, id), 0);
        }
    });
}

/// A request whose input is named by its root, and who was drawn for it.
fn ask_by_root(digits: &Digits, redundancy: u8) -> (u64, Vec<Sr25519Keyring>) {
    let id = pallet_inference::NextRequestId::<Runtime>::get();
    ok(
        USER,
        pallet_inference::Call::submit_inference_request {
            model: digits.model,
            inputs: digits.asked_by_root(),
            max_price: PRICE * Balance::from(redundancy),
            deadline: DEADLINE,
            redundancy,
        },
    );
    (id, drawn(id))
}

#[test]
fn workers_should_be_compensated_when_an_input_is_not_published() {
    story(|digits| {
        let (id, workers) = ask_by_root(digits, 2);
        let user = wealth(USER);
        let before: Vec<_> = workers.iter().map(|worker| wealth(*worker)).collect();
        ok(operator_of(workers[0]), complain(id));
        let parameters = pallet_inference::Parameters::<Runtime>::get();
        assert_eq!(held_of(operator_of(workers[0])), parameters.complaint_fee);
        pass(parameters.publish_window + 1);
        assert_eq!(record(id), None);
        let share = parameters.unavailability_share * PRICE;
        for (worker, before) in workers.iter().zip(before) {
            assert_eq!(wealth(*worker), before + share);
            assert_eq!(lock_of(*worker, id), 0);
        }
        assert_eq!(held_of(operator_of(workers[0])), 0);
        assert_eq!((held_of(USER), wealth(USER)), (0, user - 2 * share));
    });
}

/// Proofs are about roots: who has the input convicts a lie about one that is not on chain.
#[test]
fn lie_about_a_private_input_should_fall_to_whoever_has_it() {
    story(|digits| {
        let (id, workers) = ask_by_root(digits, 1);
        let lie = digits.lie_at(SMALL, 9);
        ok(operator_of(workers[0]), result(id, &lie));
        let proof = digits.contradiction(&lie, SMALL, Target::Whole);
        ok(
            CHALLENGER,
            contradict(id, workers[0], proof, &Target::Whole),
        );
        assert_eq!(convicted(id).len(), 1);
        collect();
    });
}

#[test]
fn request_should_be_answered_in_public_when_its_input_is_published() {
    story(|digits| {
        let (id, workers) = ask_by_root(digits, 1);
        let operator = operator_of(workers[0]);
        ok(operator, complain(id));
        let fails_now = InferenceError::<Runtime>::WrongPhase;
        fails(operator, result(id, &digits.honest()), fails_now);
        ok(CHALLENGER, publish(id, digits));
        assert_eq!(held_of(operator), 0);
        ok(operator, result(id, &digits.honest()));
        pass(7);
        assert_eq!(record(id), None);
    });
}

#[test]
fn user_should_be_refunded_and_locks_wait_when_claims_differ_and_nobody_objects() {
    story(|digits| {
        let (id, workers) = ask(digits, 2);
        let (honest, lie) = (digits.honest(), digits.lie_at(SMALL, 9));
        let user = wealth(USER);
        claim(id, &workers, &[lie.clone(), honest]);
        pass(7);
        let contested = record(id).unwrap();
        assert_eq!(contested.status, RequestStatus::Contested);
        assert_eq!((held_of(USER), wealth(USER)), (0, user));
        // Neither is paid by the passing of time, neither can leave.
        pass(30);
        for worker in &workers {
            assert!(lock_of(*worker, id) > 0);
            fails(
                *worker,
                pallet_workers::Call::unbond { amount: BOND },
                WorkersError::<Runtime>::StakeLocked,
            );
        }
        fails(KEEPER, settle(id), InferenceError::<Runtime>::NothingDue);
        // The honest worker's interest: a verdict frees the own lock and earns the bounty.
        let before = wealth(workers[1]);
        let proof = digits.contradiction(&lie, SMALL, Target::Whole);
        ok(
            workers[1],
            contradict(id, workers[0], proof, &Target::Whole),
        );
        assert_eq!(wealth(workers[1]), before + bounty());
        pass(4);
        assert_eq!(record(id), None);
        assert_eq!(lock_of(workers[1], id), 0);
    });
}

#[test]
fn second_round_should_strike_a_convicted_trace_at_once() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let lie = digits.lie_at(SMALL, 5);
        ok(operator_of(workers[0]), result(id, &lie));
        let proof = digits.contradiction(&lie, SMALL, Target::Whole);
        ok(
            CHALLENGER,
            contradict(id, workers[0], proof, &Target::Whole),
        );
        let next = drawn(id)[0];
        let (challenger, stake, lock) = (wealth(CHALLENGER), stake_of(next), lock_of(next, id));
        ok(operator_of(next), result(id, &lie));
        assert_eq!(stake_of(next), stake - lock);
        assert_eq!(wealth(CHALLENGER), challenger);
        assert_eq!(record(id).unwrap().slots[1].state, SlotState::Struck);
    });
}

#[test]
fn silent_workers_should_be_replaced_and_then_the_user_refunded() {
    story(|digits| {
        let user = wealth(USER);
        let (id, _) = ask(digits, 1);
        let asked = user - wealth(USER);
        let penalty = pallet_workers::Parameters::<Runtime>::get().no_show_penalty;
        for _ in 0..3 {
            let late = drawn(id)[0];
            let stake = stake_of(late);
            while record(id).is_some_and(|record| record.status == RequestStatus::Assigned) {
                pass(1);
            }
            assert_eq!(stake_of(late), stake - penalty);
        }
        assert_eq!(record(id), None);
        assert_eq!(wealth(USER), user - asked);
        assert_eq!(held_of(USER), 0);
    });
}

#[test]
fn worker_should_not_escape_a_slash_by_leaving() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let liar = workers[0];
        let lie = digits.lie_at(SMALL, 6);
        ok(operator_of(liar), result(id, &lie));
        let lock = lock_of(liar, id);
        fails(
            liar,
            pallet_workers::Call::unbond { amount: BOND },
            WorkersError::<Runtime>::StakeLocked,
        );
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
        ok(
            liar,
            pallet_workers::Call::set_operator {
                operator: Sr25519Keyring::CharlieStash.to_account_id(),
            },
        );
        fails(
            liar,
            pallet_workers::Call::deregister {},
            WorkersError::<Runtime>::StillBonded,
        );
        let proof = digits.contradiction(&lie, SMALL, Target::Whole);
        ok(CHALLENGER, contradict(id, liar, proof, &Target::Whole));
        assert_eq!(stake_of(liar), 0);
        // What was unbonding is not what was locked.
        let delay = pallet_workers::Parameters::<Runtime>::get().unbond_delay;
        pass(delay);
        ok(liar, pallet_workers::Call::withdraw_unbonded {});
        ok(liar, pallet_workers::Call::deregister {});
        assert_eq!(held_of(liar), 0);
    });
}

#[test]
fn author_should_not_remove_a_model_whose_requests_are_open() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        ok(
            AUTHOR,
            pallet_models::Call::deprecate {
                model: digits.model,
            },
        );
        fails(
            AUTHOR,
            pallet_models::Call::remove {
                model: digits.model,
            },
            pallet_models::Error::<Runtime>::RequestsOpen,
        );
        ok(operator_of(workers[0]), result(id, &digits.honest()));
        pass(7);
        ok(
            AUTHOR,
            pallet_models::Call::remove {
                model: digits.model,
            },
        );
        assert_eq!(held_of(AUTHOR), 0);
    });
}

#[test]
fn accused_worker_should_get_no_new_work_and_finish_what_it_has() {
    story(|digits| {
        let (first, _) = ask(digits, 3);
        let (second, assigned) = {
            // One of them is drawn for a second request before it is accused.
            ask(digits, 1)
        };
        let honest = digits.honest();
        claim(first, &drawn(first), &vec![honest.clone(); 3]);
        let accused = assigned[0];
        ok(
            CHALLENGER,
            challenge(first, accused, digits.challenge(&honest, LARGE)),
        );
        // What it was drawn for it still answers.
        ok(operator_of(accused), result(second, &honest));
        for _ in 0..6 {
            let (_, next) = ask(digits, 1);
            assert_ne!(next, [accused]);
        }
    });
}

#[test]
fn rejected_proof_should_cost_fee_and_penalty_and_an_accepted_one_nothing() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let lie = digits.lie_at(SMALL, 4);
        ok(operator_of(workers[0]), result(id, &lie));
        let penalty = pallet_disputes::Parameters::<Runtime>::get().rejected_proof_penalty;
        let treasury = Balances::balance(&treasury_account());
        let before = wealth(CHALLENGER);
        // The label follows from the wrong scores: only the first wrong node is a lie.
        let proof = digits.contradiction(&lie, 2, Target::Whole);
        let call = contradict(id, workers[0], proof, &Target::Whole);
        let declared = call.get_dispatch_info().call_weight;
        ok(CHALLENGER, call);
        let fee = Balances::balance(&treasury_account()) - treasury;
        assert_eq!(wealth(CHALLENGER), before - penalty - fee);
        // The full weight declared, none of it given back.
        assert!(fee >= TransactionPayment::weight_to_fee(declared) / 10);

        let (treasury, before) = (Balances::balance(&treasury_account()), wealth(CHALLENGER));
        let proof = digits.contradiction(&lie, SMALL, Target::Whole);
        ok(
            CHALLENGER,
            contradict(id, workers[0], proof, &Target::Whole),
        );
        assert_eq!(Balances::balance(&treasury_account()), treasury);
        assert_eq!(wealth(CHALLENGER), before + bounty());
    });
}

#[test]
fn challenging_oneself_should_cost_half_a_lock_whichever_way_it_is_done() {
    // User, workers and challenger are one: what leaves their accounts is what they lost.
    let coalition = || -> Balance {
        [USER, CHALLENGER, KEEPER]
            .into_iter()
            .chain(WORKERS)
            .chain(WORKERS.map(operator_of))
            .map(wealth)
            .sum()
    };
    enum Way {
        Node,
        Tile,
        Silence,
        Bond,
    }
    for (redundancy, way) in [
        (1, Way::Node),
        (2, Way::Node),
        (3, Way::Tile),
        (3, Way::Silence),
        (2, Way::Bond),
    ] {
        story(|digits| {
            let before = coalition();
            let (id, workers) = ask(digits, redundancy);
            let node = match way {
                Way::Node => SMALL,
                Way::Tile | Way::Silence | Way::Bond => LARGE,
            };
            let lie = digits.lie_at(node, 0x11);
            match redundancy {
                1 => ok(operator_of(workers[0]), result(id, &lie)),
                _ => claim(id, &workers, &vec![lie.clone(); workers.len()]),
            }
            let locks: Balance = workers.iter().map(|worker| lock_of(*worker, id)).sum();
            let opened = digits.opening(&lie, node);
            match way {
                Way::Node => {
                    let proof = digits.contradiction(&lie, node, Target::Whole);
                    ok(
                        CHALLENGER,
                        contradict(id, workers[0], proof, &Target::Whole),
                    );
                }
                Way::Tile => {
                    for worker in &workers {
                        ok(
                            CHALLENGER,
                            challenge(id, *worker, digits.challenge(&lie, node)),
                        );
                    }
                    ok(operator_of(workers[0]), open(id, node, &opened));
                    let target = digits.wrong_target(&opened, node, false);
                    let proof = digits.contradiction(&lie, node, target.clone());
                    ok(CHALLENGER, contradict(id, workers[0], proof, &target));
                    for worker in &workers {
                        ok(KEEPER, reclaim(id, *worker, node));
                    }
                }
                Way::Silence => {
                    ok(
                        CHALLENGER,
                        challenge(id, workers[0], digits.challenge(&lie, node)),
                    );
                    pass(clock_of(id, workers[0], node) + 1);
                    ok(KEEPER, expire(id, workers[0], node));
                }
                Way::Bond => {
                    // Keeps the window open with a bond of one's own, and lets it go: half of it burns.
                    ok(
                        CHALLENGER,
                        challenge(id, workers[0], digits.challenge(&lie, node)),
                    );
                    let bond = held_of(CHALLENGER);
                    ok(operator_of(workers[0]), open(id, node, &opened));
                    pass(6);
                    let issued = Balances::total_issuance();
                    ok(KEEPER, expire(id, workers[0], node));
                    assert_eq!(issued - Balances::total_issuance(), bond - bond / 2);
                    return;
                }
            }
            let given_up = System::block_number() + 40;
            while record(id).is_some() && System::block_number() < given_up {
                pass(1);
            }
            assert_eq!(record(id), None);
            assert!(before - coalition() >= locks / 2);
        });
    }
}

#[test]
fn challenger_should_be_paid_no_more_than_half_a_lock_whatever_the_bounty() {
    story(|digits| {
        let mut parameters = pallet_inference::Parameters::<Runtime>::get();
        parameters.bounty = 1_000_000 * UNIT;
        let call = pallet_inference::Call::set_parameters { parameters };
        ok(
            Sr25519Keyring::Alice,
            pallet_sudo::Call::sudo {
                call: Box::new(call.into()),
            },
        );
        let (id, workers) = ask(digits, 1);
        let lie = digits.lie_at(SMALL, 0x33);
        ok(operator_of(workers[0]), result(id, &lie));
        let lock = lock_of(workers[0], id);
        let (challenger, user) = (wealth(CHALLENGER), wealth(USER));
        let issued = Balances::total_issuance();
        let proof = digits.contradiction(&lie, SMALL, Target::Whole);
        ok(
            CHALLENGER,
            contradict(id, workers[0], proof, &Target::Whole),
        );
        let paid = wealth(CHALLENGER) - challenger + wealth(USER) - user;
        assert!(paid <= lock / 2);
        assert_eq!(issued - Balances::total_issuance(), lock - paid);
    });
}

#[test]
fn garbage_should_fall_when_nothing_is_under_the_leaf() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let mut garbage = digits.honest();
        garbage.leaves[usize::from(LARGE)] = [0xee; 32];
        ok(operator_of(workers[0]), result(id, &garbage));
        ok(
            CHALLENGER,
            challenge(id, workers[0], digits.challenge(&garbage, LARGE)),
        );
        // There is nothing to show. What is shown instead is rejected, and the clock runs on.
        let operator = wealth(operator_of(workers[0]));
        let opened = Opening::Tensor(digits.honest().outputs[usize::from(LARGE)].clone());
        ok(operator_of(workers[0]), open(id, LARGE, &opened));
        assert!(wealth(operator_of(workers[0])) < operator);
        pass(clock_of(id, workers[0], LARGE) + 1);
        ok(KEEPER, expire(id, workers[0], LARGE));
        assert_eq!(convicted(id), [(LARGE, Evidence::Silence, 1)]);
    });
}

#[test]
fn nobody_should_act_for_another() {
    story(|digits| {
        let (id, workers) = ask(digits, 2);
        let (worker, honest) = (workers[0], digits.honest());
        let other = WORKERS
            .into_iter()
            .find(|other| !workers.contains(other))
            .unwrap();
        // Neither one who was not drawn, nor an account that is nobody's operator, nor the stake's own account.
        fails(
            operator_of(other),
            commit(id, other, &honest),
            InferenceError::<Runtime>::NotAssigned,
        );
        fails(
            worker,
            commit(id, worker, &honest),
            InferenceError::<Runtime>::NotAnOperator,
        );
        fails(
            CHALLENGER,
            pallet_inference::Call::cancel_request { request: id },
            InferenceError::<Runtime>::NotRequester,
        );
        // The operator signs work and cannot move stake.
        fails(
            operator_of(worker),
            pallet_workers::Call::unbond { amount: 1 },
            WorkersError::<Runtime>::NotRegistered,
        );
        // A commitment copied by the other worker cannot be revealed by it.
        ok(operator_of(workers[0]), commit(id, workers[0], &honest));
        ok(operator_of(workers[1]), commit(id, workers[0], &honest));
        fails(
            operator_of(workers[1]),
            reveal(id, &honest),
            InferenceError::<Runtime>::CommitmentMismatch,
        );
        ok(operator_of(workers[0]), reveal(id, &honest));
        fails(
            operator_of(workers[0]),
            reveal(id, &honest),
            InferenceError::<Runtime>::AlreadySubmitted,
        );
        fails(
            operator_of(worker),
            open(id, LARGE, &digits.opening(&honest, LARGE)),
            DisputesError::<Runtime>::NotChallenged,
        );
    });
}

#[test]
fn whatever_is_due_should_fit_a_block() {
    let weights = RuntimeBlockWeights::get();
    let heaviest = SettleBranch::heaviest::<Runtime>();
    let room = weights
        .get(DispatchClass::Normal)
        .max_extrinsic
        .expect("normal transactions are bounded");
    assert!(heaviest.all_lte(room), "{heaviest:?} of {room:?}");
    // In a block with nothing else, the sweep does several.
    let idle = weights.max_block.saturating_sub(weights.base_block);
    assert!(heaviest.saturating_mul(4).all_lte(idle));
}

#[test]
fn closing_should_weigh_what_disputes_forget() {
    let database = <Runtime as frame_system::Config>::DbWeight::get();
    let slots = u64::from(<Runtime as pallet_inference::Config>::MaxSlots::get());
    let least = database.writes(2 * slots);
    for branch in [
        SettleBranch::Expired,
        SettleBranch::Refunded,
        SettleBranch::Settled,
        SettleBranch::ContestClosed,
    ] {
        assert!(least.all_lte(branch.weight::<Runtime>(1)));
    }
    let cancel: RuntimeCall = pallet_inference::Call::cancel_request { request: 0 }.into();
    assert!(least.all_lte(cancel.get_dispatch_info().call_weight));
    let verdict = SettleBranch::heaviest_verdict::<Runtime>();
    let expire: RuntimeCall = expire(0, WORKERS[0], 0).into();
    assert!(verdict.all_lte(expire.get_dispatch_info().call_weight));
}

/// However much is asked of a worker at once, there are blocks to show it in.
#[test]
fn honest_worker_should_have_the_room_to_open_all_it_is_challenged_at() {
    for preset in [DEVELOPMENT, LOCAL, REHEARSAL] {
        chain(preset).execute_with(|| {
            let parameters = pallet_disputes::Parameters::<Runtime>::get();
            let length = <Runtime as frame_system::Config>::BlockLength::get();
            let operational = u64::from(*length.max.get(DispatchClass::Operational));
            let normal = u64::from(*length.max.get(DispatchClass::Normal));
            // What normal transactions cannot fill, shared with three others.
            let share = (operational - normal) / 4;
            for pending in [1, 1024, u64::from(parameters.max_opening_bytes), 1 << 30] {
                let clock = u64::from(parameters.open_clock)
                    + u64::from(parameters.open_clock_per_kib) * pending.div_ceil(1024);
                assert!(clock * share >= pending);
            }
        });
    }
}

#[test]
fn clock_should_be_longer_with_all_that_a_worker_still_has_to_open() {
    story(|digits| {
        let (id, workers) = ask(digits, 1);
        let honest = digits.honest();
        ok(operator_of(workers[0]), result(id, &honest));
        let mut clocks = Vec::new();
        for node in 0..digits.graph.nodes.len() as u16 {
            ok(
                CHALLENGER,
                challenge(id, workers[0], digits.challenge(&honest, node)),
            );
            clocks.push(clock_of(id, workers[0], node));
        }
        let open_clock = pallet_disputes::Parameters::<Runtime>::get().open_clock;
        assert!(clocks.iter().all(|clock| *clock > open_clock));
        assert!(clocks.is_sorted());
        let pending = pallet_disputes::PendingOpenBytes::<Runtime>::get(workers[0].to_account_id());
        assert_eq!(*clocks.last().unwrap(), open_clock + pending.div_ceil(1024));
    });
}

/// Locked stake never leaves; what is unbonding outlasts even the longest request nobody challenges.
#[test]
fn unbonding_should_take_longer_than_any_request() {
    for preset in [DEVELOPMENT, LOCAL, REHEARSAL] {
        chain(preset).execute_with(|| {
            let inference = pallet_inference::Parameters::<Runtime>::get();
            let round =
                inference.assign_window + 2 * inference.max_deadline + inference.challenge_window;
            let rounds = u32::from(inference.max_reassignments) + 1;
            let delay = pallet_workers::Parameters::<Runtime>::get().unbond_delay;
            // Once in its life a request may wait for an input, and begin its phase and its window anew.
            let data =
                inference.publish_window + inference.max_deadline + inference.challenge_window;
            assert!(delay > rounds * round + data);
        });
    }
}

/// Whoever lacks an input says so rather than not to show up, and whoever has one pays for what it puts others to.
#[test]
fn complaint_should_cost_what_it_causes_and_less_than_silence() {
    for preset in [DEVELOPMENT, LOCAL, REHEARSAL] {
        chain(preset).execute_with(|| {
            let inference = pallet_inference::Parameters::<Runtime>::get();
            let penalty = pallet_workers::Parameters::<Runtime>::get().no_show_penalty;
            assert!(inference.complaint_fee < penalty);
            let largest =
                <<Runtime as pallet_inference::Config>::MaxInputBytes as sp_core::Get<u32>>::get();
            let call: RuntimeCall = pallet_inference::Call::publish_input {
                request: 0,
                index: 0,
                bytes: vec![0; largest as usize].try_into().unwrap(),
            }
            .into();
            let length = call.encoded_size() as u32 + 256;
            let weight =
                frame_support::dispatch::GetDispatchInfo::get_dispatch_info(&call).call_weight;
            let publication = TransactionPayment::length_to_fee(length)
                + TransactionPayment::weight_to_fee(weight);
            assert!(
                inference.complaint_fee >= publication,
                "a publication costs {publication}"
            );
        });
    }
}

#[test]
fn half_of_the_least_lock_should_cover_bounty_and_price() {
    for preset in [DEVELOPMENT, LOCAL, REHEARSAL] {
        chain(preset).execute_with(|| {
            let inference = pallet_inference::Parameters::<Runtime>::get();
            let workers = pallet_workers::Parameters::<Runtime>::get();
            for price in [inference.min_price, UNIT, 2 * UNIT, 100 * UNIT] {
                assert!(inference.bounty + price <= workers.lock_for(price) / 2);
            }
        });
    }
}

#[test]
fn insuring_a_lie_should_cost_what_it_saves() {
    for preset in [DEVELOPMENT, LOCAL, REHEARSAL] {
        chain(preset).execute_with(|| {
            let disputes = pallet_disputes::Parameters::<Runtime>::get();
            let bounty = pallet_inference::Parameters::<Runtime>::get().bounty;
            assert!(disputes.seal_bond >= bounty);
        });
    }
}
