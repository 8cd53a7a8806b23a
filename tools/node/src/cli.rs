// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! The command line.

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Runs a node, or one of the subcommands.
#[derive(Debug, Parser)]
pub struct Cli {
    /// What to do instead of running a node.
    #[command(subcommand)]
    pub subcommand: Option<Command>,

    /// Flags of a running node.
    #[command(flatten)]
    pub run: sc_cli::RunCmd,

    /// The runtime from which a chain that is named, not given as a file, is made: plain or compressed wasm. By default
    /// the file that the environment variable VERITRACE_RUNTIME names, else the released one of the checkout that the
    /// node is started in.
    #[arg(long, global = true, value_name = "FILE")]
    pub runtime: Option<PathBuf>,

    /// Accepted because tools pass it: this node never measures the hardware.
    #[arg(long)]
    pub no_hardware_benchmarks: bool,
}

/// What a node's binary does besides running a node.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Generates, inspects and inserts keys.
    #[command(subcommand)]
    Key(sc_cli::KeySubcommand),

    /// Writes a chain spec: of a genesis preset of the runtime, or the raw form of a given one.
    ExportChainSpec(ExportChainSpec),

    /// Deletes the database of a chain.
    PurgeChain(sc_cli::PurgeChainCmd),
}

/// Where a chain spec comes from, and in which form it is written.
#[derive(Debug, clap::Args)]
pub struct ExportChainSpec {
    /// What to export, and where to.
    #[command(flatten)]
    pub export: sc_cli::ExportChainSpecCmd,

    /// The genesis preset to start from. The name given with --chain is the chain's id then, unless it is a file.
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,

    /// JSON to merge over the preset.
    #[arg(long, value_name = "FILE", requires = "preset")]
    pub patch: Option<PathBuf>,
}
