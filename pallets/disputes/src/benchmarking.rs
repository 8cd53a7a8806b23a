//! Benchmarks of the disputes pallet: one for each way through its calls.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use super::*;
use crate::fixture::{product, spec, Run};
use crate::migrations::fixture::turn_back;
use crate::migrations::v2::Migration;
use crate::seals::Accusation;
use alloc::vec;
use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_benchmarking::v2::*;
use frame_support::migrations::SteppedMigration;
use frame_support::traits::fungible::Mutate;
use frame_support::traits::{EnsureOrigin, Get, GetStorageVersion, StorageVersion};
use frame_support::weights::WeightMeter;
use frame_system::RawOrigin;
use sp_runtime::traits::{Bounded, One};
use sp_runtime::BoundedVec;
use veritrace_primitives::audit::Attestation;
use veritrace_primitives::graph::{DType, Digest};
use veritrace_primitives::hash::Hasher;
use veritrace_primitives::kernel::{WORK_OF_ELEMENT, WORK_OF_READ, WORK_OF_RUN};
use veritrace_primitives::page::{page_hashes, prove_page, PageProof, Subject, PAGE_LEAVES};
use veritrace_primitives::proof::{Opening, Rejection, Target, TargetKind};
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::{ClaimBook, HostSha256, RequestId, VerdictBook, WorkerPool};
use veritrace_primitives::walk::Place;

fn assert_last_event<T: Config>(event: Event<T>) {
    let event: <T as frame_system::Config>::RuntimeEvent = event.into();
    frame_system::Pallet::<T>::assert_last_event(event);
}

fn fund<T: Config>(who: &T::AccountId) {
    T::Currency::set_balance(who, BalanceOf::<T>::max_value() / 1_000u32.into());
}

/// A challenger who signs. Its account is whitelisted: whatever it calls, its fee and nonce read and write it.
fn challenger<T: Config>() -> T::AccountId {
    let who: T::AccountId = whitelisted_caller();
    fund::<T>(&who);
    who
}

/// A challenger for whom someone else signs.
fn absent_challenger<T: Config>() -> T::AccountId {
    let who: T::AccountId = account("challenger", 0, 0);
    fund::<T>(&who);
    who
}

/// Of every seal here.
const SALT: Salt = [5; 32];

fn pass<T: Config>() {
    frame_system::Pallet::<T>::set_block_number(Pallet::<T>::now() + One::one());
}

fn one_claim<T: Config>() -> (RequestId, T::AccountId) {
    (1, account("worker", 0, 0))
}

/// Of a tensor of the highest rank.
fn challenge_record<T: Config>() -> ChallengeRecordOf<T> {
    ChallengeRecord {
        challenger: account("challenger", 0, 0),
        bond: One::one(),
        digest: [1; 32],
        content: Content::Tensor(spec(DType::I32, &[1; 6])),
        state: ChallengeState::Opened { due: One::one() },
        opening_bytes: 4,
        at: One::one(),
    }
}

/// Brings all entries over, or all but the parameters when the walk has begun.
fn migrate<T: Config>(place: Option<Place>) {
    let done = Migration::<T>::step(place, &mut WeightMeter::new());
    assert_eq!(done, Ok(None));
    assert_eq!(Pallet::<T>::on_chain_storage_version(), 2);
}

/// A claim about a product whose output is wrong in one element, or right.
struct Scene<T: Config> {
    truth: Run,
    said: Run,
    leaves: Vec<Digest>,
    worker: T::AccountId,
    request: RequestId,
}

impl<T: Config> Scene<T> {
    fn new(rows: u32, depth: u32, columns: u32, lie: bool) -> Self {
        // The last parameters of the runtime may be below what is measured here.
        Parameters::<T>::mutate(|parameters| {
            parameters.max_whole_bytes = u32::MAX;
            parameters.max_macs = u64::MAX;
            parameters.max_tile_macs = u64::MAX;
        });
        let input = (0..rows * depth).map(|at| (at % 5) as u8).collect();
        let truth = Run::new(product(rows, depth, columns), vec![input]);
        let mut said = truth.clone();
        if lie {
            said.outputs[0][0] ^= 1;
        }
        let leaves = said.leaves();
        let worker: T::AccountId = account("worker", 0, 0);
        let request = T::Claims::create_claim(
            &worker,
            truth.graph_root(),
            1,
            Run::trace_root(&leaves),
            &truth.input_roots(),
        );
        Self {
            truth,
            said,
            leaves,
            worker,
            request,
        }
    }

