//! Weaves mutants into sources. Reads `{ "root", "mutants": [{ id, file, genre, replacement, span }] }` on standard input,
//! rewrites the files under `root` in place, and prints `{ "segments": [{ file, start, end, mutants, alternative }],
//! "unwoven": [id] }`: where in the new text (bytes) which mutants are, and which have no place there.

mod edits;
mod places;
mod switch;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Order {
    root: PathBuf,
    /// Crate root files (`src/lib.rs`), which get the switch.
    crates: Vec<PathBuf>,
    mutants: Vec<Mutant>,
}

/// A mutant as `cargo mutants --list --json` tells it, with a number. Lines and columns count characters from one.
#[derive(Deserialize, Clone)]
pub struct Mutant {
    pub id: u32,
    pub file: PathBuf,
    pub genre: String,
    pub replacement: String,
    pub span: LineSpan,
}

#[derive(Deserialize, Clone)]
pub struct LineSpan {
    pub start: LineColumn,
    pub end: LineColumn,
}

#[derive(Deserialize, Clone)]
pub struct LineColumn {
    pub line: usize,
    pub column: usize,
}

#[derive(Serialize)]
struct Woven {
    segments: Vec<Segment>,
    unwoven: Vec<u32>,
}

/// A part of the new text that is there for mutants: of one of them only, or what stands around several.
#[derive(Serialize)]
pub struct Segment {
    pub file: PathBuf,
    pub start: usize,
    pub end: usize,
    pub mutants: Vec<u32>,
    /// Whether nothing but the one mutant is there.
    pub alternative: bool,
}

fn main() {
    if let Err(trouble) = run() {
        eprintln!("{trouble}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), String> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|trouble| format!("cannot read the order: {trouble}"))?;
    let order: Order =
        serde_json::from_str(&text).map_err(|trouble| format!("the order cannot be read: {trouble}"))?;
    let mut by_file: BTreeMap<PathBuf, Vec<Mutant>> = BTreeMap::new();
    for mutant in order.mutants {
        by_file.entry(mutant.file.clone()).or_default().push(mutant);
    }
    let mut woven = Woven {
        segments: Vec::new(),
        unwoven: Vec::new(),
    };
    for (file, mutants) in by_file {
        let path = order.root.join(&file);
        let source = read(&path)?;
        let (edits, unwoven) = places::edits(&source, &mutants)
            .map_err(|trouble| format!("{}: {trouble}", path.display()))?;
        let (text, segments) = edits::apply(&source, edits);
        write(&path, &text)?;
        woven.unwoven.extend(unwoven);
        woven
            .segments
            .extend(
                segments
                    .into_iter()
                    .map(|(start, end, mutants, alternative)| Segment {
                        file: file.clone(),
                        start,
                        end,
                        mutants,
                        alternative,
                    }),
            );
    }
    for library in &order.crates {
        let path = order.root.join(library);
        let source = read(&path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        write(&folder.join("mutant_switch.rs"), switch::MODULE)?;
        // Lines and bytes before the old text would move the segments: the module is named after it, and attributes of
        // the crate come from the command line.
        write(&path, &format!("{source}\n#[doc(hidden)]\npub mod mutant_switch;\n"))?;
    }
    println!(
        "{}",
        serde_json::to_string(&woven).map_err(|trouble| trouble.to_string())?
    );
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|trouble| format!("cannot read {}: {trouble}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|trouble| format!("cannot write {}: {trouble}", path.display()))
}
