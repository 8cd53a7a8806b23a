//! A chain of the release with spec version 1 is upgraded while everything is open that can be open, and then it all ends
//! as it should have. Its storage, and the transactions that its accounts had prepared, are in `testdata/version-1.json`.

use super::world::{check, pass, submit_by};
use super::*;
use frame_support::{
    storage::{with_transaction_unchecked, TransactionOutcome},
    traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion},
    weights::WeightMeter,
};
use pallet_disputes::Evidence;
use pallet_inference::{
    migrations::v2, InferenceRequests, RequestStatus, Visibility, WeightInfo as _,
};
use sp_core::bytes::from_hex;
use std::collections::BTreeMap;
use veritrace_primitives::{
    graph::Digest,
    page::{Subject, Trace},
    traits::RequestId,
};

/// What was written down of the chain, but for its storage.
struct Snapshot(Value);

impl Snapshot {
    /// Asked for when the test runs: the compiled test may be run from another checkout.
    fn load() -> (Self, sp_io::TestExternalities) {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        let text = std::fs::read(format!("{folder}/testdata/version-1.json")).unwrap();
        let notes: Value = serde_json::from_slice(&text).unwrap();
        let top = notes["storage"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| (hex(&pair[0]), hex(&pair[1])))
            .collect();
        let storage = sp_runtime::Storage {
            top,
            children_default: Default::default(),
        };
        (Self(notes), sp_io::TestExternalities::new(storage))
    }

    /// What was written down of a request.
    fn of(&self, request: &str) -> &Value {
        &self.0["requests"][request]
    }

    fn id(&self, request: &str) -> RequestId {
        self.of(request)["id"].as_u64().unwrap()
    }

    /// What is to be done about it next.
    fn next(&self, request: &str) -> &Value {
        &self.of(request)["next"]
    }

    fn account(&self, name: &str) -> AccountId {
        account(&self.0["accounts"][name])
    }

    /// By whom something is to be done: a name, or an account.
    fn signer(&self, by: &Value) -> sr25519::Pair {
        let by = by.as_str().unwrap();
        let name = match by.starts_with("0x") {
            false => by,
            true => {
                let accounts = self.0["accounts"].as_object().unwrap();
                accounts
                    .iter()
                    .find(|(_, account)| *account == by)
                    .unwrap()
                    .0
            }
        };
        let pair = sr25519::Pair::from_string(&format!("//snapshot//{name}"), None).unwrap();
        assert_eq!(AccountId::from(pair.public()), self.account(name));
        pair
    }

    fn is_open(&self, request: &str) -> bool {
        InferenceRequests::<Runtime>::contains_key(self.id(request))
    }

    fn status(&self, request: &str) -> RequestStatus {
        InferenceRequests::<Runtime>::get(self.id(request))
            .unwrap()
            .status
    }

    fn stake_of(&self, worker: &str) -> Balance {
        pallet_workers::Workers::<Runtime>::get(self.account(worker))
            .unwrap()
            .stake
    }

    /// How many challenges run against the claims of a request.
    fn challenges(&self, request: &str) -> usize {
        let id = self.id(request);
        pallet_disputes::Challenges::<Runtime>::iter_keys()
            .filter(|((challenged, _), _)| *challenged == id)
            .count()
    }
}

fn hex(value: &Value) -> Vec<u8> {
    from_hex(value.as_str().unwrap()).unwrap()
}

fn digest(value: &Value) -> Digest {
    hex(value).try_into().unwrap()
}

fn account(value: &Value) -> AccountId {
    AccountId::from(digest(value))
}

fn number(value: &Value) -> u16 {
    value.as_u64().unwrap().try_into().unwrap()
}

fn list<Item>(values: &Value, of: impl Fn(&Value) -> Item) -> Vec<Item> {
    values.as_array().unwrap().iter().map(of).collect()
}

fn trace(values: &Value) -> Trace {
    Trace::Leaves(list(values, digest).try_into().unwrap())
}

fn outputs(values: &Value) -> pallet_inference::OutputsOf<Runtime> {
    list(values, |output| hex(output).try_into().unwrap())
        .try_into()
        .unwrap()
}

#[track_caller]
fn ok(signer: &sr25519::Pair, call: impl Into<RuntimeCall>) {
    submit_by(signer, call).unwrap();
}