    fn opening(&self) -> Opening {
        let limit = Parameters::<T>::get().max_opening_bytes;
        self.said.opening(0, limit).unwrap()
    }

    fn proof(&self, target: Target) -> BoundedVec<u8, T::MaxProofBytes> {
        self.truth
            .contradiction(&self.leaves, 0, target)
            .try_into()
            .expect("the proof fits")
    }

    fn tile(&self) -> BoundedVec<u8, T::MaxProofBytes> {
        self.proof(Run::tile(Layout::One, &self.opening(), 0).unwrap())
    }

    /// Targets an element that the claim has right or wrong.
    fn element(&self, lie: bool) -> BoundedVec<u8, T::MaxProofBytes> {
        let mut differing = self.truth.clone();
        if !lie {
            differing.outputs[0][0] ^= 1;
        }
        let opening = self.said.opening(0, u32::MAX).unwrap();
        self.proof(differing.element(0, &opening, 0).unwrap())
    }

    fn challenge(&self, who: &T::AccountId) {
        let proof = self.truth.challenge(&self.leaves, 0).try_into().unwrap();
        Pallet::<T>::challenge(
            RawOrigin::Signed(who.clone()).into(),
            self.request,
            self.worker.clone(),
            proof,
        )
        .unwrap();
        assert!(Challenges::<T>::contains_key(
            (self.request, self.worker.clone()),
            Subject::Node(0)
        ));
    }

    /// A key that signs for the worker.
    fn operator(&self) -> T::AccountId {
        assert!(
            T::Workers::worker_of(&self.worker) == Some(self.worker.clone()),
            "a worker made for benchmarks is its own operator"
        );
        self.worker.clone()
    }

    fn open(&self) {
        Pallet::<T>::open(
            RawOrigin::Signed(self.operator()).into(),
            self.request,
            0,
            self.opening().encode().try_into().unwrap(),
        )
        .unwrap();
    }

    fn run_out(&self) {
        let key = (self.request, self.worker.clone());
        let due = match Challenges::<T>::get(key, Subject::Node(0)).unwrap().state {
            ChallengeState::Awaiting { due } | ChallengeState::Opened { due } => due,
        };
        frame_system::Pallet::<T>::set_block_number(due);
    }

    fn accusation(&self) -> Accusation {
        Accusation {
            request: self.request,
            trace_root: Run::trace_root(&self.leaves),
            subject: Subject::Node(0),
        }
    }

    /// Seals that the claim is wrong.
    fn seal(&self, who: &T::AccountId) -> Digest {
        let seal = self.accusation().sealed_by(who, &SALT);
        Pallet::<T>::seal(RawOrigin::Signed(who.clone()).into(), seal).unwrap();
        assert!(Seals::<T>::contains_key(who, seal));
        seal
    }

    fn convict(&self, who: &T::AccountId) {
        Pallet::<T>::contradict_node(
            RawOrigin::Signed(who.clone()).into(),
            self.request,
            self.worker.clone(),
            self.proof(Target::Whole),
            None,
        )
        .unwrap();
        assert!(self.bounty().is_some());
    }

    fn bounty(&self) -> Option<BountyRecordOf<T>> {
        Bounties::<T>::get(self.request, Run::trace_root(&self.leaves))
    }

    fn assert_convicted(&self, challenger: T::AccountId, evidence: Evidence) {
        assert!(T::Claims::claim(self.request, &self.worker).is_none());
        assert_last_event::<T>(Event::ClaimConvicted {
            request: self.request,
            worker: self.worker.clone(),
            trace_root: Run::trace_root(&self.leaves),
            subject: Subject::Node(0),
            challenger,
            evidence,
            struck: 1,
        });
    }

    fn assert_rejected(&self, who: T::AccountId, reason: Rejection) {
        assert_last_event::<T>(Event::ProofRejected {
            request: self.request,
            worker: self.worker.clone(),
            who,
            reason,
            penalty: Parameters::<T>::get().rejected_proof_penalty,
        });
    }
}

