// SPDX-License-Identifier: GPL-3.0-or-later WITH Classpath-exception-2.0

//! A Substrate node for Veritrace. It takes the runtime from the chain spec and knows none by itself, so that a change
//! of a pallet never rebuilds it.

#![warn(missing_docs)]
// The errors of the client crates are large, and every function here passes them on.
#![allow(clippy::result_large_err)]

mod chain_spec;
mod cli;
mod command;
mod metrics;
mod rpc;
mod runtime_api;
mod service;
mod types;

fn main() -> sc_cli::Result<()> {
    command::run()
}
