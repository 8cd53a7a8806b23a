//! A fuzzer that keeps what leads it to something new, in this process.
//!
//! New is a counter of a branch that was never as high (where the workspace's crates were compiled with counters, see
//! [`counters`]), or a call with an outcome it never had. Inputs are sequences of units that each mean something: whole units
//! are moved, repeated and taken from other inputs, and bytes within them are changed.

use crate::{counters, coverage, targets::Target};
use std::{
    collections::BTreeSet,
    fs, io,
    ops::Range,
    panic::{catch_unwind, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How a run is set up.
pub struct Options {
    /// For how long.
    pub time: Duration,
    /// Decides everything, with the corpus.
    pub seed: u64,
    /// What was kept earlier, and is kept now.
    pub corpus: Option<PathBuf>,
    /// Where inputs go that fail.
    pub findings: PathBuf,
    /// Most bytes of an input.
    pub most_bytes: usize,
}

/// Something that is not as it should be.
pub struct Finding {
    /// What was said about it.
    pub message: String,
    /// The input, shrunk.
    pub input: PathBuf,
    /// Its bytes.
    pub bytes: usize,
}

/// What a run came to, or has come to so far.
#[derive(Default)]
pub struct Report {
    /// Inputs that were run.
    pub executions: u64,
    /// What a core spent on them. On a busy machine that is less than the time that passed.
    pub core_seconds: f64,
    /// Inputs that were kept.
    pub kept: usize,
    /// Counters that were ever above zero.
    pub branches: usize,
    /// Calls with an outcome that were reached.
    pub outcomes: usize,
    /// What failed, each in another place.
    pub findings: Vec<Finding>,
}

/// A source of numbers that is the same for the same seed (SplitMix64).
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One below `bound`; zero when there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        match bound {
            0 => 0,
            bound => (self.number() % bound as u64) as usize,
        }
    }

    /// So many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.number() as u8).collect()
    }
}

static MESSAGE: Mutex<String> = Mutex::new(String::new());

/// Where a panic came from stands for what it is: the same place is the same finding.
fn hear_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |place| {
            format!("{}:{}", place.file(), place.line())
        });
        let said = info
            .payload()
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| {
                info.payload()
                    .downcast_ref::<&str>()
                    .map(|said| (*said).to_string())
            })
            .unwrap_or_default();
        *MESSAGE.lock().unwrap_or_else(PoisonError::into_inner) = format!("{place}: {said}");
    }));
}

/// The place of a panic's message.
fn place_of(message: &str) -> &str {
    let end = message
        .match_indices(':')
        .nth(1)
        .map_or(message.len(), |(at, _)| at);
    &message[..end]
}

/// Runs one input. Gives what a panic said.
fn attempt(target: &Target, input: &[u8]) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| (target.run)(input))).map_err(|_| {
        MESSAGE
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    })
}

