//! A runtime for the tests: balances, disputes, and a pallet that keeps claims and stakes the simplest way that is
//! still true to the traits.

use crate as pallet_disputes;
use crate::fixture::Run;
use crate::{HoldReason, Pallet, ParametersRecord};
use frame_support::traits::fungible::InspectHold;
use frame_support::traits::{ConstU32, ConstU64};
use frame_support::weights::{FixedFee, IdentityFee, Weight};
use frame_support::{assert_ok, derive_impl, parameter_types};
use frame_system::EnsureRoot;
use sp_runtime::BuildStorage;
use veritrace_primitives::check::GraphLimits;
use veritrace_primitives::graph::Digest;
use veritrace_primitives::traits::RequestId;

pub type Block = frame_system::mocking::MockBlock<Test>;
pub type AccountId = u64;
pub type Balance = u64;

pub const WORKER: AccountId = 1;
pub const COPYCAT: AccountId = 2;
pub const CHALLENGER: AccountId = 3;
pub const STRANGER: AccountId = 4;
/// Can pay no penalty.
pub const POOR: AccountId = 5;

pub const FUNDS: Balance = 10_000_000;
/// Locked by each claim.
pub const LOCK: Balance = 1_000_000;
/// Earned by a conviction.
pub const BOUNTY: Balance = 200_000;
pub const PENALTY: Balance = 5_000;
/// Held for each seal.
pub const SEAL: Balance = 200_000;
/// Blocks a seal counts.
pub const LIFETIME: u64 = 124;
/// Blocks a bounty is on hold.
pub const WINDOW: u64 = 4;
/// Seals of an account.
pub const MAX_SEALS: u32 = 3;
/// Tensors of more bytes are opened as their tile hashes.
pub const MAX_OPENING: u32 = 512;

/// The key that signs a worker's work.
pub const fn operator(worker: AccountId) -> AccountId {
    worker + 100
}

/// Claims, stakes and accusations.
#[frame_support::pallet(dev_mode)]
pub mod book {
    use super::{operator, AccountId, Balance, BOUNTY, LOCK};
    use frame_support::pallet_prelude::*;
    use frame_support::traits::fungible::hold::Mutate as MutateHold;
    use frame_support::traits::tokens::{Fortitude, Precision, Restriction};
    use veritrace_primitives::graph::Digest;
    use veritrace_primitives::traits::{
        AuditView, ClaimBook, ClaimView, Conviction, ModelId, RequestId, Slashed, VerdictBook,
        WorkerPool,
    };