/// Runs a closure and forgets what it did.
fn dry<R>(run: impl FnOnce() -> R) -> R {
    with_transaction_unchecked(|| TransactionOutcome::Rollback(run()))
}

/// What is done at once in an upgrade, with the checks before and after. Not with those that FRAME adds of its own: they
/// demand that every pallet has the version of the code by then.
#[cfg(feature = "try-runtime")]
fn try_at_once() {
    migrations::AtOnce::try_on_runtime_upgrade(true).unwrap();
}

/// A block in which migrations go on. Whether they still do after it.
fn upgrade_block() -> bool {
    assert_eq!(begin_block(), ExtrinsicInclusionMode::OnlyInherents);
    Executive::finalize_block();
    pallet_migrations::Cursor::<Runtime>::exists()
}

/// Blocks until nothing is left to be brought over. How many.
fn upgrade() -> u32 {
    let mut blocks = 1;
    while upgrade_block() {
        blocks += 1;
        assert!(blocks < 100, "the migrations do not end");
    }
    blocks
}

/// Copies an honest request so often that it takes three blocks to bring them all over. They stand for requests of others:
/// whose they are is no matter here. How many.
fn crowd(snapshot: &Snapshot) -> u64 {
    let id = snapshot.id("honest");
    let record = v2::v1::InferenceRequests::<Runtime>::get(id).unwrap();
    let inputs = v2::v1::Inputs::<Runtime>::get(id).unwrap();
    let weight = pallet_inference::weights::SubstrateWeight::<Runtime>::migrate_request(
        inputs.encoded_size() as u32,
    );
    let limit = configs::system::MigrationWeight::get();
    let copies = limit.ref_time() / weight.ref_time() * 2;
    for copy in 0..copies {
        v2::v1::InferenceRequests::<Runtime>::insert(1_000_000 + copy, record.clone());
        v2::v1::Inputs::<Runtime>::insert(1_000_000 + copy, inputs.clone());
    }
    copies
}

/// The chain as the earlier release left it, then upgraded. `play` begins in the block after.
fn upgraded(play: impl FnOnce(&Snapshot)) {
    let (snapshot, mut chain) = Snapshot::load();
    chain.execute_with(|| {
        upgrade();
        assert_eq!(begin_block(), ExtrinsicInclusionMode::AllExtrinsics);
        play(&snapshot);
        check();
    });
}

fn versions() -> [StorageVersion; 5] {
    [
        Models::on_chain_storage_version(),
        Workers::on_chain_storage_version(),
        Inference::on_chain_storage_version(),
        Disputes::on_chain_storage_version(),
        Payouts::on_chain_storage_version(),
    ]
}

/// Every amount on hold, and what is free: an upgrade moves no money.
fn money() -> BTreeMap<AccountId, (Balance, Vec<u8>)> {
    frame_system::Account::<Runtime>::iter()
        .map(|(account, info)| {
            let holds = pallet_balances::Holds::<Runtime>::get(&account).encode();
            (account, (info.data.free, holds))
        })
        .collect()
}

