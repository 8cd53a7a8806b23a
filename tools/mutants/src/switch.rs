//! The module that a woven crate gets.

/// `on(n)` is whether mutant `n` is the one that the environment names (`VERITRACE_MUTANT`). With `VERITRACE_MUTANT_REACHED`
/// it never is, and the numbers that were asked for are appended to that file when the process ends, one a line. In constants,
/// which the compiler evaluates, no mutant is on.
pub const MODULE: &str = r#"
extern crate std;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

const NONE: u32 = u32::MAX - 2;
const NOTING: u32 = u32::MAX - 1;
const UNKNOWN: u32 = u32::MAX;
const WORDS: usize = 256;

static STATE: AtomicU32 = AtomicU32::new(UNKNOWN);
static REACHED: [AtomicU64; WORDS] = [const { AtomicU64::new(0) }; WORDS];

#[inline(always)]
pub const fn on(mutant: u32) -> bool {
    core::intrinsics::const_eval_select((mutant,), never, now)
}

const fn never(_mutant: u32) -> bool {
    false
}

#[inline(always)]
fn now(mutant: u32) -> bool {
    let state = STATE.load(Relaxed);
    state == mutant || (state >= NOTING && slow(mutant))
}

#[cold]
#[inline(never)]
fn slow(mutant: u32) -> bool {
    if STATE.load(Relaxed) == UNKNOWN {
        if std::env::var_os("VERITRACE_MUTANT_REACHED").is_some() {
            extern "C" {
                fn atexit(f: extern "C" fn()) -> i32;
            }
            if STATE.swap(NOTING, Relaxed) == UNKNOWN {
                unsafe { atexit(write) };
            }
        } else {
            let asked = std::env::var("VERITRACE_MUTANT").ok().and_then(|text| text.parse().ok());
            STATE.store(asked.unwrap_or(NONE), Relaxed);
        }
        return now(mutant);
    }
    if let Some(word) = REACHED.get(mutant as usize / 64) {
        word.fetch_or(1 << (mutant % 64), Relaxed);
    }
    false
}

extern "C" fn write() {
    use std::io::Write;
    let Some(path) = std::env::var_os("VERITRACE_MUTANT_REACHED") else { return };
    let mut text = std::string::String::new();
    for (index, word) in REACHED.iter().enumerate() {
        for bit in 0..64 {
            if word.load(Relaxed) >> bit & 1 == 1 {
                text += &std::format!("{}\n", index * 64 + bit);
            }
        }
    }
    if let Ok(mut file) = std::fs::OpenOptions::new().append(true).create(true).open(path) {
        let _ = file.write_all(text.as_bytes());
    }
}
"#;
