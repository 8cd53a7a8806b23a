//! What stands when a run begins: four models, five workers that serve them, and windows so short that whole lives fit a run.

use crate::{
    actors::{account, actors, AUTHORS, OPERATORS, ROOT, WORKERS},
    chain::{apply, begin_block, end_block, Applied},
    fixtures::{models, BROKEN},
};
use pallet_models::{AIModels, Drafts, ModelCard, ModelStatus};
use sp_runtime::Permill;
use veritrace_primitives::traits::{ModelId, ModelOutput};
use veritrace_runtime::{constants::UNIT, Balance, Models, Runtime, RuntimeCall};

/// Price of one inference by one worker.
pub const PRICE: Balance = UNIT;

/// The author of a model at the beginning.
pub const fn author_of(model: usize) -> usize {
    AUTHORS[model % 2]
}

/// The id of a model at the beginning.
pub fn id_of(model: usize) -> ModelId {
    let parts = &models()[model];
    Models::model_id(&account(author_of(model)), &parts.artefact, &parts.root)
}

fn ok(signer: usize, call: impl Into<RuntimeCall>) {
    match apply(&actors()[signer], call.into()) {
        Applied::Included { result: Ok(()), .. } => {}
        Applied::Included {
            result: Err(error), ..
        } => panic!("the setup works: {error:?}"),
        Applied::Invalid(error) => panic!("the setup is valid: {error:?}"),
    }
}

/// By the administrator.
pub fn by_root(call: impl Into<RuntimeCall>) -> RuntimeCall {
    pallet_sudo::Call::<Runtime>::sudo {
        call: Box::new(call.into()),
    }
    .into()
}

/// A card with a name.
pub fn card() -> ModelCard {
    ModelCard {
        name: b"toy".to_vec().try_into().expect("the name is short"),
        ..Default::default()
    }
}

/// Registers a toy model.
pub fn registration(model: usize, family: Option<ModelId>) -> pallet_models::Call<Runtime> {
    let parts = &models()[model];
    pallet_models::Call::register_model {
        artefact: parts.artefact,
        graph_root: parts.root,
        header: parts.graph.header.clone(),
        price: PRICE,
        royalty: Permill::from_percent(10),
        family,
        card: Box::new(card()),
    }
}

/// Makes all of it, from the genesis, over some blocks.
pub fn prepare() {
    begin_block();
    let mut workers = pallet_workers::Parameters::<Runtime>::get();
    workers.unbond_delay = 12;
    ok(
        ROOT,
        by_root(pallet_workers::Call::set_parameters {
            parameters: workers,
        }),
    );
    let mut inference = pallet_inference::Parameters::<Runtime>::get();
    inference.audit_share = Permill::from_percent(50);
    inference.max_open_per_account = 8;
    ok(
        ROOT,
        by_root(pallet_inference::Call::set_parameters {
            parameters: inference,
        }),
    );
    assert_eq!(pallet_inference::Parameters::<Runtime>::get(), inference);
    for (model, parts) in models().iter().enumerate() {
        let author = author_of(model);
        ok(author, registration(model, None));
        if model == BROKEN {
            let_in(model);
            continue;
        }
        for page in &parts.pages {
            ok(
                author,
                pallet_models::Call::submit_graph_page {
                    model: id_of(model),
                    page: page.clone().try_into().expect("toy pages are small"),
                },
            );
        }
    }
    for (at, worker) in WORKERS.into_iter().enumerate() {
        if at == 4 {
            continue;
        }
        ok(
            worker,
            pallet_workers::Call::register_worker {
                operator: account(OPERATORS[at]),
                bond: if at == 5 { 110 * UNIT } else { 300 * UNIT },
                min_price: PRICE / 2,
            },
        );
        for model in 0..models().len() {
            ok(
                OPERATORS[at],
                pallet_workers::Call::serve_model {
                    model: id_of(model),
                },
            );
        }
    }
    for _ in 0..4 {
        end_block();
        begin_block();
    }
    end_block();
}

/// What no chain of this kernel version does: lets a malformed model in.
fn let_in(model: usize) {
    let parts = &models()[model];
    let id = id_of(model);
    Drafts::<Runtime>::remove(id);
    AIModels::<Runtime>::mutate(id, |record| {
        let record = record.as_mut().expect("it was just registered");
        record.status = ModelStatus::Live;
        record.outputs = parts
            .graph
            .header
            .outputs
            .iter()
            .map(|node| ModelOutput {
                node: *node,
                spec: parts.graph.nodes[usize::from(*node)].output.clone(),
            })
            .collect::<Vec<_>>()
            .try_into()
            .expect("toy models have few outputs");
    });
}
