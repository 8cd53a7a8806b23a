use crate::mock::*;
use crate::{Claimable, Error, Event, Parameters, PayoutParameters, TotalClaimable};
use codec::{Decode, Encode};
use frame_support::traits::fungible::{Inspect, MutateFreeze};
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use sp_runtime::traits::BadOrigin;
use sp_runtime::{DispatchError, Permill, TokenError};
use veritrace_primitives::traits::{Payments, Split};

mod try_state;

fn pay(to: AccountId, amount: Balance) -> Result<(), DispatchError> {
    <Payouts as Payments<_, _, _>>::pay(&REASON, &PAYER, &to, amount)
}

fn pay_inference(price: Balance, royalty: Permill) -> Result<Split<Balance>, DispatchError> {
    Payouts::pay_inference(&REASON, &PAYER, &AUTHOR, &[WORKER], price, royalty)
}

mod split {
    use super::*;

    #[test]
    fn split_should_leave_the_exact_remainder_to_the_worker() {
        ExtBuilder::default().build_and_execute(|| {
            assert_eq!(
                Payouts::split(999, Permill::from_percent(10)),
                Split {
                    author: 99,
                    treasury: 49,
                    worker: 851
                }
            );
        });
    }

    #[test]
    fn split_should_pay_the_author_first_when_shares_exceed_the_price() {
        ExtBuilder::default()
            .with_fee(Permill::from_percent(60))
            .build_and_execute(|| {
                assert_eq!(
                    Payouts::split(1_000, Permill::from_percent(70)),
                    Split {
                        author: 700,
                        treasury: 300,
                        worker: 0
                    }
                );
            });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn split_should_sum_to_the_price_whatever_the_shares(
            price in any::<u64>(),
            royalty in 0u32..=1_000_000,
            fee in 0u32..=1_000_000,
        ) {
            ExtBuilder::default().with_fee(Permill::from_parts(fee)).build_and_execute(|| {
                let split = Payouts::split(price, Permill::from_parts(royalty));
                let sum = u128::from(split.author) + u128::from(split.treasury) + u128::from(split.worker);
                assert_eq!(sum, u128::from(price));
                let exact = |parts: u32| u128::from(price) * u128::from(parts) / 1_000_000;
                assert_eq!(u128::from(split.author), exact(royalty));
                assert_eq!(
                    u128::from(split.treasury),
                    exact(fee).min(u128::from(price) - u128::from(split.author))
                );
            });
        }
    }
}

mod pay {
    use super::*;

    #[test]
    fn pay_should_move_held_funds_to_an_open_account() {
        ExtBuilder::default().build_and_execute(|| {
            assert_ok!(pay(WORKER, 5));
            assert_eq!(Balances::balance(&WORKER), EXISTENTIAL_DEPOSIT + 5);
            assert_eq!(held(), ESCROW - 5);
            System::assert_last_event(
                Event::Paid {
                    reason: REASON,
                    from: PAYER,
                    to: WORKER,
                    amount: 5,
                }
                .into(),
            );
        });
    }

    #[test]
    fn pay_should_open_an_account_when_the_amount_suffices() {
        ExtBuilder::default().build_and_execute(|| {
            assert_ok!(pay(NEWCOMER, EXISTENTIAL_DEPOSIT));
            assert_eq!(Balances::balance(&NEWCOMER), EXISTENTIAL_DEPOSIT);
            assert_eq!(TotalClaimable::<Test>::get(), 0);
        });
    }

    #[test]
    fn pay_should_make_claimable_what_does_not_open_an_account() {
        ExtBuilder::default().build_and_execute(|| {
            let issuance = Balances::total_issuance();
            assert_ok!(pay(NEWCOMER, EXISTENTIAL_DEPOSIT - 1));
            assert_eq!(Balances::total_balance(&NEWCOMER), 0);
            assert_eq!(
                Claimable::<Test>::get(NEWCOMER),
                Some(EXISTENTIAL_DEPOSIT - 1)
            );
            assert_eq!(
                Balances::balance(&Payouts::account_id()),
                EXISTENTIAL_DEPOSIT + EXISTENTIAL_DEPOSIT - 1
            );
            assert_eq!(held(), ESCROW - EXISTENTIAL_DEPOSIT + 1);
            assert_eq!(Balances::total_issuance(), issuance);
            System::assert_last_event(
                Event::MadeClaimable {
                    reason: REASON,
                    from: PAYER,
                    to: NEWCOMER,
                    amount: EXISTENTIAL_DEPOSIT - 1,
                }
                .into(),
            );
        });
    }

