//! What has changed since a baseline was kept.

use super::{Baseline, Kept};
use crate::expect::{Spread, count, number};

/// How far beyond the losses of the baseline's seeds a loss may lie, as a share of the one it is beyond:
/// other processors round elsewhere, and a long training makes a last digit large.
const TOLERANCE: f64 = 0.05;

/// What is no longer as it was, in one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Most seeds have another diagnosis.
    Diagnosis {
        /// The cell in words.
        cell: String,
        /// Of the seeds then.
        before: String,
        /// Of the seeds now.
        now: String,
    },
    /// The median of the final training losses lies beyond those of all seeds then.
    Loss {
        /// The cell in words.
        cell: String,
        /// Of the seeds then.
        before: Spread,
        /// The median now.
        now: f64,
    },
    /// The baseline does not know the cell.
    New(String),
    /// The baseline's cell is not in the sweep.
    Gone(String),
}

/// The changes, in the order of the grid; cells that are gone come last.
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

fn of<'a>(all: &'a Baseline, name: &str) -> Option<&'a Kept> {
    all.cells.iter().find(|kept| kept.cell == name)
}

/// A cell of another diagnosis has another loss as well: the diagnosis says more.
fn in_cell(before: &Kept, now: &Kept) -> Option<Change> {
    let cell = || now.cell.clone();
    if before.diagnosis != now.diagnosis {
        return Some(Change::Diagnosis {
            cell: cell(),
            before: before.seeds.clone(),
            now: now.seeds.clone(),
        });
    }
    let spread = |kept: &Kept| Spread::of(kept.train_loss.iter().map(|loss| loss.0));
    let (before, now) = (spread(before)?, spread(now)?.median);
    // Infinity needs no margin, and has none.
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

/// `3 cells changed their diagnosis, 1 changed its loss beyond the spread over seeds`; none where nothing
/// changed.
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
    let says: [&dyn Fn(usize) -> String; 4] = [
        &|n| format!("changed {} diagnosis", its(n)),
        &|n| format!("changed {} loss beyond the spread over seeds", its(n)),
        &|n| format!("{} not in the baseline", if n == 1 { "is" } else { "are" }),
        &|n| format!("{} gone", if n == 1 { "is" } else { "are" }),
    ];
    let mut parts: Vec<String> = Vec::new();
    for (n, says) in counts.into_iter().zip(says) {
        match n {
            0 => {}
            // Later parts go on speaking of cells.
            n if parts.is_empty() => parts.push(format!("{} {}", count(n, "cell"), says(n))),
            n => parts.push(format!("{n} {}", says(n))),
        }
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Change::Diagnosis { cell, before, now } => write!(f, "{cell}: was {before}, is {now}"),
            Change::Loss { cell, before, now } => {
                let Spread { low, high, n, .. } = *before;
                let (low, high, now) = (number(low), number(high), number(*now));
                let seeds = count(n, "seed");
                write!(
                    f,
                    "{cell}: train_loss was {low} to {high} over {seeds}, is {now} in the median"
                )
            }
            Change::New(cell) => write!(f, "{cell}: not in the baseline"),
            Change::Gone(cell) => write!(f, "{cell}: no longer in the sweep"),
        }
    }
}
