//! Random commands beside the shadow, as long as there is time for. A failure is shrunk, printed and kept beside this file.

use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, FileFailurePersistence, TestCaseError, TestRunner},
};
use std::time::{Duration, Instant};
use veritrace_fuzz::{
    extrinsics,
    machine::{self, COMMAND},
    targets,
};

/// How long each of the two tests goes on. `VERITRACE_FUZZ_SECONDS` says otherwise.
fn time() -> Duration {
    let seconds = std::env::var("VERITRACE_FUZZ_SECONDS")
        .ok()
        .map_or(60, |text| {
            text.parse().expect("VERITRACE_FUZZ_SECONDS is a number")
        });
    Duration::from_secs(seconds)
}

/// Runs a property on commands until the time is over, a few cases at least.
fn go_on(name: &'static str, run: impl Fn(&[u8])) {
    let started = Instant::now();
    let mut cases = 0;
    while cases < 4 || started.elapsed() < time() {
        let config = Config {
            cases: 4,
            max_shrink_time: 600_000,
            failure_persistence: Some(Box::new(FileFailurePersistence::Direct(name))),
            ..Config::default()
        };
        let commands = vec(any::<[u8; COMMAND]>(), 1..160);
        TestRunner::new(config)
            .run(&commands, |commands| {
                run(&commands.concat());
                Ok::<_, TestCaseError>(())
            })
            .unwrap_or_else(|error| panic!("{error}\n{}", veritrace_fuzz::coverage::reached()));
        cases += 4;
    }
    eprintln!(
        "{name}: {cases} runs in {} s, {} calls with an outcome",
        started.elapsed().as_secs(),
        veritrace_fuzz::coverage::reached()
    );
}

#[test]
fn earlier_findings_should_stay_mended() {
    let folder = format!(
        "{}/regressions",
        std::env::var("CARGO_MANIFEST_DIR").expect("cargo says where the crate is")
    );
    for entry in std::fs::read_dir(folder).expect("the regressions are there") {
        let path = entry.expect("the regressions can be read").path();
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        // `TARGET-…`, or a file about them.
        let Some(target) = targets::ALL
            .iter()
            .find(|target| name.starts_with(target.name))
        else {
            continue;
        };
        let input = std::fs::read(&path).expect("the regression can be read");
        eprintln!("{}", path.display());
        (target.run)(&input);
    }
}

#[test]
fn chain_should_be_as_the_shadow_whatever_happens() {
    go_on("tests/state_machine.regressions", |commands| {
        machine::run(commands);
    });
}

#[test]
fn whole_runtime_should_keep_its_invariants_under_transactions_from_bytes() {
    go_on("tests/extrinsics.regressions", |commands| {
        let mut bytes = extrinsics::seed(commands);
        // What the state machine has done, with some bytes changed by the commands themselves.
        let length = bytes.len().max(1);
        for command in commands.chunks(COMMAND).step_by(5) {
            let at = usize::from(u16::from_le_bytes([command[0], command[COMMAND - 1]])) % length;
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= command[COMMAND - 2];
            }
        }
        extrinsics::run(&bytes);
    });
}