#[test]
fn storage_of_version_1_should_become_that_of_version_2() {
    let (snapshot, mut chain) = Snapshot::load();
    chain.execute_with(|| {
        let before = frame_system::LastRuntimeUpgrade::<Runtime>::get().unwrap();
        assert_eq!(before.spec_version.0, 1);
        assert_eq!(versions(), [1; 5].map(StorageVersion::new));
        assert_eq!(InferenceRequests::<Runtime>::iter_values().count(), 0);
        let requests = v2::v1::InferenceRequests::<Runtime>::iter().count();
        assert_eq!(requests, 13);
        let money_before = money();

        #[cfg(feature = "try-runtime")]
        dry(try_at_once);
        // With the checks before and after each migration, which the pallet makes when it has the feature.
        assert_eq!(upgrade(), 1);
        let completed = pallet_migrations::Event::UpgradeCompleted;
        System::assert_has_event(completed.into());
        assert!(!System::events().iter().any(|record| matches!(
            record.event,
            RuntimeEvent::Models(pallet_models::Event::NotMigrated { .. })
                | RuntimeEvent::Workers(pallet_workers::Event::NotMigrated { .. })
                | RuntimeEvent::Inference(pallet_inference::Event::NotMigrated { .. })
                | RuntimeEvent::Disputes(pallet_disputes::Event::NotMigrated { .. })
        )));
        assert_eq!(versions(), [2, 2, 2, 2, 1].map(StorageVersion::new));
        assert_eq!(
            InferenceRequests::<Runtime>::iter_values().count(),
            requests
        );
        assert_eq!(money(), money_before);
        let now = frame_system::LastRuntimeUpgrade::<Runtime>::get().unwrap();
        assert_eq!(now.spec_version.0, VERSION.spec_version);

        let workers = pallet_workers::Parameters::<Runtime>::get();
        assert!(workers.no_show_share.is_zero());
        let inference = pallet_inference::Parameters::<Runtime>::get();
        assert!(inference.audit_share.is_zero());
        assert_eq!(inference.settle_reward, 0);
        assert_eq!(inference.publish_window, inference.assign_window);
        assert!(inference.complaint_fee <= workers.no_show_penalty);
        let disputes = pallet_disputes::Parameters::<Runtime>::get();
        assert!(pallet_disputes::Pallet::<Runtime>::are_consistent(
            &disputes
        ));

        // A second upgrade passes all of it over, and the whole state is one that can be decoded and is sound.
        #[cfg(feature = "try-runtime")]
        dry(|| {
            Executive::try_runtime_upgrade(frame_try_runtime::UpgradeCheckSelect::All).unwrap();
        });
        begin_block();
        assert!(snapshot.is_open("working"));
        check();
    });
}

#[test]
fn chain_should_be_upgraded_block_by_block_when_it_has_much_to_bring_over() {
    let (snapshot, mut chain) = Snapshot::load();
    chain.execute_with(|| {
        let copies = crowd(&snapshot);
        assert_eq!(upgrade(), 3);
        let number = InferenceRequests::<Runtime>::iter_values().count() as u64;
        assert_eq!(number, 13 + copies);
        assert_eq!(versions(), [2, 2, 2, 2, 1].map(StorageVersion::new));
    });
}

/// What the README says.
#[test]
fn block_should_bring_over_thousands_of_small_requests_and_hundreds_of_the_largest() {
    let limit = configs::system::MigrationWeight::get().ref_time();
    let requests = |bytes: u32| {
        limit
            / pallet_inference::weights::SubstrateWeight::<Runtime>::migrate_request(bytes)
                .ref_time()
    };
    assert!(requests(1_024) > 2_000, "{}", requests(1_024));
    assert!(requests(1_048_576) > 200, "{}", requests(1_048_576));
}

/// Every step must fit what a block gives it, whatever the entry.
#[test]
fn heaviest_entries_should_fit_a_block() {
    use pallet_disputes::WeightInfo as _;
    use pallet_models::WeightInfo as _;
    let limit = configs::system::MigrationWeight::get()
        .saturating_sub(MultiBlockMigrations::exec_migration_max_weight().saturating_mul(4));
    let inference = pallet_inference::weights::SubstrateWeight::<Runtime>::migrate_parameters()
        .saturating_add(
            pallet_inference::weights::SubstrateWeight::<Runtime>::migrate_request(1_048_576 + 64),
        );
    let disputes = pallet_disputes::weights::SubstrateWeight::<Runtime>::migrate_parameters()
        .saturating_add(pallet_disputes::weights::SubstrateWeight::<Runtime>::migrate_opened());
    let models = pallet_models::weights::SubstrateWeight::<Runtime>::migrate_draft();
    for heaviest in [inference, disputes, models] {
        assert!(heaviest.all_lte(limit));
    }
    let mut meter = WeightMeter::with_limit(limit);
    chain(DEVELOPMENT).execute_with(|| {
        use frame_support::migrations::SteppedMigrations;
        for n in 0..migrations::OverBlocks::len() {
            let step = migrations::OverBlocks::nth_step(n, None, &mut meter);
            assert_eq!(
                step,
                Some(Ok(None)),
                "a fresh chain has nothing to bring over"
            );
        }
    });
}

