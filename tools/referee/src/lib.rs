//! The chain's own code, as plain wasm for JavaScript: commitments, kernels, proofs and their check.
//!
//! The interface is four functions: `alloc` and `release` for memory, `turn` to bring an image into committed order, `call`
//! for everything else. A call takes the
//! SCALE bytes of a [`Request`] and gives those of a `Result<Vec<u8>, String>`, whose success is the SCALE bytes of what
//! the request's variant says.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod four;
mod handles;
mod lanes;
mod order;
mod requests;

pub use requests::{answer, Request};

#[cfg(target_arch = "wasm32")]
use alloc::vec::Vec;

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

#[cfg(target_arch = "wasm32")]
fn give(bytes: Vec<u8>) -> u64 {
    let bytes = bytes.into_boxed_slice();
    let length = bytes.len() as u64;
    let pointer = alloc::boxed::Box::into_raw(bytes) as *mut u8 as u64;
    pointer << 32 | length
}

/// Reserves `length` bytes, whatever they are, for the caller to fill.
#[cfg(target_arch = "wasm32")]
#[no_mangle]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    alloc::boxed::Box::into_raw(alloc::boxed::Box::<[u8]>::new_uninit_slice(length)) as *mut u8
}

/// Gives back what [`alloc`] or [`call`] handed out.
///
/// # Safety
/// `pointer` and `length` must be those of one such region, released once.
#[cfg(target_arch = "wasm32")]
#[no_mangle]
pub unsafe extern "C" fn release(pointer: *mut u8, length: usize) {
    // SAFETY: by the function's contract the region is a boxed slice of that length.
    drop(unsafe {
        alloc::boxed::Box::from_raw(core::ptr::slice_from_raw_parts_mut(pointer, length))
    });
}

/// Writes `count` columns, from `first` on, of an image of `rows × columns` elements of `size` bytes (1 or 4) one after the
/// other: see [`order::turn`].
///
/// # Safety
/// `from` must name a readable region of the image's bytes, `to` a writable one, elsewhere, of those of the columns.
#[cfg(target_arch = "wasm32")]
#[no_mangle]
pub unsafe extern "C" fn turn(
    from: *const u8,
    to: *mut u8,
    rows: usize,
    columns: usize,
    first: usize,
    count: usize,
    size: usize,
) {
    let lengths = [columns, count].map(|each| rows.checked_mul(each)?.checked_mul(size));
    let [Some(read), Some(written)] = lengths else {
        return;
    };
    // SAFETY: by the function's contract the regions have these bytes and do not overlap.
    let (from, to) = unsafe {
        (
            core::slice::from_raw_parts(from, read),
            core::slice::from_raw_parts_mut(to, written),
        )
    };
    let wanted = order::Columns {
        rows,
        columns,
        first,
        count,
    };
    order::turn(from, to, wanted, size);
}

/// Answers a request; the result is `pointer << 32 | length` of a region to [`release`].
///
/// # Safety
/// `pointer` and `length` must name a readable region, which stays the caller's.
#[cfg(target_arch = "wasm32")]
#[no_mangle]
pub unsafe extern "C" fn call(pointer: *const u8, length: usize) -> u64 {
    // SAFETY: by the function's contract the region is readable.
    let bytes = unsafe { core::slice::from_raw_parts(pointer, length) };
    give(answer(bytes))
}
