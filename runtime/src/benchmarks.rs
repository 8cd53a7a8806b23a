//! The pallets whose calls are measured.

use crate::Runtime;

impl frame_system_benchmarking::Config for Runtime {}
impl frame_benchmarking::baseline::Config for Runtime {}

frame_benchmarking::define_benchmarks!(
    [frame_benchmarking, BaselineBench::<Runtime>]
    [frame_system, SystemBench::<Runtime>]
    [pallet_balances, Balances]
    [pallet_timestamp, Timestamp]
    [pallet_utility, Utility]
    [pallet_sudo, Sudo]
    [pallet_models, Models]
    [pallet_workers, Workers]
    [pallet_inference, Inference]
    [pallet_disputes, Disputes]
    [pallet_payouts, Payouts]
);