    #[test]
    fn pay_should_add_up_what_is_claimable() {
        ExtBuilder::default().build_and_execute(|| {
            assert_ok!(pay(NEWCOMER, 4));
            assert_ok!(pay(NEWCOMER, 3));
            assert_eq!(Claimable::<Test>::get(NEWCOMER), Some(7));
            assert_eq!(TotalClaimable::<Test>::get(), 7);
        });
    }

    #[test]
    fn pay_should_free_the_funds_when_payer_and_payee_are_one() {
        ExtBuilder::default().build_and_execute(|| {
            assert_ok!(pay(PAYER, 1_000));
            assert_eq!(held(), ESCROW - 1_000);
            assert_eq!(Balances::balance(&PAYER), EXISTENTIAL_DEPOSIT + 1_000);
        });
    }

    #[test]
    fn pay_should_do_nothing_when_the_amount_is_zero() {
        ExtBuilder::default().build_and_execute(|| {
            System::reset_events();
            assert_ok!(pay(NEWCOMER, 0));
            assert_eq!(System::events().len(), 0);
            assert_eq!(Claimable::<Test>::get(NEWCOMER), None);
        });
    }

    #[test]
    fn pay_should_fail_without_effect_when_more_is_asked_than_held() {
        ExtBuilder::default().build_and_execute(|| {
            assert_noop!(pay(WORKER, ESCROW + 1), TokenError::FundsUnavailable);
            assert_noop!(
                <Payouts as Payments<_, _, _>>::pay(&REASON, &STRANGER, &NEWCOMER, 1),
                TokenError::FundsUnavailable
            );
        });
    }

    #[test]
    fn pay_should_succeed_when_the_payer_is_frozen() {
        ExtBuilder::default().build_and_execute(|| {
            assert_ok!(<Balances as MutateFreeze<_>>::set_freeze(
                &(),
                &PAYER,
                ESCROW
            ));
            assert_ok!(pay(WORKER, ESCROW));
            assert_eq!(held(), 0);
        });
    }
}

mod pay_inference {
    use super::*;

    #[test]
    fn pay_inference_should_pay_author_treasury_and_worker() {
        ExtBuilder::default().build_and_execute(|| {
            assert_ok!(
                pay_inference(1_000, Permill::from_percent(20)),
                Split {
                    author: 200,
                    treasury: 50,
                    worker: 750
                }
            );
            assert_eq!(Balances::balance(&AUTHOR), EXISTENTIAL_DEPOSIT + 200);
            assert_eq!(Balances::balance(&TREASURY), EXISTENTIAL_DEPOSIT + 50);
            assert_eq!(Balances::balance(&WORKER), EXISTENTIAL_DEPOSIT + 750);
            assert_eq!(held(), ESCROW - 1_000);
            System::assert_last_event(
                Event::InferencePaid {
                    from: PAYER,
                    author: AUTHOR,
                    worker: WORKER,
                    author_amount: 200,
                    treasury_amount: 50,
                    worker_amount: 750,
                }
                .into(),
            );
        });
    }

    #[test]
    fn pay_inference_should_pay_author_and_treasury_once_when_there_are_several_workers() {
        ExtBuilder::default().build_and_execute(|| {
            System::reset_events();
            // Each part is rounded as that of one worker: 999 is 99, 49 and 851.
            assert_ok!(Payouts::pay_inference(
                &REASON,
                &PAYER,
                &AUTHOR,
                &[WORKER, NEWCOMER, STRANGER],
                999,
                Permill::from_percent(10)
            ));
            assert_eq!(held(), ESCROW - 3 * 999);
            let paid: Vec<_> = System::events()
                .into_iter()
                .filter_map(|record| match record.event {
                    RuntimeEvent::Payouts(Event::Paid { to, amount, .. }) => Some((to, amount)),
                    _ => None,
                })
                .collect();
            assert_eq!(
                paid,
                [
                    (AUTHOR, 3 * 99),
                    (TREASURY, 3 * 49),
                    (WORKER, 851),
                    (NEWCOMER, 851),
                    (STRANGER, 851)
                ]
            );
        });
    }