/// A claim whose trace is revealed by pages; nobody looks at what is under its leaves.
struct PagedScene<T: Config> {
    leaves: Vec<Digest>,
    worker: T::AccountId,
    request: RequestId,
}

impl<T: Config> PagedScene<T> {
    /// So many nodes.
    fn new(nodes: u16) -> Self {
        let leaves: Vec<Digest> = (0..nodes)
            .map(|index| HostSha256::hash(&index.to_le_bytes()))
            .collect();
        let worker: T::AccountId = account("worker", 0, 0);
        let request = T::Claims::create_claim(
            &worker,
            [1; 32],
            nodes,
            Run::trace_root(&leaves),
            &[[2; 32]],
        );
        Self {
            leaves,
            worker,
            request,
        }
    }

    /// Two pages, the second of which has `l` leaves and is challenged.
    fn challenged(l: u32) -> Self {
        let scene = Self::new((PAGE_LEAVES + l) as u16);
        Pallet::<T>::challenge_page(
            RawOrigin::Signed(absent_challenger::<T>()).into(),
            scene.request,
            scene.worker.clone(),
            scene.proof(1),
        )
        .unwrap();
        assert!(scene.challenge(1).is_some());
        scene
    }

    fn proof(&self, page: u16) -> PageProof {
        prove_page::<HostSha256>(&page_hashes::<HostSha256>(&self.leaves), page).unwrap()
    }

    fn challenge(&self, page: u16) -> Option<ChallengeRecordOf<T>> {
        Challenges::<T>::get((self.request, self.worker.clone()), Subject::Page(page))
    }

    fn last_page(&self) -> Vec<Digest> {
        self.leaves[PAGE_LEAVES as usize..].to_vec()
    }

    fn assert_rejected(&self, who: T::AccountId, reason: Rejection) {
        assert_last_event::<T>(Event::ProofRejected {
            request: self.request,
            worker: self.worker.clone(),
            who,
            reason,
            penalty: Parameters::<T>::get().rejected_proof_penalty,
        });
    }
}

/// What an element of a product counts besides its multiply-accumulates.
const OVERHEAD: u32 = (WORK_OF_RUN + WORK_OF_ELEMENT + WORK_OF_READ) as u32;

/// Elements of the products that are shown whole: always as many, so that none of the time they take is laid at the door
/// of bytes. Few, so that what an element counts for more than it takes is less than what a call takes: the fit has no
/// negative base.
const ELEMENTS: u32 = 8_192;

/// A product of about as many elements, with about `b` bytes of inputs, that counts as `m` thousand multiply-accumulates:
/// rows, depth and columns.
fn broad(b: u32, m: u32) -> (u32, u32, u32) {
    let depth = m * 1_000 / ELEMENTS - OVERHEAD;
    // Rows and columns: their sum and their product are known.
    let lines = b / depth;
    let difference = (lines * lines).saturating_sub(4 * ELEMENTS).isqrt();
    let rows = (lines + difference) / 2;
    // To the nearest.
    let columns = (ELEMENTS + rows / 2) / rows;
    (ELEMENTS / columns, depth, columns)
}

/// Bytes of a tile of the fixture's layout.
const TILE: u32 = Layout::One.tile_bytes();

/// A product whose first tile takes about `b` bytes of inputs and counts as `m` thousand multiply-accumulates: rows, depth
/// and columns. A tile of 256 elements over `n` columns depends on `n + 256 / n` rows of `depth` bytes.
fn oblong(b: u32, m: u32) -> (u32, u32, u32) {
    let depth = m * 1_000 / TILE - OVERHEAD;
    let lines = (b / depth).max(32);
    let columns = ((lines + (lines * lines - 1_024).isqrt()) / 2).max(16);
    (TILE.div_ceil(columns).max(2), depth, columns)
}

/// Depth of a product an element of which counts as `m` thousand multiply-accumulates.
fn deep(m: u32) -> u32 {
    m * 1_000 - OVERHEAD
}

#[benchmarks]
mod benches {
    use super::*;

    #[benchmark]
    fn contradict_node_convicts(
        b: Linear<65_536, 131_072>,
        m: Linear<2_400, 3_800>,
    ) -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let (rows, depth, columns) = broad(b, m);
        let scene = Scene::<T>::new(rows, depth, columns, true);
        let proof = scene.proof(Target::Whole);

