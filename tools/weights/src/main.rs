//! Measures the calls of a compiled runtime, and writes what they cost as Rust.
//!
//! `measure` is `frame-benchmarking-cli`'s command for pallets. It is told nothing about the runtime but its wasm file,
//! so that no change of the runtime compiles this tool anew. `render` fills a template with what was made of the result.
//! `check-times` times checks of proofs that it is given, on the same executor.

mod check_times;

use clap::{Args, Parser, Subcommand};
use frame_benchmarking_cli::PalletCmd;
use handlebars::Handlebars;
use sp_runtime::traits::BlakeTwo256;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run benchmarks of a runtime in compiled wasm.
    Measure(Box<PalletCmd>),
    /// Fill a template with data.
    Render(Render),
    /// Time checks of proofs in compiled wasm.
    CheckTimes(check_times::CheckTimes),
}

#[derive(Args)]
struct Render {
    /// A handlebars template.
    #[arg(long)]
    template: PathBuf,
    /// What fills it: a JSON file.
    #[arg(long)]
    data: PathBuf,
    /// The file to write.
    #[arg(long)]
    output: PathBuf,
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// Fills a template. A name that the data lacks is an error.
fn fill(template: &str, data: &serde_json::Value) -> Result<String, handlebars::RenderError> {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(handlebars::no_escape);
    handlebars.render_template(template, data)
}

fn render(files: &Render) -> Result<(), Box<dyn Error>> {
    let data = serde_json::from_str(&read(&files.data)?)
        .map_err(|error| format!("{} is no JSON: {error}", files.data.display()))?;
    let text = fill(&read(&files.template)?, &data)
        .map_err(|error| format!("cannot fill {}: {error}", files.template.display()))?;
    fs::write(&files.output, text)
        .map_err(|error| format!("cannot write {}: {error}", files.output.display()))?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("info")).init();
    match Cli::parse().command {
        Command::Measure(pallets) => Ok(pallets.run_with_spec::<BlakeTwo256, ()>(None)?),
        Command::Render(files) => render(&files),
        Command::CheckTimes(files) => check_times::run(&files),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_template_is_filled_without_escapes() {
        let text = fill(
            "fn {{name}}() -> {{kind}}",
            &json!({"name": "claim", "kind": "Box<u8>"}),
        );
        assert_eq!(text.unwrap(), "fn claim() -> Box<u8>");
    }

    #[test]
    fn a_name_that_the_data_lacks_is_an_error() {
        assert!(fill("{{missing}}", &json!({})).is_err());
    }
}
