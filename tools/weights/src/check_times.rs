//! Times checks of proofs in a compiled runtime with benchmarks, by its `CheckTimesApi`.

use clap::Args;
use parity_scale_codec::{Decode, DecodeAll, Encode};
use sc_executor::WasmExecutor;
use serde::{Deserialize, Serialize};
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use sp_state_machine::BasicExternalities;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

type HostFunctions = (
    sp_io::SubstrateHostFunctions,
    frame_benchmarking::benchmarking::HostFunctions,
);

#[derive(Args)]
pub struct CheckTimes {
    /// A runtime with benchmarks, as wasm.
    #[arg(long)]
    runtime: PathBuf,
    /// Proofs, and the order in which to check them: a JSON file.
    #[arg(long)]
    plan: PathBuf,
    /// The file to write: JSON, one entry for each visit.
    #[arg(long)]
    output: PathBuf,
}

/// Facts and proof, SCALE in hexadecimal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    facts: String,
    proof: String,
}

/// Checks one proof several times in a row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Visit {
    /// Index of the proof.
    proof: usize,
    repeat: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    proofs: Vec<Proof>,
    visits: Vec<Visit>,
}

#[derive(Decode, Serialize)]
struct Times {
    macs: u64,
    bytes: u32,
    nanoseconds: Vec<u64>,
    computing: Vec<u64>,
}

fn bytes(hex: &str) -> Result<Vec<u8>, String> {
    array_bytes::hex2bytes(hex).map_err(|error| format!("no hexadecimal: {error:?}"))
}

/// Runs the plan, visit by visit.
pub fn run(files: &CheckTimes) -> Result<(), Box<dyn Error>> {
    let code = fs::read(&files.runtime)
        .map_err(|error| format!("cannot read {}: {error}", files.runtime.display()))?;
    let plan: Plan = serde_json::from_str(&crate::read(&files.plan)?)
        .map_err(|error| format!("{} is no plan: {error}", files.plan.display()))?;
    let proofs = plan
        .proofs
        .iter()
        .map(|one| Ok((bytes(&one.facts)?, bytes(&one.proof)?)))
        .collect::<Result<Vec<_>, String>>()?;

    let hash = sp_io::hashing::blake2_256(&code).to_vec();
    let code = WrappedRuntimeCode(code.into());
    let code = RuntimeCode {
        code_fetcher: &code,
        hash,
        heap_pages: None,
    };
    let executor = WasmExecutor::<HostFunctions>::builder().build();
    let mut externalities = BasicExternalities::default();
    let mut all = Vec::with_capacity(plan.visits.len());
    for visit in &plan.visits {
        let (facts, proof) = proofs
            .get(visit.proof)
            .ok_or_else(|| format!("there is no proof {}", visit.proof))?;
        let (answer, _) = executor.call(
            &mut externalities,
            &code,
            "CheckTimesApi_check_times",
            &(facts, proof, visit.repeat).encode(),
            CallContext::Offchain,
        );
        let times = Result::<Times, String>::decode_all(&mut answer?.as_slice())?
            .map_err(|why| format!("proof {} does not convict: {why}", visit.proof))?;
        all.push(times);
    }
    fs::write(&files.output, serde_json::to_vec(&all)?)
        .map_err(|error| format!("cannot write {}: {error}", files.output.display()))?;
    Ok(())
}