        #[extrinsic_call]
        contradict_node(
            RawOrigin::Signed(who.clone()),
            scene.request,
            scene.worker.clone(),
            proof,
            None,
        );

        scene.assert_convicted(who, Evidence::Contradiction(TargetKind::Node));
        Ok(())
    }

    #[benchmark]
    fn contradict_node_rejected(
        b: Linear<65_536, 131_072>,
        m: Linear<2_400, 3_800>,
    ) -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let (rows, depth, columns) = broad(b, m);
        let scene = Scene::<T>::new(rows, depth, columns, false);
        let proof = scene.proof(Target::Whole);

        #[extrinsic_call]
        contradict_node(
            RawOrigin::Signed(who.clone()),
            scene.request,
            scene.worker.clone(),
            proof,
            None,
        );

        scene.assert_rejected(who, Rejection::ClaimHolds);
        Ok(())
    }

    #[benchmark]
    fn contradict_tile_convicts(
        b: Linear<65_536, 131_072>,
        m: Linear<192, 544>,
    ) -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let (rows, depth, columns) = oblong(b, m);
        let scene = Scene::<T>::new(rows, depth, columns, true);
        let proof = scene.tile();

        #[extrinsic_call]
        contradict_tile(
            RawOrigin::Signed(who.clone()),
            scene.request,
            scene.worker.clone(),
            proof,
            None,
        );

        scene.assert_convicted(who, Evidence::Contradiction(TargetKind::Tile));
        Ok(())
    }

    #[benchmark]
    fn contradict_tile_rejected(
        b: Linear<65_536, 131_072>,
        m: Linear<192, 544>,
    ) -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let (rows, depth, columns) = oblong(b, m);
        let scene = Scene::<T>::new(rows, depth, columns, false);
        let proof = scene.tile();

        #[extrinsic_call]
        contradict_tile(
            RawOrigin::Signed(who.clone()),
            scene.request,
            scene.worker.clone(),
            proof,
            None,
        );

        scene.assert_rejected(who, Rejection::ClaimHolds);
        Ok(())
    }

    #[benchmark]
    fn contradict_element_convicts(m: Linear<1, 64>) -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let scene = Scene::<T>::new(2, deep(m), 2, true);
        let proof = scene.element(true);

        #[extrinsic_call]
        contradict_element(
            RawOrigin::Signed(who.clone()),
            scene.request,
            scene.worker.clone(),
            proof,
            None,
        );

        scene.assert_convicted(who, Evidence::Contradiction(TargetKind::Element));
        Ok(())
    }

    #[benchmark]
    fn contradict_element_rejected(m: Linear<1, 64>) -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let scene = Scene::<T>::new(2, deep(m), 2, false);
        let proof = scene.element(false);

        #[extrinsic_call]
        contradict_element(
            RawOrigin::Signed(who.clone()),
            scene.request,
            scene.worker.clone(),
            proof,
            None,
        );

        scene.assert_rejected(who, Rejection::ClaimHolds);
        Ok(())
    }

    /// An accepted proof has at most some hundred bytes, so they are no component.
    #[benchmark]
    fn challenge_accepted() -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let scene = Scene::<T>::new(16, 16, 16, false);
        let proof = scene
            .truth
            .challenge(&scene.leaves, 0)
            .try_into()
            .expect("the proof fits");

        #[extrinsic_call]
        challenge(
            RawOrigin::Signed(who),
            scene.request,
            scene.worker.clone(),
            proof,
        );

        assert!(Challenges::<T>::contains_key(
            (scene.request, scene.worker),
            Subject::Node(0)
        ));
        Ok(())
    }

    /// The most that a rejected one costs is to decode and hash a path of `b` bytes.
    #[benchmark]
    fn challenge_rejected(b: Linear<1_024, 65_536>) -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let scene = Scene::<T>::new(16, 16, 16, false);
        let mut proof = veritrace_primitives::proof::decode::<
            veritrace_primitives::proof::ChallengeProof,
        >(&scene.truth.challenge(&scene.leaves, 0))
        .unwrap();
        proof.trace_path = vec![[7; 32]; (b / 32) as usize];
        let proof = proof.encode().try_into().expect("the proof fits");

        #[extrinsic_call]
        challenge(
            RawOrigin::Signed(who.clone()),
            scene.request,
            scene.worker.clone(),
            proof,
        );

        scene.assert_rejected(who, Rejection::NotTheClaim);
        Ok(())
    }

    /// An opening with the `b` bytes of an output.
    #[benchmark]
    fn open_tensor(
        b: Linear<1_024, { T::MaxOpeningBytes::get() / 2 }>,
    ) -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        Parameters::<T>::mutate(|parameters| parameters.max_opening_bytes = u32::MAX);
        let scene = Scene::<T>::new(b / 64, 1, 64, false);
        scene.challenge(&who);
        let opening = scene.opening();
        assert!(matches!(opening, Opening::Tensor(_)));
        let operator = scene.operator();

        #[extrinsic_call]
        open(
            RawOrigin::Signed(operator),
            scene.request,
            0,
            opening.encode().try_into().expect("the opening fits"),
        );

        let state = Challenges::<T>::get((scene.request, scene.worker), Subject::Node(0))
            .unwrap()
            .state;
        assert!(matches!(state, ChallengeState::Opened { .. }));
        Ok(())
    }

    /// An opening with `b` bytes of tile hashes.
    #[benchmark]
    fn open_tiles(b: Linear<1_024, 32_768>) -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        Parameters::<T>::mutate(|parameters| parameters.max_opening_bytes = b.max(256));
        let scene = Scene::<T>::new(b / 32 * 256 / 64, 1, 64, false);
        scene.challenge(&who);
        let opening = scene.opening();
        assert!(matches!(opening, Opening::Tiles(_)));
        let operator = scene.operator();

        #[extrinsic_call]
        open(
            RawOrigin::Signed(operator),
            scene.request,
            0,
            opening.encode().try_into().expect("the opening fits"),
        );

        let state = Challenges::<T>::get((scene.request, scene.worker), Subject::Node(0))
            .unwrap()
            .state;
        assert!(matches!(state, ChallengeState::Opened { .. }));
        Ok(())
    }

    /// Bytes of the right length that are not those under the leaf.
    #[benchmark]
    fn open_rejected(
        b: Linear<1_024, { T::MaxOpeningBytes::get() / 2 }>,
    ) -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        Parameters::<T>::mutate(|parameters| parameters.max_opening_bytes = u32::MAX);
        let scene = Scene::<T>::new(b / 64, 1, 64, true);
        scene.challenge(&who);
        let opening = scene.truth.opening(0, u32::MAX).unwrap();
        let operator = scene.operator();
        whitelist_account!(operator);
        fund::<T>(&operator);

        #[extrinsic_call]
        open(
            RawOrigin::Signed(operator.clone()),
            scene.request,
            0,
            opening.encode().try_into().expect("the opening fits"),
        );

        scene.assert_rejected(operator, Rejection::NotUnderLeaf);
        Ok(())
    }

    #[benchmark]
    fn expire_unanswered() -> Result<(), BenchmarkError> {
        let who = absent_challenger::<T>();
        let keeper: T::AccountId = whitelisted_caller();
        let scene = Scene::<T>::new(16, 16, 16, true);
        scene.challenge(&who);
        scene.run_out();

        #[extrinsic_call]
        expire_challenge(
            RawOrigin::Signed(keeper),
            scene.request,
            scene.worker.clone(),
            Subject::Node(0),
        );

        scene.assert_convicted(who, Evidence::Silence);
        Ok(())
    }

    #[benchmark]
    fn expire_uncontradicted() -> Result<(), BenchmarkError> {
        let who = absent_challenger::<T>();
        let keeper: T::AccountId = whitelisted_caller();
        let scene = Scene::<T>::new(16, 16, 16, false);
        scene.challenge(&who);
        scene.open();
        scene.run_out();

        #[extrinsic_call]
        expire_challenge(
            RawOrigin::Signed(keeper),
            scene.request,
            scene.worker.clone(),
            Subject::Node(0),
        );

        assert!(T::Claims::claim(scene.request, &scene.worker).is_some());
        assert!(!Challenges::<T>::contains_key(
            (scene.request, scene.worker),
            Subject::Node(0)
        ));
        Ok(())
    }

    #[benchmark]
    fn reclaim_bond() -> Result<(), BenchmarkError> {
        let who = absent_challenger::<T>();
        let keeper: T::AccountId = whitelisted_caller();
        let scene = Scene::<T>::new(16, 16, 16, true);
        scene.challenge(&who);
        Pallet::<T>::contradict_node(
            RawOrigin::Signed(who.clone()).into(),
            scene.request,
            scene.worker.clone(),
            scene.proof(Target::Whole),
            None,
        )
        .map_err(|e| e.error)?;

        #[extrinsic_call]
        _(
            RawOrigin::Signed(keeper),
            scene.request,
            scene.worker.clone(),
            Subject::Node(0),
        );

        assert!(!Challenges::<T>::contains_key(
            (scene.request, scene.worker),
            Subject::Node(0)
        ));
        Ok(())
    }

    /// Most that is left of a request when it closes: `n` claims that fell, each with another trace, after being opened.
    #[benchmark]
    fn forget(n: Linear<0, { T::MaxClaims::get() }>) -> Result<(), BenchmarkError> {
        let request: RequestId = 7;
        for index in 0..n {
            let mut trace_root = [0; 32];
            trace_root[..4].copy_from_slice(&index.to_le_bytes());
            Verdicts::<T>::insert(request, trace_root, ());
            let worker: T::AccountId = account("worker", index, 0);
            Opened::<T>::try_mutate(request, &worker, |opened| {
                // As large as it gets.
                let last = veritrace_primitives::graph::MAX_NODES.saturating_sub(1) as u16;
                opened.insert(Subject::Node(last)).ok_or(())
            })
            .map_err(|_| BenchmarkError::Stop("there is room for a node"))?;
        }

        #[block]
        {
            <Pallet<T> as VerdictBook>::request_closed(request);
        }

        assert!(Verdicts::<T>::iter_prefix(request).next().is_none());
        assert!(Opened::<T>::iter_prefix(request).next().is_none());
        Ok(())
    }

    #[benchmark]
    fn seal() -> Result<(), BenchmarkError> {
        let who = challenger::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), [7; 32]);

        assert!(Seals::<T>::contains_key(who, [7; 32]));
        Ok(())
    }

    /// What a proof that brings its own seal takes besides.
    #[benchmark]
    fn use_seal() -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let scene = Scene::<T>::new(16, 16, 16, true);
        let sealed = scene.seal(&who);
        pass::<T>();
        let order;

        #[block]
        {
            order = Pallet::<T>::use_seal(&who, &scene.accusation(), &SALT)?;
        }

        assert_eq!(order, Some(0));
        assert!(!Seals::<T>::contains_key(who, sealed));
        Ok(())
    }

    /// An earlier seal takes the bounty from whoever copied the proof.
    #[benchmark]
    fn reveal_seal() -> Result<(), BenchmarkError> {
        let (who, copyist) = (challenger::<T>(), absent_challenger::<T>());
        let scene = Scene::<T>::new(16, 16, 16, true);
        scene.seal(&who);
        pass::<T>();
        scene.convict(&copyist);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(who.clone()),
            scene.request,
            Run::trace_root(&scene.leaves),
            SALT,
        );

        assert!(scene.bounty().map(|bounty| bounty.holder) == Some(who));
        Ok(())
    }

    #[benchmark]
    fn release_bounty() -> Result<(), BenchmarkError> {
        let who = absent_challenger::<T>();
        let keeper: T::AccountId = whitelisted_caller();
        let scene = Scene::<T>::new(16, 16, 16, true);
        scene.convict(&who);
        let due = scene.bounty().unwrap().due;
        frame_system::Pallet::<T>::set_block_number(due);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(keeper),
            scene.request,
            Run::trace_root(&scene.leaves),
        );

        assert!(scene.bounty().is_none());
        Ok(())
    }

    #[benchmark]
    fn expire_seal() -> Result<(), BenchmarkError> {
        let who = absent_challenger::<T>();
        let keeper: T::AccountId = whitelisted_caller();
        Pallet::<T>::seal(RawOrigin::Signed(who.clone()).into(), [7; 32])?;
        let forfeit = Seals::<T>::get(&who, [7; 32]).unwrap().forfeit;
        frame_system::Pallet::<T>::set_block_number(forfeit);

        #[extrinsic_call]
        _(RawOrigin::Signed(keeper), who.clone(), [7; 32]);

        assert!(!Seals::<T>::contains_key(who, [7; 32]));
        Ok(())
    }

    /// The longest path that there is.
    #[benchmark]
    fn challenge_page_accepted() -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let scene = PagedScene::<T>::new(veritrace_primitives::graph::MAX_NODES as u16);
        let proof = scene.proof(15);

        #[extrinsic_call]
        challenge_page(
            RawOrigin::Signed(who),
            scene.request,
            scene.worker.clone(),
            proof,
        );

        assert!(scene.challenge(15).is_some());
        Ok(())
    }

    #[benchmark]
    fn challenge_page_rejected() -> Result<(), BenchmarkError> {
        let who = challenger::<T>();
        let scene = PagedScene::<T>::new(veritrace_primitives::graph::MAX_NODES as u16);
        let mut proof = scene.proof(15);
        proof.hash[0] ^= 1;

        #[extrinsic_call]
        challenge_page(
            RawOrigin::Signed(who.clone()),
            scene.request,
            scene.worker.clone(),
            proof,
        );

        scene.assert_rejected(who, Rejection::NotTheClaim);
        Ok(())
    }

    #[benchmark]
    fn open_page(l: Linear<1, { PAGE_LEAVES }>) -> Result<(), BenchmarkError> {
        let scene = PagedScene::<T>::challenged(l);
        let leaves = scene.last_page();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(scene.worker.clone()),
            scene.request,
            1,
            leaves.try_into().expect("a page fits"),
        );

        let state = scene.challenge(1).unwrap().state;
        assert!(matches!(state, ChallengeState::Opened { .. }));
        Ok(())
    }

    /// As many leaves as the page has that are not its own.
    #[benchmark]
    fn open_page_rejected(l: Linear<1, { PAGE_LEAVES }>) -> Result<(), BenchmarkError> {
        let scene = PagedScene::<T>::challenged(l);
        let operator = scene.worker.clone();
        whitelist_account!(operator);
        fund::<T>(&operator);
        let mut leaves = scene.last_page();
        leaves[0][0] ^= 1;

        #[extrinsic_call]
        open_page(
            RawOrigin::Signed(operator.clone()),
            scene.request,
            1,
            leaves.try_into().expect("a page fits"),
        );

        scene.assert_rejected(operator, Rejection::NotUnderPage);
        Ok(())
    }

    /// One of the last tile of a tensor, as the auditor shows it. Its paths are some hundred bytes, so they are no component.
    #[benchmark]
    fn attest_accepted() -> Result<(), BenchmarkError> {
        let scene = Scene::<T>::new(64, 1, 64, false);
        let auditor: T::AccountId = account("auditor", 0, 0);
        T::Claims::create_audit(scene.request, &scene.worker, &auditor, 0, 15);
        let proof = scene.truth.attestation(&scene.leaves, 0, 15);

        #[extrinsic_call]
        attest(
            RawOrigin::Signed(auditor.clone()),
            scene.request,
            proof.try_into().expect("the proof fits"),
        );

        assert!(T::Claims::audit(scene.request, &auditor).is_err());
        Ok(())
    }

    /// The most that a rejected one costs is to decode and hash a path of `b` bytes.
    #[benchmark]
    fn attest_rejected(b: Linear<1_024, 65_536>) -> Result<(), BenchmarkError> {
        let scene = Scene::<T>::new(64, 1, 64, false);
        let auditor: T::AccountId = account("auditor", 0, 0);
        T::Claims::create_audit(scene.request, &scene.worker, &auditor, 0, 15);
        let mut shown =
            Attestation::decode(&mut &scene.truth.attestation(&scene.leaves, 0, 15)[..])
                .expect("it was made here");
        shown.node.node_path = vec![[1; 32]; (b / 32) as usize];
        let proof = shown.encode();

        #[extrinsic_call]
        attest(
            RawOrigin::Signed(auditor.clone()),
            scene.request,
            proof.try_into().expect("the proof fits"),
        );

        scene.assert_rejected(auditor, Rejection::NotTheModel);
        Ok(())
    }

    #[benchmark]
    fn set_parameters() -> Result<(), BenchmarkError> {
        let origin =
            T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let parameters = Parameters::<T>::get();

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, parameters);

        assert_last_event::<T>(Event::ParametersChanged { parameters });
        Ok(())
    }

    /// What the first step, and every other, does besides the entries.
    #[benchmark]
    fn migrate_parameters() {
        let parameters = Parameters::<T>::get();
        StorageVersion::new(1).put::<Pallet<T>>();
        Parameters::<T>::mutate(|older| older.seal_lifetime = One::one());

        #[block]
        {
            migrate::<T>(None);
        }

        assert!(Pallet::<T>::are_consistent(&Parameters::<T>::get()));
        assert!(Parameters::<T>::get().seal_lifetime <= parameters.seal_lifetime);
    }

    #[benchmark]
    fn migrate_challenge() {
        let node = 1_023u16;
        let record = challenge_record::<T>();
        Challenges::<T>::insert(one_claim::<T>(), Subject::Node(node), record.clone());
        turn_back::<T>();

        #[block]
        {
            migrate::<T>(Some(Place::default()));
        }

        let now = Challenges::<T>::get(one_claim::<T>(), Subject::Node(node));
        assert_eq!(now, Some(record));
    }

    #[benchmark]
    fn migrate_count() {
        let count = RunningCount { nodes: 7, pages: 0 };
        ChallengeCount::<T>::insert(one_claim::<T>(), count);
        turn_back::<T>();

        #[block]
        {
            migrate::<T>(Some(Place::default()));
        }

        assert_eq!(ChallengeCount::<T>::get(one_claim::<T>()), count);
    }

    /// Of a claim all of whose nodes were opened.
    #[benchmark]
    fn migrate_opened() {
        let (request, worker) = one_claim::<T>();
        let mut opened = OpenedSet::default();
        for node in 0..1_024 {
            opened
                .insert(Subject::Node(node))
                .expect("there are as many");
        }
        Opened::<T>::insert(request, &worker, opened.clone());
        turn_back::<T>();

        #[block]
        {
            migrate::<T>(Some(Place::default()));
        }

        assert_eq!(Opened::<T>::get(request, &worker), opened);
    }

    #[benchmark]
    fn migrate_bounty() {
        let record = BountyRecord {
            holder: one_claim::<T>().1,
            amount: One::one(),
            subject: Subject::Node(7),
            order: Some(8),
            before: One::one(),
            convicted: One::one(),
            due: One::one(),
        };
        Bounties::<T>::insert(1, [1; 32], record.clone());
        turn_back::<T>();

        #[block]
        {
            migrate::<T>(Some(Place::default()));
        }

        assert_eq!(Bounties::<T>::get(1, [1; 32]), Some(record));
    }

    impl_benchmark_test_suite!(
        Pallet,
        crate::mock::ExtBuilder::default().build(),
        crate::mock::Test
    );
}