    #[test]
    fn pay_inference_should_pay_the_others_when_a_wage_does_not_open_an_account() {
        ExtBuilder::default().build_and_execute(|| {
            let wage = EXISTENTIAL_DEPOSIT - 1;
            Parameters::<Test>::put(PayoutParameters {
                protocol_fee: Permill::zero(),
            });
            assert_ok!(Payouts::pay_inference(
                &REASON,
                &PAYER,
                &AUTHOR,
                &[NEWCOMER, WORKER],
                wage,
                Permill::zero()
            ));
            assert_eq!(Claimable::<Test>::get(NEWCOMER), Some(wage));
            assert_eq!(Balances::balance(&WORKER), EXISTENTIAL_DEPOSIT + wage);
        });
    }

    #[test]
    fn pay_inference_should_make_the_fee_claimable_when_the_treasury_is_closed() {
        ExtBuilder::default()
            .with_treasury(0)
            .build_and_execute(|| {
                assert_ok!(pay_inference(100, Permill::zero()));
                assert_eq!(Balances::total_balance(&TREASURY), 0);
                assert_eq!(Claimable::<Test>::get(TREASURY), Some(5));
                assert_ok!(pay_inference(100, Permill::zero()));
                assert_ok!(Payouts::claim(RuntimeOrigin::signed(STRANGER), TREASURY));
                assert_eq!(Balances::balance(&TREASURY), 10);
            });
    }

    #[test]
    fn pay_inference_should_pay_nobody_when_the_price_is_not_held() {
        ExtBuilder::default().build_and_execute(|| {
            // Author and treasury could be paid, the worker not: none of it stands.
            assert_noop!(
                pay_inference(ESCROW + 1, Permill::from_percent(20)),
                TokenError::FundsUnavailable
            );
        });
    }
}

mod claim {
    use super::*;

    #[test]
    fn claim_should_open_the_account_once_enough_was_earned() {
        ExtBuilder::default().build_and_execute(|| {
            assert_ok!(pay(NEWCOMER, 6));
            assert_noop!(
                Payouts::claim(RuntimeOrigin::signed(NEWCOMER), NEWCOMER),
                Error::<Test>::AccountNotOpen
            );
            assert_ok!(pay(NEWCOMER, 6));
            assert_ok!(Payouts::claim(RuntimeOrigin::signed(STRANGER), NEWCOMER));
            assert_eq!(Balances::balance(&NEWCOMER), 12);
            assert_eq!(TotalClaimable::<Test>::get(), 0);
            System::assert_last_event(
                Event::Claimed {
                    who: NEWCOMER,
                    amount: 12,
                }
                .into(),
            );
        });
    }

    #[test]
    fn claim_should_pay_little_to_an_account_that_was_opened_since() {
        ExtBuilder::default().build_and_execute(|| {
            assert_ok!(pay(NEWCOMER, 1));
            assert_ok!(pay(NEWCOMER, EXISTENTIAL_DEPOSIT));
            assert_ok!(Payouts::claim(RuntimeOrigin::signed(NEWCOMER), NEWCOMER));
            assert_eq!(Balances::balance(&NEWCOMER), EXISTENTIAL_DEPOSIT + 1);
        });
    }

    #[test]
    fn claim_should_fail_when_there_is_nothing_to_claim() {
        ExtBuilder::default().build_and_execute(|| {
            assert_noop!(
                Payouts::claim(RuntimeOrigin::signed(WORKER), WORKER),
                Error::<Test>::NothingClaimable
            );
            assert_ok!(pay(NEWCOMER, 1));
            assert_ok!(pay(NEWCOMER, EXISTENTIAL_DEPOSIT));
            assert_ok!(Payouts::claim(RuntimeOrigin::signed(WORKER), NEWCOMER));
            assert_noop!(
                Payouts::claim(RuntimeOrigin::signed(WORKER), NEWCOMER),
                Error::<Test>::NothingClaimable
            );
        });
    }

