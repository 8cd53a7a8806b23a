//! The parameters of version 1 are brought to version 2.

use super::*;
use crate::migrations::v2::{v1, Migration};
use codec::Encode;
use frame_support::assert_storage_noop;
use frame_support::storage::unhashed;
use frame_support::traits::{Get, GetStorageVersion, OnRuntimeUpgrade, StorageVersion};
use sp_runtime::Permill;

pub struct Share;

impl Get<Permill> for Share {
    fn get() -> Permill {
        Permill::from_percent(3)
    }
}

type V2 = Migration<Test, Share>;

/// The encoding that version 1 is known to have.
fn older() -> Vec<u8> {
    (
        (PARAMETERS.min_bond, PARAMETERS.ticket_size),
        (PARAMETERS.min_lock, PARAMETERS.lock_multiple),
        (PARAMETERS.no_show_penalty, DELAY, AGE, 16u32),
    )
        .encode()
}

fn turn_back() {
    unhashed::put_raw(&v1::Parameters::<Test>::hashed_key(), &older());
    StorageVersion::new(1).put::<WorkersPallet>();
}

#[test]
fn parameters_should_be_what_they_were_with_the_share_of_the_runtime() {
    ExtBuilder::default().build_and_execute(|| {
        turn_back();
        #[cfg(feature = "try-runtime")]
        let state = V2::pre_upgrade().unwrap();
        V2::on_runtime_upgrade();
        #[cfg(feature = "try-runtime")]
        V2::post_upgrade(state).unwrap();
        let parameters = ParametersOf::<Test> {
            no_show_share: Permill::from_percent(3),
            ..PARAMETERS
        };
        assert_eq!(Parameters::<Test>::get(), parameters);
        assert_eq!(WorkersPallet::on_chain_storage_version(), 2);
        System::assert_last_event(Event::ParametersChanged { parameters }.into());
    });
}

#[test]
fn second_run_should_do_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        turn_back();
        V2::on_runtime_upgrade();
        assert_storage_noop!(V2::on_runtime_upgrade());
    });
}

#[test]
fn fresh_chain_should_be_left_alone() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(WorkersPallet::on_chain_storage_version(), 2);
        assert_storage_noop!(V2::on_runtime_upgrade());
    });
}

#[test]
fn parameters_should_be_left_when_they_are_of_neither_version() {
    ExtBuilder::default().build().execute_with(|| {
        let key = v1::Parameters::<Test>::hashed_key();
        let mut longer = older();
        longer.push(0);
        unhashed::put_raw(&key, &longer);
        StorageVersion::new(1).put::<WorkersPallet>();
        V2::on_runtime_upgrade();
        assert_eq!(unhashed::get_raw(&key), Some(longer));
        let key = key.to_vec().try_into().unwrap();
        System::assert_last_event(Event::NotMigrated { key }.into());
    });
}

#[test]
fn parameters_should_stay_the_defaults_when_none_were_set() {
    ExtBuilder::default().build().execute_with(|| {
        Parameters::<Test>::kill();
        StorageVersion::new(1).put::<WorkersPallet>();
        V2::on_runtime_upgrade();
        assert!(!Parameters::<Test>::exists());
    });
}
