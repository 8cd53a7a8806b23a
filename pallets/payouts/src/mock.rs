//! A runtime for the tests: balances, a pallet that only has a reason to hold, and payouts.

use crate as pallet_payouts;
use crate::{Pallet, PayoutParameters};
use frame_support::traits::fungible::{InspectHold, MutateHold};
use frame_support::traits::ConstU32;
use frame_support::{assert_ok, derive_impl, parameter_types, PalletId};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, Permill};

pub type Block = frame_system::mocking::MockBlock<Test>;
pub type AccountId = u64;
pub type Balance = u64;

/// Owes what is paid.
pub const PAYER: AccountId = 1;
/// Has an open account, like the worker.
pub const AUTHOR: AccountId = 2;
pub const WORKER: AccountId = 3;
/// Has no account until it is paid enough.
pub const NEWCOMER: AccountId = 4;
pub const TREASURY: AccountId = 5;
/// Only signs.
pub const STRANGER: AccountId = 6;

pub const EXISTENTIAL_DEPOSIT: Balance = 10;
pub const ESCROW: Balance = 100_000;

/// A pallet with nothing but a reason to hold funds.
#[frame_support::pallet(dev_mode)]
pub mod escrow {
    #[pallet::config]
    pub trait Config: frame_system::Config {}

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A price that was promised.
        Escrow,
    }
}

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        Escrow: escrow,
        Payouts: pallet_payouts,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountData = pallet_balances::AccountData<Balance>;
}

parameter_types! {
    pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
    pub const PayoutsId: PalletId = PalletId(*b"vt/payou");
    pub const Treasury: AccountId = TREASURY;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
    type ExistentialDeposit = ExistentialDeposit;
    type MaxFreezes = ConstU32<1>;
}

impl escrow::Config for Test {}

impl pallet_payouts::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type PalletId = PayoutsId;
    type Treasury = Treasury;
    type AdminOrigin = EnsureRoot<AccountId>;
    type WeightInfo = ();
}

/// What the payer's funds are held for.
pub const REASON: RuntimeHoldReason = RuntimeHoldReason::Escrow(escrow::HoldReason::Escrow);

/// What is still held on the payer.
pub fn held() -> Balance {
    Balances::balance_on_hold(&REASON, &PAYER)
}

/// Builds the chain a test runs on.
pub struct ExtBuilder {
    fee: Permill,
    treasury: Balance,
}

impl Default for ExtBuilder {
    fn default() -> Self {
        Self {
            fee: Permill::from_percent(5),
            treasury: EXISTENTIAL_DEPOSIT,
        }
    }
}

impl ExtBuilder {
    pub fn with_fee(mut self, fee: Permill) -> Self {
        self.fee = fee;
        self
    }

    pub fn with_treasury(mut self, balance: Balance) -> Self {
        self.treasury = balance;
        self
    }

    pub fn build(self) -> sp_io::TestExternalities {
        let mut balances = vec![
            (PAYER, ESCROW + EXISTENTIAL_DEPOSIT),
            (AUTHOR, EXISTENTIAL_DEPOSIT),
            (WORKER, EXISTENTIAL_DEPOSIT),
            (STRANGER, EXISTENTIAL_DEPOSIT),
        ];
        if self.treasury > 0 {
            balances.push((TREASURY, self.treasury));
        }
        let storage = RuntimeGenesisConfig {
            balances: pallet_balances::GenesisConfig {
                balances,
                ..Default::default()
            },
            payouts: pallet_payouts::GenesisConfig {
                parameters: PayoutParameters {
                    protocol_fee: self.fee,
                },
                ..Default::default()
            },
            ..Default::default()
        }
        .build_storage()
        .unwrap();
        let mut ext = sp_io::TestExternalities::from(storage);
        ext.execute_with(|| {
            System::set_block_number(1);
            assert_ok!(Balances::hold(&REASON, &PAYER, ESCROW));
        });
        ext
    }

    /// Runs a test, then checks the invariants.
    pub fn build_and_execute(self, test: impl FnOnce()) {
        self.build().execute_with(|| {
            test();
            Pallet::<Test>::do_try_state().unwrap();
        });
    }
}