#[test]
fn work_that_was_begun_should_be_handed_in_and_paid() {
    upgraded(|snapshot| {
        let single = snapshot.next("single")["submit"].clone();
        let stake = snapshot.stake_of("single");
        ok(
            &snapshot.signer(&single["by"]),
            pallet_inference::Call::submit_inference_result {
                request: snapshot.id("single"),
                trace: trace(&single["trace"]),
                outputs: outputs(&single["outputs"]),
            },
        );
        assert_eq!(snapshot.status("single"), RequestStatus::Claimed);
        let commit = snapshot.next("working")["commit"].clone();
        ok(
            &snapshot.signer(&commit["by"]),
            pallet_inference::Call::commit_result {
                request: snapshot.id("working"),
                commitment: digest(&commit["commitment"]),
            },
        );
        for request in ["working", "revealing"] {
            for reveal in list(&snapshot.next(request)["reveals"], Value::clone) {
                ok(
                    &snapshot.signer(&reveal["by"]),
                    pallet_inference::Call::reveal_result {
                        request: snapshot.id(request),
                        trace: trace(&reveal["trace"]),
                        outputs: outputs(&reveal["outputs"]),
                        salt: digest(&reveal["salt"]),
                    },
                );
            }
            assert_eq!(snapshot.status(request), RequestStatus::Claimed);
        }
        let parameters = pallet_inference::Parameters::<Runtime>::get();
        pass(parameters.challenge_window + 1);
        for request in ["single", "working", "revealing"] {
            assert!(!snapshot.is_open(request), "{request} is paid");
        }
        assert_eq!(snapshot.stake_of("single"), stake);
        assert!(System::account(snapshot.account("single")).data.free > 0);
    });
}

#[test]
fn lies_should_fall_by_the_proofs_and_seals_made_before() {
    upgraded(|snapshot| {
        let mut convicted = Vec::new();
        let contradict = |request: &str, by: &Value| {
            let next = snapshot.next(request);
            let worker = snapshot.of(request)["workers"]
                .as_array()
                .unwrap()
                .last()
                .unwrap()
                .as_str()
                .unwrap();
            let (id, worker) = (snapshot.id(request), snapshot.account(worker));
            let salt = |proof: &Value| proof.get("salt").map(digest);
            let call = match (&next["contradict"]["element"], &next["contradict"]["tile"]) {
                (Value::Null, Value::Null) => pallet_disputes::Call::contradict_node {
                    request: id,
                    worker,
                    proof: hex(&next["proof"]).try_into().unwrap(),
                    salt: salt(next),
                },
                (Value::Null, tile) => pallet_disputes::Call::contradict_tile {
                    request: id,
                    worker,
                    proof: hex(&tile["proof"]).try_into().unwrap(),
                    salt: salt(tile),
                },
                (element, _) => pallet_disputes::Call::contradict_element {
                    request: id,
                    worker,
                    proof: hex(&element["proof"]).try_into().unwrap(),
                    salt: salt(element),
                },
            };
            ok(&snapshot.signer(by), call);
        };
        let open = |request: &str| {
            let open = &snapshot.next(request)["open"];
            ok(
                &snapshot.signer(&open["by"]),
                pallet_disputes::Call::open {
                    request: snapshot.id(request),
                    node: number(&open["node"]),
                    opening: hex(&open["opening"]).try_into().unwrap(),
                },
            );
        };
        let vera = Value::from("vera");
        // Sealed before the upgrade, brought after it.
        contradict("liarSmall", &vera);
        // Opened before.
        contradict("liarOpened", &vera);
        // Challenged before, opened after.
        open("liarAwaiting");
        contradict("liarAwaiting", &vera);
        // All of it after.
        let challenge = &snapshot.next("liarLarge")["challenge"];
        ok(
            &snapshot.signer(&challenge["by"]),
            pallet_disputes::Call::challenge {
                request: snapshot.id("liarLarge"),
                worker: snapshot.account("liar-large"),
                proof: hex(&challenge["proof"]).try_into().unwrap(),
            },
        );
        open("liarLarge");
        contradict("liarLarge", &vera);
        contradict("contested", &vera);
        for record in System::events() {
            if let RuntimeEvent::Disputes(pallet_disputes::Event::ClaimConvicted {
                request,
                subject: Subject::Node(node),
                evidence: Evidence::Contradiction(_),
                struck: 1,
                ..
            }) = record.event
            {
                convicted.push((request, node));
            }
        }
        let expected = [
            ("liarSmall", 1),
            ("liarOpened", 2),
            ("liarAwaiting", 2),
            ("liarLarge", 5),
            ("contested", 1),
        ];
        assert_eq!(
            convicted,
            expected.map(|(request, node)| (snapshot.id(request), node))
        );
        // Bonds of challenges that ended otherwise are had back by whoever asks for them.
        for ((request, worker), subject) in
            pallet_disputes::Challenges::<Runtime>::iter_keys().collect::<Vec<_>>()
        {
            if expected.iter().any(|(lie, _)| snapshot.id(lie) == request) {
                ok(
                    &snapshot.signer(&vera),
                    pallet_disputes::Call::reclaim_bond {
                        request,
                        worker,
                        subject,
                    },
                );
            }
        }
        // No worker is left for them, but for the one that had told the truth.
        pass(pallet_inference::Parameters::<Runtime>::get().assign_window + 2);
        for (lie, _) in expected {
            assert!(!snapshot.is_open(lie), "{lie} is closed");
        }
        let lock = pallet_workers::Locks::<Runtime>::get(
            snapshot.account("contest-honest"),
            snapshot.id("contested"),
        );
        assert_eq!(lock, None);
    });
}

