//! How much each axis matters: the share of the variance over the cells that its values explain by
//! themselves, and that pairs of axes explain beyond that, in words ([`super::variance`] has the numbers).

use super::axes::{AxisView, coordinate};
use super::measured::Measured;
use super::variance::{Shares, shares};
use crate::report::number::percent;
use crate::results::Results;
use serde::Serialize;

/// What the page says of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Importance {
    /// The outcome in one sentence.
    pub sentence: String,
    /// Axes by themselves, then pairs, each from the largest share.
    pub rows: Vec<Row>,
    /// What was left out, changed or estimated: sentences.
    pub notes: Vec<String>,
}

/// One effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The axis, or `lr × depth`.
    pub name: String,
    /// Whether it is an axis by itself.
    pub main: bool,
    /// `83%`.
    pub percent: String,
    /// Length of its bar, in percent.
    pub bar: f64,
}

/// How much each axis matters; none where fewer than two vary, or fewer than two cells have a value.
pub fn importance(results: &Results, axes: &[AxisView]) -> Option<Importance> {
    let varied: Vec<usize> = (0..axes.len())
        .filter(|a| axes[*a].labels.len() > 1)
        .collect();
    let measured = Measured::of(results);
    if varied.len() < 2 || measured.cells.len() < 2 {
        return None;
    }
    if varied.iter().any(|a| axes[*a].drawn) {
        return Some(Importance {
            sentence: "Not told here: values were drawn from ranges, so that hardly two cells share one, and \
                       there are no means to compare. A grid over the same axes tells it."
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
            sentence: format!(
                "The {} is the same in every cell: there is nothing to explain.",
                measured.name
            ),
            rows: Vec::new(),
            notes,
        });
    };
    if full != medians.len() {
        notes.push(format!(
            "An estimate: of the {full} cells of the full grid {} are there, and on a grid with gaps \
             the effects of the axes overlap.",
            medians.len()
        ));
    }
    Some(Importance {
        sentence: sentence(measured.name, &names, &shares),
        rows: rows(&names, &shares, full == medians.len()),
        notes,
    })
}

/// `lr explains 83% of the variance of the median skill over the cells, depth 10%; lr and depth
/// together 7% more.`
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
            "; {} and {} together {} more than each by itself",
            names[*i],
            names[*j],
            percent(*share)
        ));
    }
    text + "."
}

fn rows(names: &[&str], shares: &Shares, full: bool) -> Vec<Row> {
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
    let told: f64 = mains.iter().chain(&pairs).map(|(_, share)| share).sum();
    let row = |main| {
        move |(name, share): (String, f64)| Row {
            name,
            main,
            percent: percent(share),
            bar: (share.clamp(0.0, 1.0) * 1e3).round() / 10.0,
        }
    };
    let mut rows: Vec<Row> = mains.into_iter().map(row(true)).collect();
    rows.extend(pairs.into_iter().map(row(false)));
    if full && names.len() > 2 {
        rows.push(row(false)((
            "three and more axes together".to_owned(),
            (1.0 - told).max(0.0),
        )));
    }
    rows
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::view;
    use crate::spec::Value;
    use crate::testkit::fixture;

    #[test]
    fn a_grid_with_gaps_is_an_estimate_and_seeds_are_told_apart() {
        let rates = fixture::axis("lr", &[1e-4, 0.1].map(Value::Number));
        let starts = fixture::axis("start", &[0, 1, 2].map(Value::Integer));
        let sweep = fixture::sweep("x", vec![rates, starts], 2);
        let model = crate::spec::settings::Model::Mlp { hidden: vec![4] };
        let mut results = fixture::results(&sweep, &model, |point, seed| {
            Some(fixture::trace(&fixture::Shape {
                rate: [1e-4, 0.1][point[0]],
                floor: 0.01,
                epochs: 100,
                diverges: None,
                layers: 2,
                vanishing: 1.0,
                seed,
            }))
        });
        let axes: Vec<_> = sweep.axes.iter().map(view::axes::axis).collect();
        let full = importance(&results, &axes).unwrap();
        assert!(
            full.sentence
                .starts_with("lr explains 100% of the variance"),
            "{}",
            full.sentence
        );
        assert!(
            full.notes
                .iter()
                .any(|note| note.contains("seeds make for")),
            "{:?}",
            full.notes
        );
        assert!(!full.notes.iter().any(|note| note.contains("estimate")));
        results.cells.pop();
        let gap = importance(&results, &axes).unwrap();
        assert!(
            gap.notes
                .iter()
                .any(|note| note.starts_with("An estimate: of the 6")),
            "{:?}",
            gap.notes
        );
    }
}
