use crate::mock::*;
use crate::runtime_api::{OpenRequest, Quote};
use crate::{RequestStatus, SlotState};
use frame_support::assert_ok;

#[test]
fn worker_should_see_its_requests_when_it_asks() {
    ExtBuilder::default().build_and_execute(|| {
        let (id, workers) = assigned(1);
        assert_eq!(
            Inference::open_requests(&workers[0]),
            vec![OpenRequest {
                request: id,
                model: MODEL,
                graph_root: [8; 32],
                input_roots: record(id).input_roots.into_inner(),
                redundancy: 1,
                status: RequestStatus::Assigned,
                state: SlotState::Assigned,
                due: 2 + DEADLINE,
            }]
        );
        assert_ok!(result(id, workers[0], 1));
        assert_eq!(
            Inference::open_requests(&workers[0])[0].state,
            SlotState::Revealed(trace_root(1))
        );
        assert_eq!(Inference::open_requests(&USER), vec![]);
        advance(PARAMETERS.challenge_window + 1);
        assert_eq!(Inference::open_requests(&workers[0]), vec![]);
    });
}

#[test]
fn quote_should_be_what_a_request_is_charged() {
    ExtBuilder::default().build_and_execute(|| {
        let quote = Inference::quote(&MODEL, 3).unwrap();
        assert_eq!(
            quote,
            Quote {
                price: PRICE,
                total: 3 * PRICE,
                deposit: DEPOSIT,
                royalty: ROYALTY,
                inputs: vec![u8_spec(4)],
                deadlines: (2, 50),
                window: PARAMETERS.agreed_window,
            }
        );
        assert_ok!(Inference::submit_inference_request(
            RuntimeOrigin::signed(USER),
            MODEL,
            inputs(),
            quote.total,
            quote.deadlines.0,
            3
        ));
        assert_eq!(held(USER), quote.total + quote.deposit);
        assert_eq!(
            Inference::quote(&MODEL, 1).unwrap().window,
            PARAMETERS.challenge_window
        );
    });
}

#[test]
fn quote_should_be_none_when_a_request_would_be_refused() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(Inference::quote(&MODEL, 0), None);
        assert_eq!(Inference::quote(&MODEL, 5), None);
        assert_eq!(Inference::quote(&[1; 32], 1), None);
        Terms::mutate(MODEL, |terms| terms.as_mut().unwrap().price = 1);
        assert_eq!(Inference::quote(&MODEL, 1), None);
    });
}