#[test]
fn honest_claims_should_stand_and_challengers_who_are_late_forfeit() {
    upgraded(|snapshot| {
        let frank = snapshot.account("frank");
        let bond = |who: &AccountId| {
            use frame_support::traits::fungible::InspectHold;
            Balances::balance_on_hold(&pallet_disputes::HoldReason::Bond.into(), who)
        };
        assert!(bond(&frank) > 0);
        assert_eq!(snapshot.challenges("honestOpened"), 2);
        assert_eq!(snapshot.challenges("honestAwaiting"), 1);
        for request in ["honestAwaiting", "honestOpened"] {
            let open = &snapshot.next(request)["open"];
            ok(
                &snapshot.signer(&open["by"]),
                pallet_disputes::Call::open {
                    request: snapshot.id(request),
                    node: number(&open["node"]),
                    opening: hex(&open["opening"]).try_into().unwrap(),
                },
            );
        }
        let parameters = pallet_disputes::Parameters::<Runtime>::get();
        pass(parameters.contradict_clock + 1);
        assert!(
            !snapshot.is_open("honest"),
            "nobody objected, and it is paid"
        );
        for ((request, worker), subject) in
            pallet_disputes::Challenges::<Runtime>::iter_keys().collect::<Vec<_>>()
        {
            // A claim of someone else: its opening is late by now.
            if request != snapshot.id("liarAwaiting") && request != snapshot.id("liarOpened") {
                ok(
                    &snapshot.signer(&Value::from("quinn")),
                    pallet_disputes::Call::expire_challenge {
                        request,
                        worker,
                        subject,
                    },
                );
            }
        }
        assert_eq!(bond(&frank), 0);
        assert_eq!(bond(&snapshot.account("quinn")), 0);
        // Two windows of what is left after a challenge.
        pass(2 * pallet_inference::Parameters::<Runtime>::get().min_window_after_challenge);
        for request in ["honestAwaiting", "honestOpened"] {
            assert!(!snapshot.is_open(request), "{request} is paid");
        }
        for worker in ["honest", "honest-awaiting", "honest-opened"] {
            let lock = pallet_workers::Locks::<Runtime>::iter_prefix(snapshot.account(worker));
            assert_eq!(lock.count(), 0, "{worker} owes nothing");
        }
    });
}

#[test]
fn silence_should_convict_and_requests_without_workers_be_refunded() {
    upgraded(|snapshot| {
        let silent = snapshot.id("liarAwaiting");
        let ((_, worker), subject) = pallet_disputes::Challenges::<Runtime>::iter_keys()
            .find(|((request, _), _)| *request == silent)
            .unwrap();
        assert_eq!(subject, Subject::Node(2));
        let claim = (silent, worker.clone());
        let due = match pallet_disputes::Challenges::<Runtime>::get(claim, subject)
            .unwrap()
            .state
        {
            pallet_disputes::ChallengeState::Awaiting { due } => due,
            pallet_disputes::ChallengeState::Opened { .. } => panic!("it was not opened"),
        };
        pass(due - System::block_number());
        ok(
            &snapshot.signer(&Value::from("quinn")),
            pallet_disputes::Call::expire_challenge {
                request: silent,
                worker,
                subject,
            },
        );
        assert!(System::events().iter().any(|record| matches!(
            record.event,
            RuntimeEvent::Disputes(pallet_disputes::Event::ClaimConvicted {
                request,
                evidence: Evidence::Silence,
                ..
            }) if request == silent
        )));
        // Their assign window was over while nobody looked.
        pass(110u32.saturating_sub(System::block_number()) + 2);
        for request in ["pending", "convicted"] {
            assert!(!snapshot.is_open(request), "{request} is refunded");
        }
        use frame_support::traits::fungible::InspectHold;
        let deposit = pallet_inference::HoldReason::Deposit.into();
        let open = InferenceRequests::<Runtime>::iter_values()
            .filter(|record| record.user == snapshot.account("petra"))
            .map(|record| record.deposit)
            .sum::<Balance>();
        let held = Balances::balance_on_hold(&deposit, &snapshot.account("petra"));
        assert_eq!(held, open);
    });
}

