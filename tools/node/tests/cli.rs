// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The binary as its users meet it: what it prints, what it writes, how it fails.

use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn node(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_veritrace-node"))
        .args(args)
        .env_remove("VERITRACE_RUNTIME")
        .output()
        .expect("the binary can be started")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asked for when a test runs, not when it is compiled: the compiled test may be run from another checkout.
fn runtime() -> PathBuf {
    Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests"))
        .join("../../runtime/release/veritrace_runtime.compact.compressed.wasm")
}

/// Exports a chain spec of the released runtime.
fn export(args: &[&str]) -> Value {
    let runtime = runtime();
    let mut all = vec![
        "export-chain-spec",
        "--runtime",
        runtime.to_str().expect("the path is UTF-8"),
    ];
    all.extend_from_slice(args);
    let output = node(&all);
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).expect("a chain spec is JSON")
}

#[test]
fn help_should_name_every_subcommand() {
    let output = node(&["--help"]);
    assert!(output.status.success());
    let text = stdout(&output);
    for name in [
        "key",
        "export-chain-spec",
        "purge-chain",
        "--dev",
        "--runtime",
    ] {
        assert!(text.contains(name), "--help does not mention {name}");
    }
}

#[test]
fn exported_spec_should_hold_the_preset_and_the_id() {
    let spec = export(&["--preset", "development", "--chain", "my-chain"]);
    assert_eq!(spec["id"], "my-chain");
    assert_eq!(spec["chainType"], "Development");
    assert_eq!(spec["properties"]["tokenSymbol"], "VTR");
    let genesis = &spec["genesis"]["runtimeGenesis"];
    let keys = genesis["patch"]["session"]["keys"]
        .as_array()
        .expect("the preset names its validators");
    assert_eq!(keys.len(), 1);
    assert!(genesis["code"]
        .as_str()
        .is_some_and(|code| code.len() > 1000));
}

#[test]
fn exported_patch_should_be_merged_over_the_preset() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let patch = folder.path().join("patch.json");
    fs::write(
        &patch,
        r#"{ "inference": { "parameters": { "challengeWindow": 99 } } }"#,
    )
    .expect("the folder is writable");
    let path = patch.to_str().expect("the path is UTF-8");
    let spec = export(&["--preset", "rehearsal", "--patch", path]);
    let parameters = &spec["genesis"]["runtimeGenesis"]["patch"]["inference"]["parameters"];
    assert_eq!(parameters["challengeWindow"], 99);
    assert!(
        parameters["bounty"].is_number() || parameters["bounty"].is_string(),
        "the rest of the preset is kept"
    );
}

#[test]
fn raw_spec_should_come_from_a_plain_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let plain = folder.path().join("plain.json");
    let spec = export(&["--preset", "local", "--chain", "local"]);
    fs::write(&plain, spec.to_string()).expect("the folder is writable");
    let raw = export(&[
        "--raw",
        "--chain",
        plain.to_str().expect("the path is UTF-8"),
    ]);
    let top = raw["genesis"]["raw"]["top"]
        .as_object()
        .expect("a raw spec has storage");
    // `:code`
    assert!(top.contains_key("0x3a636f6465"));
    assert_eq!(raw["id"], "local");
}

#[test]
fn unknown_preset_should_be_named_in_the_error() {
    let output = node(&[
        "export-chain-spec",
        "--runtime",
        runtime().to_str().expect("the path is UTF-8"),
        "--preset",
        "moon",
    ]);
    assert!(!output.status.success());
    assert!(stderr(&output).contains("moon"), "{}", stderr(&output));
}

#[test]
fn missing_runtime_should_say_what_to_do() {
    let output = node(&[
        "export-chain-spec",
        "--preset",
        "local",
        "--runtime",
        "nowhere.wasm",
    ]);
    assert!(!output.status.success());
    let text = stderr(&output);
    assert!(
        text.contains("nowhere.wasm") && text.contains("--runtime"),
        "{text}"
    );
}

#[test]
fn missing_spec_should_be_named_in_the_error() {
    let output = node(&["--chain", "nowhere/spec.json", "--tmp"]);
    assert!(!output.status.success());
    assert!(
        stderr(&output).contains("nowhere/spec.json"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn key_should_be_inspected() {
    let output = node(&["key", "inspect", "//Alice", "--output-type", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let key: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        key["ss58Address"],
        "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    );
}

#[test]
fn purge_should_delete_the_database_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let base = folder.path().to_str().expect("the path is UTF-8");
    let spec = folder.path().join("spec.json");
    let exported = export(&["--preset", "development", "--chain", "purged", "--raw"]);
    fs::write(&spec, exported.to_string()).expect("the folder is writable");
    let chain = folder.path().join("chains/purged");
    fs::create_dir_all(chain.join("paritydb/full")).expect("the folder is writable");
    fs::create_dir_all(chain.join("keystore")).expect("the folder is writable");
    let output = node(&[
        "purge-chain",
        "-y",
        "--base-path",
        base,
        "--chain",
        spec.to_str().expect("the path is UTF-8"),
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!chain.join("paritydb").exists());
    assert!(chain.join("keystore").exists());
}
