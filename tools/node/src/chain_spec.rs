// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! Chain specs: read from a file, or made from a runtime and one of its genesis presets.

use crate::types::Block;
use sc_chain_spec::{ChainSpecExtension, ChainType, GenericChainSpec};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Where a checkout has its released runtime.
const RELEASED: &str = "runtime/release/veritrace_runtime.compact.compressed.wasm";

/// What a spec says besides the genesis.
#[derive(Default, Clone, Serialize, Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
    /// Blocks that must have these hashes.
    pub fork_blocks: sc_client_api::ForkBlocks<Block>,
    /// Blocks that are never imported.
    pub bad_blocks: sc_client_api::BadBlocks<Block>,
    /// Where a light client may begin.
    pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// A spec of this node.
pub type ChainSpec = GenericChainSpec<Extensions>;

/// A genesis preset of a runtime, with what is to differ from it.
pub struct Preset<'a> {
    /// The preset's name.
    pub name: &'a str,
    /// The chain's id.
    pub id: &'a str,
    /// JSON to merge over the preset.
    pub patch: Option<Value>,
}

/// The runtime to make chains from: the one named on the command line, in the environment, or of this checkout.
pub fn read_runtime(named: Option<&Path>) -> Result<Vec<u8>, String> {
    let path = named
        .map(Path::to_path_buf)
        .or_else(|| env::var_os("VERITRACE_RUNTIME").map(PathBuf::from))
        .unwrap_or_else(|| RELEASED.into());
    fs::read(&path).map_err(|error| {
        format!(
            "cannot read the runtime {}: {error}. Name one with --runtime, or give a chain spec with --chain FILE.",
            path.display()
        )
    })
}

/// Reads a spec from a file.
pub fn from_file(path: &Path) -> Result<ChainSpec, String> {
    ChainSpec::from_json_file(path.to_path_buf())
}

/// Makes a spec from a preset of a runtime.
pub fn from_preset(code: &[u8], preset: Preset) -> Result<ChainSpec, String> {
    let Preset { name, id, patch } = preset;
    let chain_type = match name {
        sp_genesis_builder::DEV_RUNTIME_PRESET => ChainType::Development,
        _ => ChainType::Local,
    };
    let properties = json!({ "tokenSymbol": "VTR", "tokenDecimals": 12, "ss58Format": 42 });
    let mut builder = ChainSpec::builder(code, Extensions::default())
        .with_name(&format!("Veritrace {id}"))
        .with_id(id)
        .with_chain_type(chain_type)
        .with_protocol_id("vtr")
        .with_properties(properties.as_object().cloned().unwrap_or_default())
        .with_genesis_config_preset_name(name);
    if let Some(patch) = patch {
        builder = builder.with_genesis_config_patch(patch);
    }
    let spec = builder.build();
    // A preset that the runtime lacks shows only now.
    spec.as_json(false)
        .map_err(|error| format!("the runtime has no usable genesis preset {name:?}: {error}"))?;
    Ok(spec)
}

/// The spec that a name on the command line stands for: a file, or else a preset of the runtime.
pub fn load(id: &str, runtime: Option<&Path>) -> Result<ChainSpec, String> {
    let path = Path::new(id);
    if path.is_file() {
        return from_file(path);
    }
    if id.ends_with(".json") || id.contains('/') {
        return Err(format!("there is no chain spec {id}"));
    }
    let name = match id {
        "" | "dev" => sp_genesis_builder::DEV_RUNTIME_PRESET,
        other => other,
    };
    let preset = Preset {
        name,
        id: name,
        patch: None,
    };
    from_preset(&read_runtime(runtime)?, preset)
}
