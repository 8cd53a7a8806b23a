//! One file for each call, and one for each thing that happens without one.

mod audit;
mod cancel_request;
mod claim_book;
mod commit_result;
mod condemned;
mod encoding;
mod input_unavailable;
mod integrity;
mod keeper;
mod large_output;
mod migration;
mod offchain;
mod on_idle;
mod properties;
mod publish_input;
mod reveal_result;
mod runtime_api;
mod set_parameters;
mod settle;
mod submit_inference_request;
mod submit_inference_result;
mod timeline;
mod try_state;
mod unpublished;
