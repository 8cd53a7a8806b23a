//! Where in a source a mutant is, and what is to be written there.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::edits::{text, Edit, Piece};
use crate::{LineColumn, Mutant};

/// The edits that put the mutants behind switches, and the mutants for which there is none.
pub fn edits(source: &str, mutants: &[Mutant]) -> Result<(Vec<Edit>, Vec<u32>), String> {
    let file = syn::parse_file(source).map_err(|trouble| trouble.to_string())?;
    let lines = Lines::new(source);
    let mut finder = Finder {
        waiting: BTreeMap::new(),
        edits: Vec::new(),
    };
    for mutant in mutants {
        let start = lines.at(&mutant.span.start)?;
        let end = lines.at(&mutant.span.end)?;
        finder
            .waiting
            .entry((mutant.genre.clone(), start, end))
            .or_default()
            .push(mutant.clone());
    }
    // A function's value is replaced before its first statement.
    let bodies: Vec<_> = finder
        .waiting
        .keys()
        .filter(|(genre, _, _)| genre == "FnValue")
        .cloned()
        .collect();
    for key in bodies {
        let mutants = finder.waiting.remove(&key).unwrap_or_default();
        let start = key.1;
        let pieces = mutants
            .iter()
            .map(|mutant| {
                let replacement = &mutant.replacement;
                let condition = on(mutant.id);
                Piece::Alternative(
                    mutant.id,
                    vec![text(format!("if {condition} {{ return {replacement}; }} "))],
                )
            })
            .collect();
        finder.push(start, start, pieces, &mutants);
    }
    finder.visit_file(&file);
    let unwoven = finder
        .waiting
        .values()
        .flatten()
        .map(|mutant| mutant.id)
        .collect();
    Ok((finder.edits, unwoven))
}

fn on(mutant: u32) -> String {
    format!("crate::mutant_switch::on({mutant})")
}

struct Lines {
    /// Byte at which each line begins, and its text.
    lines: Vec<(usize, String)>,
}

impl Lines {
    fn new(source: &str) -> Self {
        let mut at = 0;
        let lines = source
            .split_inclusive('\n')
            .map(|line| {
                let start = at;
                at += line.len();
                (start, line.to_owned())
            })
            .collect();
        Self { lines }
    }

    fn at(&self, place: &LineColumn) -> Result<usize, String> {
        let (start, line) = self
            .lines
            .get(place.line.wrapping_sub(1))
            .ok_or_else(|| format!("no line {}", place.line))?;
        let offset = line
            .char_indices()
            .nth(place.column.wrapping_sub(1))
            .map_or(line.len(), |(offset, _)| offset);
        Ok(start + offset)
    }
}

struct Finder {
    waiting: BTreeMap<(String, usize, usize), Vec<Mutant>>,
    edits: Vec<Edit>,
}

fn range(span: Span) -> (usize, usize) {
    let bytes = span.byte_range();
    (bytes.start, bytes.end)
}

impl Finder {
    fn take(&mut self, genre: &str, span: Span) -> Vec<Mutant> {
        let (start, end) = range(span);
        self.waiting
            .remove(&(genre.to_owned(), start, end))
            .unwrap_or_default()
    }

    fn push(&mut self, start: usize, end: usize, pieces: Vec<Piece>, mutants: &[Mutant]) {
        self.edits.push(Edit {
            start,
            end,
            pieces,
            mutants: mutants.iter().map(|mutant| mutant.id).collect(),
        });
    }

    fn binary(&mut self, whole: &syn::ExprBinary) {
        let mutants = self.take("BinaryOperator", whole.op.span());
        if mutants.is_empty() {
            return;
        }
        let (start, left_end) = range(whole.left.span());
        let (right_start, end) = range(whole.right.span());
        let (op_start, op_end) = range(whole.op.span());
        let left = || Piece::Hole(start, left_end);
        let right = || Piece::Hole(right_start, end);
        let operator = || Piece::Hole(op_start, op_end);
        let pieces = match whole.op {
            // The right side is not always evaluated.
            syn::BinOp::And(_) | syn::BinOp::Or(_)
                if mutants
                    .iter()
                    .all(|mutant| ["&&", "||"].contains(&mutant.replacement.as_str())) =>
            {
                let conjunction = matches!(whole.op, syn::BinOp::And(_));
                let flipped = mutants
                    .iter()
                    .map(|mutant| on(mutant.id))
                    .collect::<Vec<_>>()
                    .join(" || ");
                let go_on_if = if conjunction {
                    "left_ != flip_"
                } else {
                    "left_ == flip_"
                };
                vec![
                    text("({ let left_ : bool = "),
                    left(),
                    text(format!("; let flip_ = {flipped}; if {go_on_if} {{ ")),
                    right(),
                    text(" } else { left_ } })"),
                ]
            }
            syn::BinOp::AddAssign(_)
            | syn::BinOp::SubAssign(_)
            | syn::BinOp::MulAssign(_)
            | syn::BinOp::DivAssign(_)
            | syn::BinOp::RemAssign(_)
            | syn::BinOp::BitXorAssign(_)
            | syn::BinOp::BitAndAssign(_)
            | syn::BinOp::BitOrAssign(_)
            | syn::BinOp::ShlAssign(_)
            | syn::BinOp::ShrAssign(_) => {
                let mut pieces = vec![text("{ let right_ = "), right(), text("; ")];
                for mutant in &mutants {
                    pieces.push(text(format!("if {} {{ ", on(mutant.id))));
                    pieces.push(Piece::Alternative(
                        mutant.id,
                        vec![left(), text(format!(" {} right_;", mutant.replacement))],
                    ));
                    pieces.push(text(" } else "));
                }
                pieces.extend([
                    text("{ "),
                    left(),
                    text(" "),
                    operator(),
                    text(" right_; } }"),
                ]);
                pieces
            }
            syn::BinOp::Eq(_)
            | syn::BinOp::Ne(_)
            | syn::BinOp::Lt(_)
            | syn::BinOp::Le(_)
            | syn::BinOp::Gt(_)
            | syn::BinOp::Ge(_)
            | syn::BinOp::And(_)
            | syn::BinOp::Or(_) => {
                let mut pieces = vec![text("(")];
                for mutant in &mutants {
                    pieces.push(text(format!("if {} {{ (", on(mutant.id))));
                    pieces.push(Piece::Alternative(
                        mutant.id,
                        vec![text("("), left(), text(format!(") {} (", mutant.replacement)), right(), text(")")],
                    ));
                    pieces.push(text(") } else "));
                }
                pieces.extend([
                    text("{ ("),
                    left(),
                    text(") "),
                    operator(),
                    text(" ("),
                    right(),
                    text(") })"),
                ]);
                pieces
            }
            _ => {
                let mut pieces = vec![
                    text("({ let left_ = "),
                    left(),
                    text("; let right_ = "),
                    right(),
                    text("; "),
                ];
                for mutant in &mutants {
                    pieces.push(text(format!("if {} {{ ", on(mutant.id))));
                    pieces.push(Piece::Alternative(
                        mutant.id,
                        vec![text(format!("left_ {} right_", mutant.replacement))],
                    ));
                    pieces.push(text(" } else "));
                }
                pieces.extend([text("{ left_ "), operator(), text(" right_ } })")]);
                pieces
            }
        };
        self.push(start, end, pieces, &mutants);
    }

