//! The cells of a sweep as a table: axes, outcomes, losses, skill, diagnosis.

use super::table::{drawn, row};
use super::text::Text;
use crate::codes::OutcomeName;
use crate::config::Quantity;
use crate::diagnose::CellDiagnosis;
use crate::diagnose::expectations::{Spread, over_seeds};
use crate::format::number;
use crate::results::{CellResults, Results};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// Maximum number of rows; a table of more cells shows the best ones.
const MOST_ROWS: usize = 40;

/// A cell with its diagnosis.
type CellRow<'a> = (&'a CellResults, &'a CellDiagnosis);

/// Returns one line per cell, and the number of cells left out. Diagnoses are in the order of the results.
pub fn cells(results: &Results, diagnoses: &[CellDiagnosis]) -> (Text, usize) {
    let mut rows: Vec<CellRow> = results.cells.iter().zip(diagnoses).collect();
    let left_out = rows.len().saturating_sub(MOST_ROWS);
    if left_out > 0 {
        // The sort is stable: ties stay in the order of the grid.
        rows.sort_by(|a, b| middle(a.0).total_cmp(&middle(b.0)));
        rows.truncate(MOST_ROWS);
    }
    (table(&rows), left_out)
}

/// Returns the median training loss; NaN, which sorts last, for a cell without one.
fn middle(cell: &CellResults) -> f64 {
    spread(cell, Quantity::TrainLoss).map_or(f64::NAN, |spread| spread.median)
}

fn table(rows: &[CellRow]) -> Text {
    let varied = rows.first().map(|(cell, _)| &cell.cell.varied);
    let keys: Vec<&str> = varied
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .collect();
    // A quantity that no run has gets no column.
    let shown = |quantity: &Quantity| rows.iter().any(|row| spread(row.0, *quantity).is_some());
    let others: Vec<Quantity> = [Quantity::ValidationLoss, Quantity::Skill]
        .into_iter()
        .filter(shown)
        .collect();

    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    let titles = keys
        .iter()
        .copied()
        .chain(["runs", "train loss", "min – max"]);
    let titles = titles.chain(others.iter().map(|quantity| heading(*quantity)));
    table.set_header(row(titles.chain(["diagnosis"])));
    table.add_rows(rows.iter().map(|cell| row(line(*cell, &others))));
    // Numbers are between the outcomes and the diagnosis.
    let numbers = keys.len() + 1..keys.len() + 3 + others.len();
    for (i, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if i == 0 { 2 } else { 0 }, 2));
        if numbers.contains(&i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    drawn(&table)
}

/// Returns the columns of one cell.
fn line((cell, diagnosis): CellRow, others: &[Quantity]) -> Vec<String> {
    let none = || "–".to_owned();
    let loss = spread(cell, Quantity::TrainLoss);
    let mut line: Vec<String> = cell
        .cell
        .varied
        .iter()
        .map(|(_, v)| v.to_string())
        .collect();
    line.push(endings(cell));
    line.push(loss.map_or_else(none, |s| number(s.median)));
    line.push(loss.map_or_else(none, |s| format!("{} – {}", number(s.low), number(s.high))));
    let others = others.iter().map(|quantity| spread(cell, *quantity));
    line.extend(others.map(|spread| spread.map_or_else(none, |s| number(s.median))));
    line.push(diagnosis.in_words());
    line
}

fn heading(quantity: Quantity) -> &'static str {
    match quantity == Quantity::ValidationLoss {
        true => "validation loss",
        false => quantity.name(),
    }
}

/// Returns the spread of a quantity over the runs of a cell that have it.
fn spread(cell: &CellResults, quantity: Quantity) -> Option<Spread> {
    Spread::of(over_seeds(cell, quantity))
}

/// Counts the outcomes of a cell: `3 finished, 2 diverged`, `4 missing`.
fn endings(cell: &CellResults) -> String {
    let names = OutcomeName::ALL.map(OutcomeName::name).into_iter();
    let names = names.chain(["missing"]);
    let of = |name: &str| {
        let runs = cell.runs.iter();
        let ended = runs.map(|run| run.trace().map_or("missing", |trace| trace.outcome.name()));
        ended.filter(|ended| *ended == name).count()
    };
    names
        .map(|name| (of(name), name))
        .filter(|(n, _)| *n > 0)
        .map(|(n, name)| format!("{n} {name}"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::diagnose_all;
    use crate::testkit::results::{diverged, finished, results};

    #[test]
    fn a_long_table_shows_the_best_cells_first_and_diverged_ones_last() {
        let mut grid: Vec<_> = (0..45_u32)
            .map(|i| (f64::from(i), vec![finished(f64::from(50 - i)), diverged()]))
            .collect();
        // The median of two values is infinite if one is.
        grid[7].1 = vec![finished(3.0), finished(1.0)];
        let results = results(grid);
        let (text, left_out) = cells(&results, &diagnose_all(&results));
        assert_eq!(left_out, 5);
        let lines: Vec<String> = text.shown().collect();
        assert_eq!(lines.len(), 41);
        assert!(lines[1].contains("7   2 finished"), "{}", lines[1]);
        assert!(lines[1].contains("1 – 3"), "{}", lines[1]);
        assert!(lines[2].contains("1 finished, 1 diverged"), "{}", lines[2]);
    }

    #[test]
    fn untrained_runs_are_shown_as_missing() {
        let results = results(vec![(0.1, vec![finished(0.5), None, None])]);
        let (text, left_out) = cells(&results, &diagnose_all(&results));
        assert_eq!(left_out, 0);
        let lines: Vec<String> = text.shown().collect();
        assert!(lines[1].contains("1 finished, 2 missing"), "{lines:?}");
    }
}