#[cfg(test)]
mod shapes {
    use super::*;
    use veritrace_primitives::kernel::Kernel;

    /// What an element of such a product counts, by the kernel itself.
    fn element(rows: u32, depth: u32, columns: u32) -> u64 {
        let graph = product(rows, depth, columns);
        let specs: Vec<_> = graph
            .header
            .inputs
            .iter()
            .chain(
                graph
                    .initialisers
                    .iter()
                    .map(|initialiser| &initialiser.spec),
            )
            .collect();
        Kernel::new(Layout::One, &graph.nodes[0], &specs, None)
            .unwrap()
            .macs_per_element()
    }

    fn assert_near(found: u64, wanted: u32) {
        let percent = found * 100 / u64::from(wanted);
        assert!((95..=105).contains(&percent), "{found} for {wanted}");
    }

    #[test]
    fn products_should_have_the_bytes_and_the_work_that_their_components_say() {
        for b in [65_536, 98_304, 131_072] {
            for m in [2_400, 3_100, 3_800] {
                let (rows, depth, columns) = broad(b, m);
                assert_near(u64::from((rows + columns) * depth), b);
                let work = u64::from(rows * columns) * element(rows, depth, columns);
                assert_near(work, m * 1_000);
            }
        }
        for b in [65_536, 131_072] {
            for m in [192, 320, 544] {
                let (rows, depth, columns) = oblong(b, m);
                assert!(rows * columns >= TILE && columns <= TILE);
                let lines = columns + TILE.div_ceil(columns);
                assert_near(u64::from(lines * depth), b);
                let work = u64::from(TILE) * element(rows, depth, columns);
                assert_near(work, m * 1_000);
            }
        }
        assert_eq!(element(2, deep(7), 2), 7_000);
    }
}
