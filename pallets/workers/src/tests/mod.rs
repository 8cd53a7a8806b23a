//! Tests, a file for each group of calls or functions of the pool.

use crate::mock::*;
use crate::*;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;
use sp_runtime::TokenError;
use veritrace_primitives::traits::{ModelId, Slashed, WorkerPool};

mod draw;
mod integrity;
mod invariants;
mod locks;
mod migration;
mod parameters;
mod register;
mod serve;
mod stake;
mod timeline;
mod try_state;
