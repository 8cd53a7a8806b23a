use crate::mock::*;
use crate::{
    Due, Error, Event, HoldReason, InputSource, Inputs, OpenOf, RequestStatus, Visibility,
};
use frame_support::traits::fungible::InspectHold;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::TokenError;
use veritrace_primitives::commit;
use veritrace_primitives::tensor::Layout;
use veritrace_primitives::traits::{HostSha256, ModelTerms};

fn call(
    user: AccountId,
    bytes: &[u8],
    max_price: Balance,
    deadline: BlockNumber,
    redundancy: u8,
) -> frame_support::dispatch::DispatchResult {
    Inference::submit_inference_request(
        RuntimeOrigin::signed(user),
        MODEL,
        vec![InputSource::Inline(bytes.to_vec().try_into().unwrap())]
            .try_into()
            .unwrap(),
        max_price,
        deadline,
        redundancy,
    )
}

#[test]
fn request_should_hold_price_of_all_workers_when_submitted() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 3);
        let escrow: RuntimeHoldReason = HoldReason::Escrow.into();
        let deposit: RuntimeHoldReason = HoldReason::Deposit.into();
        assert_eq!(Balances::balance_on_hold(&escrow, &USER), 3 * PRICE);
        assert_eq!(Balances::balance_on_hold(&deposit, &USER), DEPOSIT);
        assert_eq!(Balances::free_balance(USER), FUNDS - 3 * PRICE - DEPOSIT);
        assert_eq!(OpenOf::<Test>::get(USER), 1);
        assert_eq!(OpenRequests::get(MODEL), 1);
        assert_eq!(
            events(),
            vec![Event::RequestSubmitted {
                request: id,
                user: USER,
                model: MODEL,
                redundancy: 3,
                escrow: 3 * PRICE,
                deposit: DEPOSIT,
            }]
        );
    });
}

#[test]
fn request_should_keep_a_copy_of_the_terms_when_submitted() {
    ExtBuilder::default().build_and_execute(|| {
        let id = submit(USER, 1);
        Terms::mutate(MODEL, |terms| terms.as_mut().unwrap().price = 5 * PRICE);
        let record = record(id);
        assert_eq!(record.terms, model_terms(4));
        assert_eq!(record.status, RequestStatus::Pending);
        assert_eq!((record.since, record.due, record.bucket), (1, 7, Some(2)));
        assert_eq!(Inputs::<Test>::get(id).unwrap(), inputs());
        assert_eq!(
            record.input_roots.into_inner(),
            vec![commit::tensor_root::<HostSha256>(Layout::One, &u8_spec(4), &INPUT).unwrap()]
        );
    });
}

#[test]
fn input_should_have_the_root_of_the_layout_of_the_model() {
    ExtBuilder::default().build_and_execute(|| {
        Chunked::insert(MODEL, ());
        let id = submit(USER, 1);
        let root = |layout| commit::tensor_root::<HostSha256>(layout, &u8_spec(4), &INPUT).unwrap();
        assert_eq!(record(id).input_roots.into_inner(), vec![root(Layout::Two)]);
        assert_ne!(root(Layout::One), root(Layout::Two));
    });
}

#[test]
fn ids_should_be_counted_when_requests_are_submitted() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(
            [submit(USER, 1), submit(OTHER_USER, 1), submit(USER, 1)],
            [0, 1, 2]
        );
    });
}

#[test]
fn request_should_be_refused_when_redundancy_is_out_of_range() {
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.max_redundancy = 3)
        .build_and_execute(|| {
            for redundancy in [0, 4, u8::MAX] {
                assert_noop!(
                    call(USER, &INPUT, 1_000, DEADLINE, redundancy),
                    Error::<Test>::RedundancyOutOfRange
                );
            }
        });
}

#[test]
fn request_should_be_refused_when_deadline_is_out_of_range() {
    ExtBuilder::default().build_and_execute(|| {
        for deadline in [0, 1, 51, BlockNumber::MAX] {
            assert_noop!(
                call(USER, &INPUT, PRICE, deadline, 1),
                Error::<Test>::DeadlineOutOfRange
            );
        }
        assert_ok!(call(USER, &INPUT, PRICE, 2, 1));
        assert_ok!(call(USER, &INPUT, PRICE, 50, 1));
    });
}

#[test]
fn request_should_be_refused_when_the_total_exceeds_the_users_limit() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            call(USER, &INPUT, 2 * PRICE - 1, DEADLINE, 2),
            Error::<Test>::PriceAboveLimit
        );
        assert_ok!(call(USER, &INPUT, 2 * PRICE, DEADLINE, 2));
    });
}

#[test]
fn request_should_be_refused_when_the_total_overflows() {
    ExtBuilder::default().build_and_execute(|| {
        Terms::mutate(MODEL, |terms| {
            terms.as_mut().unwrap().price = Balance::MAX / 2 + 1
        });
        assert_noop!(
            call(USER, &INPUT, Balance::MAX, DEADLINE, 2),
            Error::<Test>::PriceAboveLimit
        );
    });
}

#[test]
fn request_should_be_refused_when_the_model_is_cheaper_than_the_floor() {
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.min_price = PRICE + 1)
        .build_and_execute(|| {
            assert_noop!(
                call(USER, &INPUT, PRICE, DEADLINE, 1),
                Error::<Test>::PriceBelowFloor
            );
        });
}

