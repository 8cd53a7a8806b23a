//! Blocks, time, batches and the administrator.

use crate::{
    constants::{
        AVERAGE_ON_INITIALIZE_RATIO, MAXIMUM_BLOCK_LENGTH, MAXIMUM_BLOCK_WEIGHT, MINUTES,
        NORMAL_DISPATCH_RATIO, SLOT_MILLISECONDS,
    },
    AccountId, Babe, Balance, Block, BlockNumber, Hash, MultiBlockMigrations, Nonce, OriginCaller,
    PalletInfo, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, RuntimeTask, VERSION,
};
use frame_support::{
    derive_impl,
    dispatch::DispatchClass,
    parameter_types,
    traits::{ConstU16, ConstU32, ConstU64},
    weights::{
        constants::{BlockExecutionWeight, ExtrinsicBaseWeight, ParityDbWeight},
        Weight,
    },
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::Perbill;
use sp_version::RuntimeVersion;

parameter_types! {
    /// How far back a transaction's era, and a contract's look at the past, may reach: two hours.
    pub const BlockHashCount: BlockNumber = 120 * MINUTES;
    pub const Version: RuntimeVersion = VERSION;
    /// Operational transactions may use what normal ones leave, and normal ones never the last part.
    pub RuntimeBlockWeights: BlockWeights = BlockWeights::builder()
        .base_block(BlockExecutionWeight::get())
        .for_class(DispatchClass::all(), |weights| {
            weights.base_extrinsic = ExtrinsicBaseWeight::get();
        })
        .for_class(DispatchClass::Normal, |weights| {
            weights.max_total = Some(NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_WEIGHT);
        })
        .for_class(DispatchClass::Operational, |weights| {
            weights.max_total = Some(MAXIMUM_BLOCK_WEIGHT);
            weights.reserved = Some(
                MAXIMUM_BLOCK_WEIGHT - NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_WEIGHT,
            );
        })
        .avg_block_initialization(AVERAGE_ON_INITIALIZE_RATIO)
        .build_or_panic();
    pub RuntimeBlockLength: BlockLength = BlockLength::builder()
        .max_length(MAXIMUM_BLOCK_LENGTH)
        .modify_max_length_for_class(DispatchClass::Normal, |length| {
            *length = NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_LENGTH;
        })
        .build();
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type Block = Block;
    type BlockWeights = RuntimeBlockWeights;
    type BlockLength = RuntimeBlockLength;
    type AccountId = AccountId;
    type AccountData = pallet_balances::AccountData<Balance>;
    type Nonce = Nonce;
    type Hash = Hash;
    type BlockHashCount = BlockHashCount;
    type DbWeight = ParityDbWeight;
    type Version = Version;
    type MaxConsumers = ConstU32<16>;
    type SS58Prefix = ConstU16<42>;
    type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
    type SingleBlockMigrations = crate::migrations::AtOnce;
    type MultiBlockMigrator = MultiBlockMigrations;
}

parameter_types! {
    /// Half of a block: the other half is for its beginning and its end, and for weights that are not quite true.
    pub MigrationWeight: Weight = Perbill::from_percent(50) * MAXIMUM_BLOCK_WEIGHT;
}

impl pallet_migrations::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Migrations = crate::migrations::OverBlocks;
    type CursorMaxLen = ConstU32<256>;
    type IdentifierMaxLen = ConstU32<64>;
    type MigrationStatusHandler = ();
    // Of storage that is half of one layout and half of another nothing may be read that moves money: neither transactions
    // nor the sweep at the end of blocks go on. Blocks do, and validators who agree on a repaired runtime put it in the
    // place of this one (`codeSubstitutes` of the chain's specification).
    type FailedMigrationHandler = frame_support::migrations::FreezeChainOnFailedMigration;
    type MaxServiceWeight = MigrationWeight;
    type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = Babe;
    type MinimumPeriod = ConstU64<{ SLOT_MILLISECONDS / 2 }>;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}
