//! What a run has been through: every call with every outcome it had.

use frame_support::traits::GetCallMetadata;
use sp_runtime::{DispatchError, ModuleError};
use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Mutex, PoisonError},
};
use veritrace_runtime::RuntimeCall;

static SEEN: Mutex<BTreeMap<(String, String), u64>> = Mutex::new(BTreeMap::new());

/// Takes note of an outcome.
pub fn note(what: impl Into<String>, outcome: impl Into<String>) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    *seen.entry((what.into(), outcome.into())).or_default() += 1;
}

/// Name of a call, with its pallet.
pub fn name_of(call: &RuntimeCall) -> String {
    let metadata = call.get_call_metadata();
    format!("{}.{}", metadata.pallet_name, metadata.function_name)
}

/// Short name of an error.
pub fn error_name(error: &DispatchError) -> String {
    match error {
        DispatchError::Module(ModuleError {
            message: Some(message),
            ..
        }) => (*message).to_string(),
        // As it comes out of storage or of an event.
        DispatchError::Module(ModuleError { index, error, .. }) => {
            format!("error {} of pallet {index}", error[0])
        }
        other => format!("{other:?}"),
    }
}

/// How many calls with their outcomes were reached.
pub fn reached() -> usize {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// All that was reached and how often, one a line.
pub fn table() -> String {
    let mut lines = String::new();
    for ((call, outcome), times) in SEEN.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let _ = writeln!(lines, "{call}\t{outcome}\t{times}");
    }
    lines
}