    fn unary(&mut self, whole: &syn::ExprUnary) {
        let mutants = self.take("UnaryOperator", whole.op.span());
        let Some(mutant) = mutants.first() else {
            return;
        };
        let (start, end) = range(whole.span());
        let (inner_start, inner_end) = range(whole.expr.span());
        let (op_start, op_end) = range(whole.op.span());
        let pieces = vec![
            text(format!("(if {} {{ ", on(mutant.id))),
            Piece::Alternative(mutant.id, vec![Piece::Hole(inner_start, inner_end)]),
            text(" } else { "),
            Piece::Hole(op_start, op_end),
            Piece::Hole(inner_start, inner_end),
            text(" })"),
        ];
        self.push(start, end, pieces, &mutants);
    }

    fn arm(&mut self, arm: &syn::Arm) {
        let deleted = self.take("MatchArm", arm.span());
        let guard = arm.guard.as_ref().map(|(_, condition)| condition);
        let guarded = guard
            .map(|condition| self.take("MatchArmGuard", condition.span()))
            .unwrap_or_default();
        if deleted.is_empty() && guarded.is_empty() {
            return;
        }
        let kept = deleted
            .iter()
            .map(|mutant| format!("!{} && ", on(mutant.id)))
            .collect::<String>();
        let mut mutants = deleted;
        match guard {
            None => {
                let (_, end) = range(arm.pat.span());
                let pieces = vec![text(format!(" if {kept}true "))];
                self.push(end, end, pieces, &mutants);
            }
            Some(condition) => {
                let (start, end) = range(condition.span());
                let mut pieces = vec![text(format!("{kept}("))];
                for mutant in &guarded {
                    pieces.push(text(format!(
                        "if {} {{ {} }} else ",
                        on(mutant.id),
                        mutant.replacement
                    )));
                }
                pieces.extend([text("{ "), Piece::Hole(start, end), text(" })")]);
                mutants.extend(guarded);
                self.push(start, end, pieces, &mutants);
            }
        }
    }

    fn structure(&mut self, whole: &syn::ExprStruct) {
        let Some(rest) = &whole.rest else { return };
        let (rest_start, rest_end) = range(rest.span());
        for field in &whole.fields {
            // cargo-mutants names the span of the whole field.
            let (start, end) = range(field.span());
            let key = self
                .waiting
                .keys()
                .find(|(genre, from, _)| genre == "StructField" && *from == start)
                .cloned();
            let mutants = key
                .and_then(|key| self.waiting.remove(&key))
                .unwrap_or_default();
            let Some(mutant) = mutants.first() else {
                continue;
            };
            let (value_start, value_end) = range(field.expr.span());
            let name = match &field.member {
                syn::Member::Named(name) => name.to_string(),
                syn::Member::Unnamed(index) => index.index.to_string(),
            };
            let path_start = range(whole.path.span()).0;
            let path_end = range(whole.path.span()).1;
            let pieces = vec![
                text(format!("{name}: if {} {{ let whole_: ", on(mutant.id))),
                Piece::Hole(path_start, path_end),
                text(" = "),
                Piece::Hole(rest_start, rest_end),
                text(format!("; whole_.{name} }} else {{ ")),
                Piece::Hole(value_start, value_end),
                text(" }"),
            ];
            self.push(start, end, pieces, &mutants);
        }
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr_binary(&mut self, whole: &'ast syn::ExprBinary) {
        self.binary(whole);
        visit::visit_expr_binary(self, whole);
    }

    fn visit_expr_unary(&mut self, whole: &'ast syn::ExprUnary) {
        self.unary(whole);
        visit::visit_expr_unary(self, whole);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.arm(arm);
        visit::visit_arm(self, arm);
    }

    fn visit_expr_struct(&mut self, whole: &'ast syn::ExprStruct) {
        self.structure(whole);
        visit::visit_expr_struct(self, whole);
    }
}