#[test]
fn earlier_seal_should_take_the_bounty_that_was_on_hold() {
    upgraded(|snapshot| {
        use frame_support::traits::fungible::InspectHold;
        let bounty = |name: &str| {
            let reason = pallet_disputes::HoldReason::Bounty.into();
            Balances::balance_on_hold(&reason, &snapshot.account(name))
        };
        let amount = bounty("frank");
        assert!(amount > 0);
        let reveal = &snapshot.next("convicted")["revealSeal"];
        let (request, trace_root) = (snapshot.id("convicted"), digest(&reveal["traceRoot"]));
        ok(
            &snapshot.signer(&reveal["by"]),
            pallet_disputes::Call::reveal_seal {
                request,
                trace_root,
                salt: digest(&reveal["salt"]),
            },
        );
        assert_eq!((bounty("frank"), bounty("vera")), (0, amount));
        let due = pallet_disputes::Bounties::<Runtime>::get(request, trace_root)
            .unwrap()
            .due;
        pass(due - System::block_number());
        ok(
            &snapshot.signer(&Value::from("frank")),
            pallet_disputes::Call::release_bounty {
                request,
                trace_root,
            },
        );
        assert_eq!(bounty("vera"), 0);
        // The seal over an honest claim is of no use to anyone.
        let useless = &snapshot.0["seals"]["quinnUnused"];
        let (who, seal) = (snapshot.account("quinn"), digest(&useless["seal"]));
        let forfeit = pallet_disputes::Seals::<Runtime>::get(&who, seal)
            .unwrap()
            .forfeit;
        pass(forfeit - System::block_number());
        ok(
            &snapshot.signer(&Value::from("frank")),
            pallet_disputes::Call::expire_seal { who, seal },
        );
    });
}

#[test]
fn draft_should_go_on_where_it_was() {
    upgraded(|snapshot| {
        let half = &snapshot.0["half"];
        let (model, author) = (digest(&half["model"]), snapshot.signer(&half["author"]));
        let submitted = half["submitted"].as_u64().unwrap() as usize;
        for page in list(&half["pages"], hex).into_iter().skip(submitted) {
            ok(
                &author,
                pallet_models::Call::submit_graph_page {
                    model,
                    page: page.try_into().unwrap(),
                },
            );
        }
        let record = pallet_models::AIModels::<Runtime>::get(model).unwrap();
        assert_eq!(record.status, pallet_models::ModelStatus::Live);
    });
}

/// What a request of the earlier release could not say.
#[test]
fn requests_should_be_public_and_not_audited() {
    upgraded(|_| {
        for record in InferenceRequests::<Runtime>::iter_values() {
            assert_eq!(record.visibility, Visibility::Public);
            assert_eq!(record.audit, pallet_inference::AuditState::None);
        }
    });
}

/// While migrations go on nothing but inherents gets in, and the sweep at the end of blocks waits.
#[test]
fn nothing_should_be_swept_while_migrations_go_on() {
    let (snapshot, mut chain) = Snapshot::load();
    chain.execute_with(|| {
        crowd(&snapshot);
        let id = snapshot.id("honest");
        // Its window is over when the upgrade begins.
        let due = v2::v1::InferenceRequests::<Runtime>::get(id).unwrap().due;
        System::set_block_number(due);
        while upgrade_block() {
            assert!(snapshot.is_open("honest"));
        }
        // The sweep of the last of these blocks, or of the next, has paid it.
        begin_block();
        Executive::finalize_block();
        assert!(!snapshot.is_open("honest"));
    });
}
