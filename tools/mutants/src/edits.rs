//! Edits of a text that may lie within each other.

/// What stands in the place of `start..end`. Holes are ranges of the old text, inside `start..end`, in which other edits
/// may be.
pub struct Edit {
    pub start: usize,
    pub end: usize,
    pub pieces: Vec<Piece>,
    /// The mutants for which it is there.
    pub mutants: Vec<u32>,
}

pub enum Piece {
    Text(String),
    Hole(usize, usize),
    /// What is there for one mutant only.
    Alternative(u32, Vec<Piece>),
}

pub fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

/// Start, end, for which mutants, and whether nothing else is there.
type Segments = Vec<(usize, usize, Vec<u32>, bool)>;

/// The new text, and which of its bytes are there for which mutants.
pub fn apply(source: &str, mut edits: Vec<Edit>) -> (String, Segments) {
    // Outer before inner, and what is only put in before what begins there; of the same range, what was given first is outer.
    edits.sort_by_key(|edit| (edit.start, edit.start != edit.end, std::cmp::Reverse(edit.end)));
    let mut writer = Writer {
        source,
        edits: &edits,
        out: String::new(),
        segments: Vec::new(),
    };
    writer.range(0, source.len(), 0);
    (writer.out, writer.segments)
}

struct Writer<'a> {
    source: &'a str,
    edits: &'a [Edit],
    out: String,
    segments: Segments,
}

impl Writer<'_> {
    /// Writes a range of the old text with the edits from `first` on that lie in it.
    fn range(&mut self, start: usize, end: usize, first: usize) {
        let edits = self.edits;
        let mut at = start;
        for (index, edit) in edits.iter().enumerate().skip(first) {
            if edit.start >= end && !(edit.start == end && edit.end == end) {
                break;
            }
            if edit.start < at || edit.end > end {
                continue;
            }
            self.out.push_str(&self.source[at..edit.start]);
            let begin = self.out.len();
            self.pieces(&edit.pieces, index + 1);
            self.segments
                .push((begin, self.out.len(), edit.mutants.clone(), false));
            at = edit.end;
        }
        self.out.push_str(&self.source[at..end]);
    }

    fn pieces(&mut self, pieces: &[Piece], first: usize) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.out.push_str(text),
                Piece::Hole(start, end) => self.range(*start, *end, first),
                Piece::Alternative(mutant, pieces) => {
                    let begin = self.out.len();
                    self.pieces(pieces, first);
                    self.segments
                        .push((begin, self.out.len(), vec![*mutant], true));
                }
            }
        }
    }
}