#[test]
fn request_should_be_refused_when_the_model_takes_none() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            Inference::submit_inference_request(
                RuntimeOrigin::signed(USER),
                [1; 32],
                inputs(),
                PRICE,
                DEADLINE,
                1
            ),
            Error::<Test>::ModelNotOffered
        );
        Withdrawn::insert(MODEL, ());
        assert_noop!(
            call(USER, &INPUT, PRICE, DEADLINE, 1),
            Error::<Test>::ModelNotOffered
        );
    });
}

#[test]
fn request_to_the_latest_should_name_and_keep_the_version_of_its_block() {
    ExtBuilder::default().build_and_execute(|| {
        let family = [5; 32];
        let ask = |max_price| {
            Inference::submit_request_to_latest(
                RuntimeOrigin::signed(USER),
                family,
                inputs(),
                max_price,
                DEADLINE,
                1,
            )
        };
        assert_noop!(ask(PRICE), Error::<Test>::NoLatestVersion);
        Latest::insert(family, MODEL);
        assert_ok!(ask(PRICE));
        let first = record(0);
        assert_eq!((first.model, first.terms), (MODEL, model_terms(4)));

        // Another version, at twice the price.
        let next = [6; 32];
        Terms::insert(
            next,
            ModelTerms {
                price: 2 * PRICE,
                ..model_terms(4)
            },
        );
        Latest::insert(family, next);
        assert_noop!(ask(PRICE), Error::<Test>::PriceAboveLimit);
        assert_ok!(ask(2 * PRICE));
        assert_eq!((record(1).model, record(1).escrow), (next, 2 * PRICE));
        assert_eq!((record(0).model, record(0).escrow), (MODEL, PRICE));
        assert_eq!((OpenRequests::get(MODEL), OpenRequests::get(next)), (1, 1));

        // A latest that takes no requests any more can't come from this registry, and is refused all the same.
        Withdrawn::insert(next, ());
        assert_noop!(ask(2 * PRICE), Error::<Test>::ModelNotOffered);
    });
}

#[test]
fn request_should_be_refused_when_inputs_are_not_those_of_the_model() {
    ExtBuilder::default().build_and_execute(|| {
        for bytes in [&[][..], &INPUT[..3], &[1, 2, 3, 4, 5][..]] {
            assert_noop!(
                call(USER, bytes, PRICE, DEADLINE, 1),
                Error::<Test>::InputMismatch
            );
        }
        let one: Vec<_> = inputs().into_inner();
        for inputs in [vec![], [one.clone(), one].concat()] {
            assert_noop!(
                Inference::submit_inference_request(
                    RuntimeOrigin::signed(USER),
                    MODEL,
                    inputs.try_into().unwrap(),
                    PRICE,
                    DEADLINE,
                    1
                ),
                Error::<Test>::InputMismatch
            );
        }
    });
}

#[test]
fn request_should_be_refused_when_the_user_cannot_pay() {
    ExtBuilder::default().build_and_execute(|| {
        // The price would be there, the deposit is not.
        assert_noop!(
            call(PAUPER, &INPUT, PRICE, DEADLINE, 1),
            TokenError::FundsUnavailable
        );
    });
}

#[test]
fn request_should_be_refused_when_the_user_has_too_many_open() {
    ExtBuilder::default()
        .with_parameters(|parameters| parameters.max_open_per_account = 2)
        .build_and_execute(|| {
            let first = submit(USER, 1);
            submit(USER, 1);
            assert_noop!(
                call(USER, &INPUT, PRICE, DEADLINE, 1),
                Error::<Test>::TooManyOpenRequests
            );
            submit(OTHER_USER, 1);
            assert_ok!(Inference::cancel_request(
                RuntimeOrigin::signed(USER),
                first
            ));
            submit(USER, 1);
        });
}

#[test]
fn request_should_be_taken_when_many_wait_for_the_same_block() {
    ExtBuilder::default().build_and_execute(|| {
        for _ in 0..16 {
            let id = submit(USER, 1);
            assert_eq!(record(id).bucket, Some(2));
        }
        assert_eq!(Due::<Test>::iter_prefix(2).count(), 16);
    });
}

#[test]
fn request_should_be_refused_when_unsigned() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(
            Inference::submit_inference_request(
                RuntimeOrigin::root(),
                MODEL,
                inputs(),
                PRICE,
                DEADLINE,
                1
            ),
            sp_runtime::DispatchError::BadOrigin
        );
    });
}

#[test]
fn request_should_be_private_when_an_input_is_named_by_its_root() {
    ExtBuilder::default().build_and_execute(|| {
        let public = submit(USER, 1);
        let private = submit_with(USER, inputs_by_root(), 1);
        assert_eq!(record(public).visibility, Visibility::Public);
        assert_eq!(record(private).visibility, Visibility::Private);
        // The same tensor: its root says so, and the proofs are about the root.
        assert_eq!(record(private).input_roots, record(public).input_roots);
        assert_eq!(Inputs::<Test>::get(private), Some(inputs_by_root()));
    });
}

#[test]
fn request_should_be_refused_when_its_input_could_not_be_published() {
    ExtBuilder::default().build_and_execute(|| {
        for (elements, expected) in [(64, None), (65, Some(Error::<Test>::InputNotPublishable))] {
            Terms::insert(MODEL, model_terms(elements));
            let result = Inference::submit_inference_request(
                RuntimeOrigin::signed(USER),
                MODEL,
                vec![InputSource::ByRoot([1; 32])].try_into().unwrap(),
                PRICE,
                DEADLINE,
                1,
            );
            assert_eq!(result.err(), expected.map(Into::into), "{elements}");
        }
    });
}
