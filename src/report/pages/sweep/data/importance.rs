//! Hyperparameter importance: the share of the variance over the cells that an axis explains by itself, and that
//! pairs of axes explain in addition, as text ([`super::variance`] computes the numbers).

use super::measured::MeasuredQuantity;
use super::variance::{Shares, shares};
use crate::report::shared::axes::{AxisView, coordinate};
use crate::report::shared::number::percent;
use crate::results::Results;
use serde::Serialize;

/// The hyperparameter importance on a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Importance {
    /// The result in one sentence.
    pub sentence: String,
    /// Single axes, then pairs, each sorted by share.
    pub rows: Vec<ImportanceRow>,
    /// Sentences about omitted, replaced or estimated values.
    pub notes: Vec<String>,
}

/// One effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportanceRow {
    /// The axis, or `lr × depth`.
    pub name: String,
    /// Whether it is a single axis.
    pub main: bool,
    /// The share: `83%`.
    pub percent: String,
    /// Length of the bar, in percent.
    pub bar: f64,
}

/// Returns the hyperparameter importance; none if fewer than two axes vary, or fewer than two cells have a value.
pub fn importance(results: &Results, axes: &[AxisView]) -> Option<Importance> {
    let varied: Vec<usize> = (0..axes.len())
        .filter(|a| axes[*a].labels.len() > 1)
        .collect();
    let measured = MeasuredQuantity::of(results);
    if varied.len() < 2 || measured.cells.len() < 2 {
        return None;
    }
    if varied.iter().any(|a| axes[*a].drawn) {
        return Some(Importance {
            sentence:
                "Not available: values were sampled from ranges, so cells hardly ever share one. A \
                       grid over the same axes shows hyperparameter importance."
                    .to_owned(),
            rows: Vec::new(),
            notes: Vec::new(),
        });
    }
    let levels: Vec<Vec<usize>> = varied
        .iter()
        .map(|a| {
            let cells = measured.cells.iter();
            cells
                .map(|c| coordinate(&results.cells[c.place].cell, *a))
                .collect()
        })
        .collect();
    let medians: Vec<f64> = measured.cells.iter().map(|cell| cell.median).collect();
    let names: Vec<&str> = varied.iter().map(|a| axes[*a].name.as_str()).collect();
    let full: usize = varied.iter().map(|a| axes[*a].labels.len()).product();
    let mut notes = measured.notes(results.cells.len());
    let Some(shares) = shares(&levels, &medians) else {
        return Some(Importance {
            sentence: format!("The {} is the same in every cell.", measured.name),
            rows: Vec::new(),
            notes,
        });
    };
    if full != medians.len() {
        notes.push(format!(
            "Estimate: {} of the {full} cells of the full grid have a value, and on a grid with gaps the \
             effects of axes overlap.",
            medians.len()
        ));
    }
    Some(Importance {
        sentence: sentence(measured.name, &names, &shares),
        rows: rows(&names, &shares, full == medians.len()),
        notes,
    })
}

/// Returns text such as `lr explains 83% of the variance of the median skill over the cells, depth 10%; lr
/// and depth together 7% more.`
fn sentence(measure: &str, names: &[&str], shares: &Shares) -> String {
    let mut mains: Vec<(&str, f64)> = names
        .iter()
        .copied()
        .zip(shares.mains.iter().copied())
        .collect();
    mains.sort_by(|a, b| b.1.total_cmp(&a.1));
    let first = mains[0];
    let mut text = format!(
        "{} explains {} of the variance of the {measure} over the cells",
        first.0,
        percent(first.1)
    );
    for (name, share) in mains.iter().skip(1).take(2) {
        text.push_str(&format!(", {name} {}", percent(*share)));
    }
    let strongest = shares.pairs.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some(((i, j), share)) = strongest.filter(|(_, share)| *share >= 0.05) {
        text.push_str(&format!(
            "; {} and {} together explain {} more",
            names[*i],
            names[*j],
            percent(*share)
        ));
    }
    text + "."
}

fn rows(names: &[&str], shares: &Shares, full: bool) -> Vec<ImportanceRow> {
    let mut mains: Vec<(String, f64)> = names
        .iter()
        .zip(&shares.mains)
        .map(|(name, share)| ((*name).to_owned(), *share))
        .collect();
    let mut pairs: Vec<(String, f64)> = shares
        .pairs
        .iter()
        .map(|((i, j), share)| (format!("{} × {}", names[*i], names[*j]), *share))
        .collect();
    mains.sort_by(|a, b| b.1.total_cmp(&a.1));
    pairs.sort_by(|a, b| b.1.total_cmp(&a.1));
    let explained: f64 = mains.iter().chain(&pairs).map(|(_, share)| share).sum();
    let row = |main| {
        move |(name, share): (String, f64)| ImportanceRow {
            name,
            main,
            percent: percent(share),
            bar: (share.clamp(0.0, 1.0) * 1e3).round() / 10.0,
        }
    };
    let mut rows: Vec<ImportanceRow> = mains.into_iter().map(row(true)).collect();
    rows.extend(pairs.into_iter().map(row(false)));
    if full && names.len() > 2 {
        rows.push(row(false)((
            "three or more axes together".to_owned(),
            (1.0 - explained).max(0.0),
        )));
    }
    rows
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::Value;
    use crate::report::shared::axes;
    use crate::testkit::fixture;

    #[test]
    fn a_grid_with_gaps_is_an_estimate_and_the_share_of_seeds_is_noted() {
        let rates = fixture::axis("lr", &[1e-4, 0.1].map(Value::Number));
        let starts = fixture::axis("start", &[0, 1, 2].map(Value::Integer));
        let sweep = fixture::sweep("x", vec![rates, starts], 2);
        let model = crate::config::settings::ModelSettings::Mlp { hidden: vec![4] };
        let mut results = fixture::results(&sweep, &model, |point, seed| {
            Some(fixture::trace(&fixture::TraceShape {
                rate: [1e-4, 0.1][point[0]],
                floor: 0.01,
                epochs: 100,
                diverges: None,
                layers: 2,
                vanishing: 1.0,
                seed,
            }))
        });
        let axes: Vec<_> = sweep.axes.iter().map(axes::axis).collect();
        let full = importance(&results, &axes).unwrap();
        assert!(
            full.sentence
                .starts_with("lr explains 100% of the variance"),
            "{}",
            full.sentence
        );
        assert!(
            full.notes.iter().any(|note| note.contains("seeds explain")),
            "{:?}",
            full.notes
        );
        assert!(!full.notes.iter().any(|note| note.contains("Estimate")));
        results.cells.pop();
        let gap = importance(&results, &axes).unwrap();
        assert!(
            gap.notes
                .iter()
                .any(|note| note.starts_with("Estimate: 5 of the 6")),
            "{:?}",
            gap.notes
        );
    }
}