    #[test]
    fn claim_should_fail_when_unsigned() {
        ExtBuilder::default().build_and_execute(|| {
            assert_noop!(Payouts::claim(RuntimeOrigin::none(), WORKER), BadOrigin);
        });
    }
}

mod set_parameters {
    use super::*;

    const SEVEN: PayoutParameters = PayoutParameters {
        protocol_fee: Permill::from_percent(7),
    };

    #[test]
    fn set_parameters_should_change_the_fee() {
        ExtBuilder::default().build_and_execute(|| {
            assert_ok!(Payouts::set_parameters(RuntimeOrigin::root(), SEVEN));
            assert_eq!(Parameters::<Test>::get(), SEVEN);
            assert_eq!(Payouts::split(100, Permill::zero()).treasury, 7);
            System::assert_last_event(Event::ParametersChanged { parameters: SEVEN }.into());
        });
    }

    #[test]
    fn set_parameters_should_refuse_others_than_the_admin() {
        ExtBuilder::default().build_and_execute(|| {
            assert_noop!(
                Payouts::set_parameters(RuntimeOrigin::signed(STRANGER), SEVEN),
                BadOrigin
            );
        });
    }

    #[test]
    fn parameters_should_not_decode_when_the_fee_is_above_100_percent() {
        let fee: u32 = 1_000_001;
        assert!(PayoutParameters::decode(&mut &fee.encode()[..]).is_err());
    }

    #[test]
    #[should_panic(expected = "payouts: the protocol fee is at most 100 %")]
    fn genesis_should_be_refused_when_the_fee_is_above_100_percent() {
        let fee: Permill = serde_json::from_str("1000001").unwrap();
        ExtBuilder::default().with_fee(fee).build();
    }
}

mod invariants {
    use super::*;

    #[derive(Clone, Debug)]
    enum Operation {
        Pay(AccountId, Balance),
        PayInference(AccountId, Vec<AccountId>, Balance, u32),
        Claim(AccountId),
        SetFee(u32),
    }

    fn operation() -> impl Strategy<Value = Operation> {
        // Accounts beyond the mock's are closed at first.
        let who = 1u64..12;
        let amount = prop_oneof![3 => 0u64..25, 1 => 0u64..5_000];
        prop_oneof![
            (who.clone(), amount.clone()).prop_map(|(to, amount)| Operation::Pay(to, amount)),
            (
                who.clone(),
                proptest::collection::vec(who.clone(), 0..4),
                amount,
                0u32..=1_000_000
            )
                .prop_map(|(author, workers, price, royalty)| Operation::PayInference(
                    author, workers, price, royalty
                )),
            who.prop_map(Operation::Claim),
            (0u32..=1_000_000).prop_map(Operation::SetFee),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn money_should_be_conserved_whatever_is_paid(
            operations in proptest::collection::vec(operation(), 1..60),
        ) {
            ExtBuilder::default().with_treasury(0).build_and_execute(|| {
                let issuance = Balances::total_issuance();
                for operation in operations {
                    let before = held();
                    let spent = match operation {
                        Operation::Pay(to, amount) => {
                            pay(to, amount).map_or(0, |()| amount)
                        }
                        Operation::PayInference(author, workers, price, royalty) => {
                            Payouts::pay_inference(
                                &REASON, &PAYER, &author, &workers, price, Permill::from_parts(royalty),
                            )
                            .map_or(0, |_| price * workers.len() as Balance)
                        }
                        Operation::Claim(who) => {
                            let _ = Payouts::claim(RuntimeOrigin::signed(STRANGER), who);
                            0
                        }
                        Operation::SetFee(parts) => {
                            let parameters =
                                PayoutParameters { protocol_fee: Permill::from_parts(parts) };
                            assert_ok!(Payouts::set_parameters(RuntimeOrigin::root(), parameters));
                            0
                        }
                    };
                    assert_eq!(held(), before - spent);
                    assert_eq!(Balances::total_issuance(), issuance);
                    crate::Pallet::<Test>::do_try_state().unwrap();
                }
            });
        }
    }
}
