// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! What the command line makes the binary do.

use crate::{
    chain_spec::{self, Preset},
    cli::{Cli, Command, ExportChainSpec},
    service,
};
use sc_cli::SubstrateCli;
use sc_service::ChainSpec;
use std::{fs, path::Path};

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "Veritrace node".into()
    }

    fn impl_version() -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        "The Veritrace authors".into()
    }

    fn support_url() -> String {
        "tools/node/README.md".into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> Result<Box<dyn ChainSpec>, String> {
        Ok(Box::new(chain_spec::load(id, self.runtime.as_deref())?))
    }
}

impl ExportChainSpec {
    fn run(&self, cli: &Cli) -> sc_cli::Result<()> {
        let chain = &self.export.chain;
        let spec = match &self.preset {
            Some(name) if !Path::new(chain).is_file() => {
                let patch = self
                    .patch
                    .as_ref()
                    .map(|path| {
                        let text = fs::read_to_string(path)
                            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
                        serde_json::from_str(&text)
                            .map_err(|error| format!("{} is not JSON: {error}", path.display()))
                    })
                    .transpose()?;
                let code = chain_spec::read_runtime(cli.runtime.as_deref())?;
                let preset = Preset {
                    name,
                    id: chain,
                    patch,
                };
                chain_spec::from_preset(&code, preset)?
            }
            _ => chain_spec::load(chain, cli.runtime.as_deref())?,
        };
        self.export.run(Box::new(spec))
    }
}

/// Does what the command line says.
pub fn run() -> sc_cli::Result<()> {
    let cli = Cli::from_args();
    match &cli.subcommand {
        None => {
            let runner = cli.create_runner(&cli.run)?;
            runner.run_node_until_exit(|config| async move {
                service::start(config).map_err(sc_cli::Error::Service)
            })
        }
        Some(Command::Key(command)) => command.run(&cli),
        Some(Command::ExportChainSpec(command)) => command.run(&cli),
        Some(Command::PurgeChain(command)) => {
            let runner = cli.create_runner(command)?;
            runner.sync_run(|config| command.run(config.database))
        }
    }
}