    #[pallet::config]
    pub trait Config:
        frame_system::Config<AccountId = AccountId>
        + pallet_balances::Config<RuntimeHoldReason: From<HoldReason>, Balance = Balance>
    {
        type Verdicts: VerdictBook;
    }

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Bonded by a worker.
        Stake,
    }

    /// A claim that was revealed and not struck.
    #[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
    pub struct Claim {
        pub graph_root: Digest,
        pub node_count: u16,
        pub trace_root: Digest,
        pub input_roots: Vec<Digest>,
        pub challenges: u32,
    }

    #[pallet::storage]
    pub type Claims<T: Config> =
        StorageDoubleMap<_, Twox64Concat, RequestId, Twox64Concat, AccountId, Claim>;

    #[pallet::storage]
    pub type Locks<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AccountId, Twox64Concat, RequestId, Balance>;

    #[pallet::storage]
    pub type Accusations<T: Config> = StorageMap<_, Twox64Concat, AccountId, u32, ValueQuery>;

    /// Who has to show which tile, until it has: worker, node, lot.
    #[pallet::storage]
    pub type Audits<T: Config> = StorageDoubleMap<
        _,
        Twox64Concat,
        RequestId,
        Twox64Concat,
        AccountId,
        (AccountId, u16, u64),
    >;

    #[pallet::storage]
    pub type NextRequest<T: Config> = StorageValue<_, RequestId, ValueQuery>;

    impl<T: Config> Pallet<T> {
        /// Opens a claim and locks its stake.
        pub fn reveal(request: RequestId, worker: AccountId, claim: Claim) {
            pallet_balances::Pallet::<T>::hold(&HoldReason::Stake.into(), &worker, LOCK).unwrap();
            Locks::<T>::insert(worker, request, LOCK);
            Claims::<T>::insert(request, worker, claim);
        }

        /// Draws an auditor and locks its stake.
        pub fn draw_auditor(
            request: RequestId,
            worker: AccountId,
            auditor: AccountId,
            node: u16,
            lot: u64,
        ) {
            pallet_balances::Pallet::<T>::hold(&HoldReason::Stake.into(), &auditor, LOCK).unwrap();
            Locks::<T>::insert(auditor, request, LOCK);
            Audits::<T>::insert(request, auditor, (worker, node, lot));
        }

        /// Closes a request whose claims became final, or whose model was condemned.
        pub fn close(request: RequestId) {
            let workers: Vec<_> = Claims::<T>::iter_key_prefix(request).collect();
            for worker in workers {
                Claims::<T>::remove(request, worker);
                Self::release(&worker, request);
            }
            T::Verdicts::request_closed(request);
        }
    }

    impl<T: Config> ClaimBook<AccountId, Balance> for Pallet<T> {
        fn claim(request: RequestId, worker: &AccountId) -> Option<ClaimView> {
            let claim = Claims::<T>::get(request, worker)?;
            Some(ClaimView {
                graph_root: claim.graph_root,
                node_count: claim.node_count,
                trace_root: claim.trace_root,
                input_roots: claim.input_roots.try_into().unwrap(),
            })
        }

        fn challenge_opened(request: RequestId, worker: &AccountId) -> DispatchResult {
            Claims::<T>::mutate(request, worker, |claim| {
                claim.as_mut().unwrap().challenges += 1
            });
            Ok(())
        }

        fn challenge_closed(request: RequestId, worker: &AccountId) {
            Claims::<T>::mutate(request, worker, |claim| {
                claim.as_mut().unwrap().challenges -= 1
            });
        }

        fn convict(
            request: RequestId,
            trace_root: Digest,
            challenger: Option<&AccountId>,
        ) -> Result<Conviction<Balance>, DispatchError> {
            assert!(T::Verdicts::is_convicted(request, &trace_root));
            let guilty: Vec<_> = Claims::<T>::iter_prefix(request)
                .filter(|(_, claim)| claim.trace_root == trace_root)
                .map(|(worker, _)| worker)
                .collect();
            assert!(!guilty.is_empty(), "only open claims are convicted");
            let mut bounty = 0;
            for worker in &guilty {
                Claims::<T>::remove(request, worker);
                let shares: Vec<_> = challenger.map(|who| (*who, BOUNTY)).into_iter().collect();
                bounty += Self::slash(worker, request, &shares).first;
            }
            if Claims::<T>::iter_key_prefix(request).next().is_none() {
                T::Verdicts::request_closed(request);
            }
            Ok(Conviction {
                struck: guilty.len() as u32,
                bounty,
            })
        }

        fn audit(
            request: RequestId,
            auditor: &AccountId,
        ) -> Result<AuditView<AccountId>, DispatchError> {
            let (worker, node, lot) =
                Audits::<T>::get(request, auditor).ok_or(DispatchError::Other("no auditor"))?;
            Ok(AuditView { worker, node, lot })
        }

        fn attested(request: RequestId, auditor: &AccountId) -> DispatchResult {
            assert!(Audits::<T>::take(request, auditor).is_some());
            Self::release(auditor, request);
            Ok(())
        }

        #[cfg(feature = "runtime-benchmarks")]
        fn create_audit(
            request: RequestId,
            worker: &AccountId,
            auditor: &AccountId,
            node: u16,
            lot: u64,
        ) {
            use frame_support::traits::fungible::Mutate;
            pallet_balances::Pallet::<T>::mint_into(auditor, 2 * LOCK).unwrap();
            Self::draw_auditor(request, *worker, *auditor, node, lot);
        }

        #[cfg(feature = "runtime-benchmarks")]
        fn create_claim(
            worker: &AccountId,
            graph_root: Digest,
            node_count: u16,
            trace_root: Digest,
            input_roots: &[Digest],
        ) -> RequestId {
            use frame_support::traits::fungible::Mutate;
            let request = NextRequest::<T>::mutate(|next| {
                *next += 1;
                *next
            });
            pallet_balances::Pallet::<T>::mint_into(worker, 2 * LOCK).unwrap();
            Self::reveal(
                request,
                *worker,
                Claim {
                    graph_root,
                    node_count,
                    trace_root,
                    input_roots: input_roots.to_vec(),
                    challenges: 0,
                },
            );
            request
        }
    }

    impl<T: Config> WorkerPool<AccountId, Balance> for Pallet<T> {
        fn draw(
            _: &ModelId,
            _: Balance,
            _: RequestId,
            _: &[AccountId],
            _: Digest,
        ) -> Option<AccountId> {
            None
        }

        fn worker_of(signer: &AccountId) -> Option<AccountId> {
            // In benchmarks a worker is its own operator.
            let worker = if cfg!(feature = "runtime-benchmarks") && *signer > 1_000 {
                *signer
            } else {
                (*signer).checked_sub(operator(0))?
            };
            Locks::<T>::iter_key_prefix(worker).next().map(|_| worker)
        }

        fn release(worker: &AccountId, request: RequestId) {
            if let Some(lock) = Locks::<T>::take(worker, request) {
                pallet_balances::Pallet::<T>::release(
                    &HoldReason::Stake.into(),
                    worker,
                    lock,
                    Precision::Exact,
                )
                .unwrap();
            }
        }

        fn penalise(_: &AccountId, _: RequestId) -> Balance {
            0
        }

        fn slash(
            worker: &AccountId,
            request: RequestId,
            shares: &[(AccountId, Balance)],
        ) -> Slashed<Balance> {
            let Some(lock) = Locks::<T>::take(worker, request) else {
                return Slashed::default();
            };
            let (mut paid, mut first, reason) = (0, None, HoldReason::Stake.into());
            for (who, share) in shares {
                let share = (*share).min(lock / 2 - paid);
                first.get_or_insert(share);
                paid += pallet_balances::Pallet::<T>::transfer_on_hold(
                    &reason,
                    worker,
                    who,
                    share,
                    Precision::Exact,
                    Restriction::Free,
                    Fortitude::Force,
                )
                .unwrap();
            }
            let burned = pallet_balances::Pallet::<T>::burn_held(
                &reason,
                worker,
                lock - paid,
                Precision::Exact,
                Fortitude::Force,
            )
            .unwrap();
            Slashed {
                paid,
                first: first.unwrap_or_default(),
                burned,
            }
        }

        fn accuse(worker: &AccountId) {
            Accusations::<T>::mutate(worker, |count| *count += 1);
        }

        fn absolve(worker: &AccountId) {
            Accusations::<T>::mutate(worker, |count| *count -= 1);
        }

        #[cfg(feature = "runtime-benchmarks")]
        fn create_worker(_: &AccountId, _: &ModelId) {}
    }
}

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Book: book,
        Disputes: pallet_disputes,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
    type ExistentialDeposit = ConstU64<10>;
}

