//! Models, workers, requests, disputes and payments. Everything economic or temporal is storage, set by the genesis
//! preset; here are only the bounds of types.

use crate::{
    configs::{currency::TreasuryAccount, offchain::Keystore, randomness::BlockRandomness},
    constants::PAYOUTS,
    AccountId, Balances, Disputes, Inference, Models, Payouts, Runtime, RuntimeHoldReason, Workers,
};
use frame_support::{
    parameter_types,
    traits::{ConstU32, ConstU64, Get},
    weights::Weight,
    PalletId,
};
use frame_system::EnsureRoot;
use veritrace_primitives::check::GraphLimits;

/// Most bytes of a proof, hence of any tensor shown in one.
pub const MAX_PROOF_BYTES: u32 = 1024 * 1024;

/// Most multiply-accumulates of a node contradicted as a whole: under half of a block.
pub const MAX_MACS: u64 = 40_000_000;

/// Most multiply-accumulates of a tile or an element. They cost more, one by one: inputs are looked up by tile.
pub const MAX_TILE_MACS: u64 = 2_000_000;

parameter_types! {
    /// Most workers ever drawn for one request, hence most claims it sees.
    pub const MaxSlots: u32 = 20;
    pub const PayoutsPalletId: PalletId = PAYOUTS;
    /// Most that drawing one worker weighs.
    pub DrawWeight: Weight = Workers::most_draw_weight();
    /// Most that forgetting the disputes about a request weighs.
    pub ForgetWeight: Weight = Disputes::most_forget_weight();
    /// Most that a verdict weighs in the requests pallet.
    pub ConvictWeight: Weight = pallet_inference::SettleBranch::heaviest_verdict::<Runtime>();
}

impl pallet_models::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdminOrigin = EnsureRoot<AccountId>;
    type MaxPageBytes = ConstU32<{ 64 * 1024 }>;
    type MaxProofBytes = ConstU32<{ 64 * 1024 }>;
    type Provable = Disputes;
    type WeightInfo = pallet_models::weights::SubstrateWeight<Runtime>;
}

impl pallet_workers::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Payments = Payouts;
    type Models = Models;
    type AdminOrigin = EnsureRoot<AccountId>;
    type MaxTickets = ConstU32<32>;
    type MaxServed = ConstU32<16>;
    type MaxUnbonding = ConstU32<8>;
    type WeightInfo = pallet_workers::weights::SubstrateWeight<Runtime>;
}

impl pallet_payouts::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type PalletId = PayoutsPalletId;
    type Treasury = TreasuryAccount;
    type AdminOrigin = EnsureRoot<AccountId>;
    type WeightInfo = pallet_payouts::weights::SubstrateWeight<Runtime>;
}

/// What models are admitted with: disputes check that their own limits leave every node of one provable.
pub struct AdmissionLimits;

impl Get<GraphLimits> for AdmissionLimits {
    fn get() -> GraphLimits {
        pallet_models::Parameters::<Runtime>::get().limits
    }
}

impl pallet_disputes::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Claims = Inference;
    type Workers = Workers;
    type GraphLimits = AdmissionLimits;
    type LengthToFee = <Runtime as pallet_transaction_payment::Config>::LengthToFee;
    type WeightToFee = <Runtime as pallet_transaction_payment::Config>::WeightToFee;
    type AdminOrigin = EnsureRoot<AccountId>;
    type MaxProofBytes = ConstU32<MAX_PROOF_BYTES>;
    type MaxOpeningBytes = ConstU32<MAX_PROOF_BYTES>;
    type MaxMacs = ConstU64<MAX_MACS>;
    type MaxTileMacs = ConstU64<MAX_TILE_MACS>;
    type MaxClaims = MaxSlots;
    type MaxSeals = ConstU32<64>;
    type ConvictWeight = ConvictWeight;
    type WeightInfo = pallet_disputes::weights::SubstrateWeight<Runtime>;
}

impl pallet_inference::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type AdminOrigin = EnsureRoot<AccountId>;
    type Models = Models;
    type Workers = Workers;
    type Verdicts = Disputes;
    type Challenges = Disputes;
    type Operators = Keystore;
    type Payments = Payouts;
    type Treasury = TreasuryAccount;
    type Randomness = BlockRandomness;
    type MaxRedundancy = ConstU32<5>;
    type MaxSlots = MaxSlots;
    type MaxInputBytes = ConstU32<{ 256 * 1024 }>;
    type MaxOutputBytes = ConstU32<{ 64 * 1024 }>;
    type MaxWork = ConstU32<64>;
    type DrawWeight = DrawWeight;
    type ForgetWeight = ForgetWeight;
    type WeightInfo = pallet_inference::weights::SubstrateWeight<Runtime>;
}
