//! How much each axis matters: the share of the variance over the cells that its values explain by
//! themselves, and that pairs of axes explain beyond that, in words ([`super::variance`] has the numbers).

use super::axes::{AxisView, coordinate};
use super::stats::seed_stats;
use super::variance::{Shares, shares, squares};
use crate::expect::{count, over_seeds};
use crate::report::number::number;
use crate::results::Results;
use crate::spec::Quantity;
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

/// A quantity of every cell that has it, and of its runs.
struct Measured {
    name: &'static str,
    cells: Vec<Cell>,
    /// Cells whose median had to be replaced by the worst finite one.
    clamped: usize,
    is_skill: bool,
}

struct Cell {
    place: usize,
    median: f64,
    runs: Vec<f64>,
}

impl Measured {
    /// Skill where there is one, else the final loss, as a logarithm where all are positive.
    fn of(results: &Results) -> Measured {
        let over = |quantity| -> Vec<(usize, Vec<f64>)> {
            let cells = results.cells.iter().enumerate();
            let cells = cells.map(|(place, cell)| (place, over_seeds(cell, quantity)));
            cells.filter(|(_, values)| !values.is_empty()).collect()
        };
        let skills = over(Quantity::Skill);
        match skills.is_empty() {
            // Worse than the best constant is not learned, however much worse it is.
            false => Measured::from("median skill", true, skills, |skill| skill.max(0.0)),
            true => {
                let losses = over(Quantity::TrainLoss);
                // Risks may go below zero, where a logarithm has no say.
                let mut all = losses.iter().flat_map(|(_, runs)| runs);
                match all.any(|loss| *loss < 0.0) {
                    true => Measured::from("median final loss", false, losses, |loss| loss),
                    false => {
                        let name = "median log₁₀ of the final loss";
                        Measured::from(name, false, losses, f64::log10)
                    }
                }
            }
        }
    }

    fn from(
        name: &'static str,
        is_skill: bool,
        values: Vec<(usize, Vec<f64>)>,
        scale: impl Fn(f64) -> f64,
    ) -> Measured {
        let scaled: Vec<(usize, Vec<f64>)> = values
            .into_iter()
            .map(|(place, runs)| (place, runs.into_iter().map(&scale).collect()))
            .collect();
        let finite = || {
            scaled
                .iter()
                .flat_map(|(_, runs)| runs)
                .copied()
                .filter(|v| v.is_finite())
        };
        let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (v.min(low), v.max(high))
        });
        if low > high {
            return Measured {
                name,
                cells: Vec::new(),
                clamped: 0,
                is_skill,
            };
        }
        let bounded = |v: f64| if v.is_nan() { high } else { v.clamp(low, high) };
        let clamped = scaled
            .iter()
            .filter(|(_, runs)| runs.iter().any(|v| !v.is_finite()))
            .count();
        let cell = |(place, runs): (usize, Vec<f64>)| {
            let runs: Vec<f64> = runs.into_iter().map(bounded).collect();
            let median = seed_stats(&runs)?.median?;
            Some(Cell {
                place,
                median,
                runs,
            })
        };
        Measured {
            name,
            clamped,
            is_skill,
            cells: scaled.into_iter().filter_map(cell).collect(),
        }
    }

    fn notes(&self, of: usize) -> Vec<String> {
        let mut notes = Vec::new();
        if self.is_skill {
            notes.push("A skill below 0 counts as 0, and so does a run that diverged.".to_owned());
        } else if self.clamped > 0 {
            notes.push(format!(
                "{} with runs that diverged or reached a loss of 0 or less: they count as the worst or the best finite loss.",
                count(self.clamped, "cell")
            ));
        }
        let missing = of - self.cells.len();
        if missing > 0 {
            notes.push(format!("{} without a value.", count(missing, "cell")));
        }
        let seeds = self.seeds();
        if seeds > 0.0 {
            notes.push(format!(
                "Within the cells, seeds make for {} of the variance over all runs.",
                percent(seeds)
            ));
        }
        notes
    }

    /// The share of the variance over all runs that is within cells.
    fn seeds(&self) -> f64 {
        let all: Vec<f64> = self
            .cells
            .iter()
            .flat_map(|cell| cell.runs.iter().copied())
            .collect();
        let within: f64 = self.cells.iter().map(|cell| squares(&cell.runs)).sum();
        match squares(&all) {
            total if total > 0.0 => within / total,
            _ => 0.0,
        }
    }
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

fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p >= 10.0 => format!("{p:.0}%"),
        p if p >= 0.1 => format!("{}%", number((p * 10.0).round() / 10.0)),
        p if p > 1e-9 => "<0.1%".to_owned(),
        _ => "0%".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::{fixture, view};
    use crate::spec::Value;

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