impl book::Config for Test {
    type Verdicts = Disputes;
}

/// What the imagined models pallet admits.
pub const LIMITS: GraphLimits = GraphLimits {
    max_proof_bytes: 64 * 1024,
    max_macs: 1_000_000,
    max_opening_bytes: MAX_OPENING,
};

parameter_types! {
    pub const Limits: GraphLimits = LIMITS;
    pub const ConvictWeight: Weight = Weight::from_parts(5_000_000_000, 50_000);
    // Not constant, so that there can be wrong ones.
    pub static MaxProofBytes: u32 = 512 * 1024;
    pub static MaxOpeningBytes: u32 = 256 * 1024;
    pub static MaxMacs: u64 = 40_000_000;
    pub static MaxTileMacs: u64 = 2_000_000;
    pub static MaxClaims: u32 = 16;
}

impl pallet_disputes::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Claims = Book;
    type Workers = Book;
    type GraphLimits = Limits;
    type LengthToFee = IdentityFee<Balance>;
    type WeightToFee = FixedFee<1_000, Balance>;
    type AdminOrigin = EnsureRoot<AccountId>;
    type MaxProofBytes = MaxProofBytes;
    type MaxOpeningBytes = MaxOpeningBytes;
    type MaxMacs = MaxMacs;
    type MaxTileMacs = MaxTileMacs;
    type MaxClaims = MaxClaims;
    type MaxSeals = ConstU32<MAX_SEALS>;
    type ConvictWeight = ConvictWeight;
    type WeightInfo = ();
}

