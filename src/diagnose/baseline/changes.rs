//! Changes from a baseline.

use super::format::{Baseline, CellBaseline};
use crate::diagnose::expectations::{Spread, count, number};

/// Tolerance beyond the range of the losses in the baseline, relative to the nearest end. Other processors round
/// differently, and a long training amplifies rounding.
const TOLERANCE: f64 = 0.05;

/// A change in one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Most seeds have another diagnosis.
    Diagnosis {
        /// The name of the cell.
        cell: String,
        /// The diagnoses of all seeds in the baseline.
        before: String,
        /// The diagnoses of all seeds now.
        now: String,
    },
    /// The median of the final training losses is outside of the range in the baseline.
    Loss {
        /// The name of the cell.
        cell: String,
        /// The spread over seeds in the baseline.
        before: Spread,
        /// The median now.
        now: f64,
    },
    /// The cell is not in the baseline.
    New(String),
    /// The cell is in the baseline only.
    Gone(String),
}

/// Returns the changes in the order of the grid. Cells that are gone come last.
pub fn changes(before: &Baseline, now: &Baseline) -> Vec<Change> {
    let mut all = Vec::new();
    for now in &now.cells {
        match of(before, &now.cell) {
            Some(before) => all.extend(in_cell(before, now)),
            None => all.push(Change::New(now.cell.clone())),
        }
    }
    let gone = before.cells.iter();
    let gone = gone.filter(|kept| of(now, &kept.cell).is_none());
    all.extend(gone.map(|kept| Change::Gone(kept.cell.clone())));
    all
}

fn of<'a>(all: &'a Baseline, name: &str) -> Option<&'a CellBaseline> {
    all.cells.iter().find(|kept| kept.cell == name)
}

/// Compares a cell. A changed diagnosis takes precedence over the loss, which changes with it.
fn in_cell(before: &CellBaseline, now: &CellBaseline) -> Option<Change> {
    let cell = || now.cell.clone();
    if before.diagnosis != now.diagnosis {
        return Some(Change::Diagnosis {
            cell: cell(),
            before: before.seeds.clone(),
            now: now.seeds.clone(),
        });
    }
    let spread = |kept: &CellBaseline| Spread::of(kept.train_loss.iter().map(|loss| loss.0));
    let (before, now) = (spread(before)?, spread(now)?.median);
    // Infinity has no margin.
    let margin = |loss: f64| {
        if loss.is_finite() {
            TOLERANCE * loss.abs()
        } else {
            0.0
        }
    };
    let beyond = now > before.high + margin(before.high) || now < before.low - margin(before.low);
    beyond.then(|| Change::Loss {
        cell: cell(),
        before,
        now,
    })
}

/// Returns `3 cells changed their diagnosis, 1 changed its loss by more than 5% beyond the range of the
/// seeds`; `None` without changes.
pub fn sentence(changes: &[Change]) -> Option<String> {
    let mut counts = [0; 4];
    for change in changes {
        counts[match change {
            Change::Diagnosis { .. } => 0,
            Change::Loss { .. } => 1,
            Change::New(_) => 2,
            Change::Gone(_) => 3,
        }] += 1;
    }
    let its = |n| if n == 1 { "its" } else { "their" };
    let is = |n| if n == 1 { "is" } else { "are" };
    let verbs: [&dyn Fn(usize) -> String; 4] = [
        &|n| format!("changed {} diagnosis", its(n)),
        &|n| {
            format!(
                "changed {} loss by more than 5% beyond the range of the seeds",
                its(n)
            )
        },
        &|n| format!("{} not in the baseline", is(n)),
        &|n| format!("{} no longer in the sweep", is(n)),
    ];
    let mut parts: Vec<String> = Vec::new();
    for (n, verb) in counts.into_iter().zip(verbs) {
        match n {
            0 => {}
            // Only the first part needs the noun.
            n if parts.is_empty() => parts.push(format!("{} {}", count(n, "cell"), verb(n))),
            n => parts.push(format!("{n} {}", verb(n))),
        }
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Change::Diagnosis { cell, before, now } => {
                write!(f, "{cell}: the diagnosis was {before}, and is now {now}")
            }
            Change::Loss { cell, before, now } => {
                let Spread { low, high, n, .. } = *before;
                let (low, high, now) = (number(low), number(high), number(*now));
                let seeds = count(n, "seed");
                write!(
                    f,
                    "{cell}: train_loss was {low} to {high} over {seeds}, and its median is now {now}"
                )
            }
            Change::New(cell) => write!(f, "{cell}: not in the baseline"),
            Change::Gone(cell) => write!(f, "{cell}: no longer in the sweep"),
        }
    }
}
