//! Counters of branches. The compiler puts them into crates that are compiled with its coverage pass for sanitisers, and tells
//! where they are before `main`. Without the pass there are none, and a fuzzer goes by outcomes alone.

use std::sync::{Mutex, PoisonError};

struct Region {
    start: usize,
    length: usize,
}

struct State {
    regions: Vec<Region>,
    /// The highest class each counter was ever in.
    best: Vec<u8>,
}

static STATE: Mutex<State> = Mutex::new(State {
    regions: Vec::new(),
    best: Vec::new(),
});

/// Called by what the compiler puts in, once for each part of the program.
///
/// # Safety
/// The counters lie between the two pointers as long as the program runs, and nothing else writes to them while
/// [`reset`] or [`new_since_last`] runs: there is one thread that runs inputs.
#[allow(unsafe_code)]
#[no_mangle]
pub unsafe extern "C" fn __sanitizer_cov_8bit_counters_init(start: *mut u8, stop: *mut u8) {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    let (start, length) = (start as usize, stop as usize - start as usize);
    if state.regions.iter().all(|region| region.start != start) {
        state.regions.push(Region { start, length });
        let all = state.best.len() + length;
        state.best.resize(all, 0);
    }
}

/// Called with where the code of each counter is, which nobody asks here.
///
/// # Safety
/// Does nothing.
#[allow(unsafe_code)]
#[no_mangle]
pub unsafe extern "C" fn __sanitizer_cov_pcs_init(_: *const usize, _: *const usize) {}

#[allow(unsafe_code)]
fn counters(region: &Region) -> &'static mut [u8] {
    // SAFETY: the region is as the compiler said, and there is one thread that runs inputs.
    unsafe { std::slice::from_raw_parts_mut(region.start as *mut u8, region.length) }
}

/// Sets them to zero.
pub fn reset() {
    let state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    for region in &state.regions {
        counters(region).fill(0);
    }
}

/// Once, twice, three times, a few, some, many, ...
const fn class(count: u8) -> u8 {
    match count {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 3,
        4..=7 => 4,
        8..=15 => 5,
        16..=31 => 6,
        32..=127 => 7,
        128..=255 => 8,
    }
}

/// How many counters are higher than they ever were.
pub fn new_since_last() -> usize {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    let State { regions, best } = &mut *state;
    let counts = regions.iter().flat_map(|region| counters(region).iter());
    let mut fresh = 0;
    for (best, count) in best.iter_mut().zip(counts) {
        let class = class(*count);
        if class > *best {
            *best = class;
            fresh += 1;
        }
    }
    fresh
}

/// How many counters were ever above zero.
pub fn reached() -> usize {
    let state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.best.iter().filter(|best| **best > 0).count()
}

/// How many there are.
pub fn all() -> usize {
    STATE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .best
        .len()
}