/// Takes as many units out of a failing input as it can do without, then sets its bytes to zero.
fn shrink(target: &Target, mut input: Vec<u8>, message: &str, most: u32) -> Vec<u8> {
    let mut tries = 0;
    let mut fails = |candidate: &[u8]| {
        tries += 1;
        tries <= most
            && attempt(target, candidate).is_err_and(|said| place_of(&said) == place_of(message))
    };
    let mut size = (target.units)(&input).len() / 2;
    while size >= 1 {
        let mut at = 0;
        while at < (target.units)(&input).len() {
            let units = (target.units)(&input);
            let end = (at + size).min(units.len());
            let candidate = [&input[..units[at].start], &input[units[end - 1].end..]].concat();
            if fails(&candidate) {
                input = candidate;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    for at in 0..input.len() {
        let mut candidate = input.clone();
        candidate[at] = 0;
        if candidate != input && fails(&candidate) {
            input = candidate;
        }
    }
    input
}

fn mutate(
    target: &Target,
    chance: &mut Chance,
    corpus: &[Vec<u8>],
    dictionary: &[Vec<u8>],
    most: usize,
) -> Vec<u8> {
    let mut input = corpus[chance.below(corpus.len())].clone();
    for _ in 0..1 + chance.below(5) {
        let units = (target.units)(&input);
        let some = |chance: &mut Chance, units: &[Range<usize>]| -> Range<usize> {
            match units.len() {
                0 => 0..0,
                count => units[chance.below(count)].clone(),
            }
        };
        let unit = some(chance, &units);
        match chance.below(10) {
            0 => {
                input.drain(unit);
            }
            1 => {
                let copy = input[unit].to_vec();
                let at = some(chance, &units).start;
                input.splice(at..at, copy);
            }
            2 | 3 => {
                // Some units of another input.
                let other = &corpus[chance.below(corpus.len())];
                let theirs = (target.units)(other);
                if !theirs.is_empty() {
                    let from = chance.below(theirs.len());
                    let to = (from + 1 + chance.below(12)).min(theirs.len());
                    let part = other[theirs[from].start..theirs[to - 1].end].to_vec();
                    let at = unit.start;
                    input.splice(at..at, part);
                }
            }
            4 => {
                let fresh = (target.fresh)(chance);
                let at = unit.end;
                input.splice(at..at, fresh);
            }
            5 if !dictionary.is_empty() => {
                let word = &dictionary[chance.below(dictionary.len())];
                if unit.len() > word.len() {
                    let at = unit.start + chance.below(unit.len() - word.len());
                    input[at..at + word.len()].copy_from_slice(word);
                }
            }
            6 if !unit.is_empty() => {
                let at = unit.start + chance.below(unit.len());
                input[at] = [0, 1, 2, 3, 4, 8, 16, 0x7f, 0x80, 0xfe, 0xff][chance.below(11)];
            }
            7 if !unit.is_empty() => {
                let at = unit.start + chance.below(unit.len());
                input[at] = input[at].wrapping_add([1, 4, 0xff, 0xfc][chance.below(4)]);
            }
            8 if !unit.is_empty() => {
                let at = unit.start + chance.below(unit.len());
                input[at] ^= 1 << chance.below(8);
            }
            _ if !unit.is_empty() => {
                let at = unit.start + chance.below(unit.len());
                input[at] = chance.number() as u8;
            }
            _ => {}
        }
    }
    input.truncate(most);
    input
}

/// What a run has been through that is new.
fn news() -> (usize, usize) {
    (counters::new_since_last(), coverage::reached())
}

fn read_corpus(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut paths: Vec<_> = match fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    paths.sort();
    paths.iter().map(fs::read).collect()
}

fn name_of(input: &[u8]) -> String {
    let digest = sp_io::hashing::twox_128(input);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Seconds that this process had a core, where the system tells (in hundredths, the 14th and 15th field after the name).
fn core_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

/// Fuzzes a target. `progress` hears of it now and then.
pub fn fuzz(
    target: &Target,
    options: &Options,
    mut progress: impl FnMut(&Report, Duration),
) -> io::Result<Report> {
    hear_panics();
    let started = Instant::now();
    let mut chance = Chance::new(options.seed);
    let mut report = Report::default();
    let mut places = BTreeSet::new();
    let mut corpus: Vec<Vec<u8>> = Vec::new();
    let dictionary = (target.dictionary)();
    let mut waiting = match &options.corpus {
        Some(folder) => {
            fs::create_dir_all(folder)?;
            read_corpus(folder)?
        }
        None => Vec::new(),
    };
    // As if the last of the waiting were the first.
    waiting.reverse();
    let mut outcomes = 0;
    let mut told = Instant::now();
    while started.elapsed() < options.time {
        let input = match waiting.pop() {
            Some(input) => input,
            // Something of its own, now and then, so that a corpus is no prison.
            None if corpus.is_empty() || chance.below(20) == 0 => (target.seed)(&mut chance),
            None => mutate(
                target,
                &mut chance,
                &corpus,
                &dictionary,
                options.most_bytes,
            ),
        };
        counters::reset();
        let result = attempt(target, &input);
        report.executions += 1;
        match result {
            Ok(()) => {
                let (fresh, reached) = news();
                if fresh > 0 || reached > outcomes || corpus.is_empty() {
                    if let Some(folder) = &options.corpus {
                        fs::write(folder.join(name_of(&input)), &input)?;
                    }
                    corpus.push(input);
                }
                outcomes = reached;
            }
            Err(message) => {
                if places.insert(place_of(&message).to_string()) {
                    eprintln!("finding: {message}");
                    let small = shrink(target, input, &message, 3_000);
                    fs::create_dir_all(&options.findings)?;
                    let path =
                        options
                            .findings
                            .join(format!("{}-{}", target.name, name_of(&small)));
                    fs::write(&path, &small)?;
                    report.findings.push(Finding {
                        message,
                        input: path,
                        bytes: small.len(),
                    });
                }
            }
        }
        report.kept = corpus.len();
        report.branches = counters::reached();
        report.outcomes = outcomes;
        report.core_seconds = core_seconds().unwrap_or_else(|| started.elapsed().as_secs_f64());
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            progress(&report, started.elapsed());
        }
    }
    Ok(report)
}

/// Runs one input and lets it panic.
pub fn reproduce(target: &Target, input: &[u8]) {
    (target.run)(input);
}
