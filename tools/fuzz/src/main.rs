//! Fuzzes one target in this process. `npm run fuzz` builds it and starts as many as there are jobs.

use clap::Parser;
use std::{path::PathBuf, process::ExitCode, time::Duration};
use veritrace_fuzz::{
    counters, coverage,
    guided::{fuzz, reproduce, Options, Report},
    targets,
};

/// Fuzzes one target.
#[derive(Parser)]
struct Arguments {
    /// What to fuzz.
    target: String,
    /// For how long.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Decides everything, with the corpus.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Folder of the inputs that were kept.
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Folder for the inputs that fail.
    #[arg(long, default_value = "findings")]
    findings: PathBuf,
    /// Runs this input instead, and lets it panic.
    #[arg(long)]
    reproduce: Option<PathBuf>,
    /// Prints every call with every outcome that was reached.
    #[arg(long)]
    outcomes: bool,
}

fn document(target: &str, seed: u64, report: &Report, seconds: u64, done: bool) -> String {
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            serde_json::json!({
                "message": finding.message,
                "input": finding.input,
                "bytes": finding.bytes,
            })
        })
        .collect();
    serde_json::json!({
        "target": target,
        "seed": seed,
        "done": done,
        "seconds": seconds,
        "coreSeconds": report.core_seconds,
        "executions": report.executions,
        "corpus": report.kept,
        "branches": report.branches,
        "ofBranches": counters::all(),
        "outcomes": report.outcomes,
        "findings": findings,
    })
    .to_string()
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let Some(target) = targets::find(&arguments.target) else {
        let names: Vec<_> = targets::ALL.iter().map(|target| target.name).collect();
        eprintln!(
            "no such target: {}; there are {}",
            arguments.target,
            names.join(", ")
        );
        return ExitCode::from(2);
    };
    if let Some(path) = arguments.reproduce {
        return match std::fs::read(&path) {
            Ok(input) => {
                reproduce(target, &input);
                eprintln!("nothing wrong with {}", path.display());
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("cannot read {}: {error}", path.display());
                ExitCode::from(2)
            }
        };
    }
    let options = Options {
        time: Duration::from_secs(arguments.seconds),
        seed: arguments.seed,
        corpus: arguments.corpus,
        findings: arguments.findings,
        most_bytes: target.most_bytes,
    };
    let seed = arguments.seed;
    let result = fuzz(target, &options, |report, elapsed| {
        println!(
            "{}",
            document(target.name, seed, report, elapsed.as_secs(), false)
        );
    });
    match result {
        Ok(report) => {
            println!(
                "{}",
                document(target.name, seed, &report, arguments.seconds, true)
            );
            if arguments.outcomes {
                eprint!("{}", coverage::table());
            }
            match report.findings.is_empty() {
                true => ExitCode::SUCCESS,
                false => ExitCode::FAILURE,
            }
        }
        Err(error) => {
            eprintln!("cannot keep what was found: {error}");
            ExitCode::from(2)
        }
    }
}
