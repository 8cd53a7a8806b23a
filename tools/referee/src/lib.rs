//! The primitives as plain wasm, for clients in JavaScript.
#![cfg_attr(target_arch = "wasm32", no_std)]

/// Memory of the wasm module.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// A panic is a trap: the module has nobody to tell.
#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