/// The parameters that tests start with.
pub fn parameters() -> ParametersRecord<Balance, u64> {
    ParametersRecord {
        bond_base: 100_000,
        bond_per_kib: 10_000,
        open_clock: 10,
        open_clock_per_kib: 2,
        contradict_clock: 20,
        max_whole_bytes: 64 * 1024,
        max_macs: 10_000_000,
        max_tile_macs: 1_000_000,
        max_opening_bytes: MAX_OPENING,
        rejected_proof_penalty: PENALTY,
        seal_bond: SEAL,
        seal_lifetime: LIFETIME,
        seal_reveal_window: WINDOW,
    }
}

/// Builds the chain a test runs on.
pub struct ExtBuilder {
    parameters: ParametersRecord<Balance, u64>,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self {
            parameters: parameters(),
        }
    }
}

impl ExtBuilder {
    /// Nodes with more bytes of inputs can't be contradicted as a whole.
    pub fn with_step_limit(mut self, bytes: u32) -> Self {
        self.parameters.max_whole_bytes = bytes;
        self
    }

    pub fn build(self) -> sp_io::TestExternalities {
        let mut balances: Vec<_> = [WORKER, COPYCAT, CHALLENGER, STRANGER]
            .into_iter()
            .flat_map(|who| [(who, FUNDS), (operator(who), FUNDS)])
            .collect();
        balances.push((POOR, PENALTY));
        let storage = RuntimeGenesisConfig {
            balances: pallet_balances::GenesisConfig {
                balances,
                ..Default::default()
            },
            disputes: pallet_disputes::GenesisConfig {
                parameters: self.parameters,
            },
            ..Default::default()
        }
        .build_storage()
        .unwrap();
        let mut ext = sp_io::TestExternalities::from(storage);
        ext.execute_with(|| System::set_block_number(1));
        ext
    }

    /// Runs a test, then checks the invariants.
    pub fn build_and_execute<R>(self, test: impl FnOnce() -> R) -> R {
        self.build().execute_with(|| {
            let result = test();
            Pallet::<Test>::do_try_state().unwrap();
            for worker in [WORKER, COPYCAT] {
                let challenges = crate::Challenges::<Test>::iter_keys()
                    .filter(|((_, accused), _)| *accused == worker)
                    .count();
                assert_eq!(
                    book::Accusations::<Test>::get(worker),
                    challenges as u32,
                    "a worker is accused by each of its challenges"
                );
            }
            result
        })
    }
}

/// What is held of a challenger.
pub fn bonds(who: AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Bond.into(), &who)
}

/// What is held of an account for its seals.
pub fn sealed(who: AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Seal.into(), &who)
}

/// What is held for an account until no earlier seal can turn up.
pub fn bounties(who: AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Bounty.into(), &who)
}

/// Whether the claim neither fell nor closed.
pub fn is_open(request: RequestId, worker: AccountId) -> bool {
    book::Claims::<Test>::contains_key(request, worker)
}

/// A worker reveals a trace for a request that asks `run`'s inputs.
pub fn reveal(request: RequestId, worker: AccountId, run: &Run, leaves: &[Digest]) {
    Book::reveal(
        request,
        worker,
        book::Claim {
            graph_root: run.graph_root(),
            node_count: run.graph.header.node_count,
            trace_root: Run::trace_root(leaves),
            input_roots: run.input_roots(),
            challenges: 0,
        },
    );
}

/// Lets blocks pass.
pub fn pass(blocks: u64) {
    System::set_block_number(System::block_number() + blocks);
}

/// Root sets new parameters.
pub fn set(change: impl FnOnce(&mut ParametersRecord<Balance, u64>)) {
    let mut parameters = crate::Parameters::<Test>::get();
    change(&mut parameters);
    assert_ok!(Disputes::set_parameters(RuntimeOrigin::root(), parameters));
}
