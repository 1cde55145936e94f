//! Which fixes are trained for which cells, and in which round.
//!
//! A fix of several strengths is trained in a larger one only if the smaller one did not work. A larger
//! network is the last resort, if no fix of the cause works. Cells that several fixes have in common, or
//! that the sweep has already, are trained once.

use super::failing::{FailingCell, failure, most, planned_fixes};
use super::propose::{SuggestedFix, controls};
use crate::diagnose::{CellDiagnosis, diagnose_fixes};
use crate::grid::Cell;
use crate::identity::canonical;
use crate::results::{CellResults, Results};
use std::collections::{BTreeMap, BTreeSet};

/// Failing cells and their fixes.
#[derive(Debug)]
pub struct FixRounds<'a> {
    pub(super) results: &'a Results,
    pub(super) diagnoses: &'a [CellDiagnosis],
    pub(super) failing: Vec<FailingCell>,
    /// Whether controls are trained too.
    pub(super) control: bool,
    /// Cells that are not in the sweep, trained or requested.
    cells: Vec<Cell>,
    /// The trained ones of these; their indices follow those of the sweep.
    trained: Vec<CellResults>,
    trained_diagnoses: Vec<CellDiagnosis>,
    /// The places of all cells by settings: first those of the sweep, then the others.
    places: BTreeMap<String, usize>,
}

impl<'a> FixRounds<'a> {
    /// Collects every failing cell of a sweep with the fixes of its causes, and with controls if `control`
    /// is set.
    pub fn of(
        results: &'a Results,
        diagnoses: &'a [CellDiagnosis],
        control: bool,
    ) -> FixRounds<'a> {
        let mut rounds = FixRounds::new(results, diagnoses);
        rounds.control = control;
        for (place, diagnosis) in diagnoses.iter().enumerate() {
            let Some((code, second)) = failure(diagnosis) else {
                continue;
            };
            // Whether a pruned cell fails is unknown.
            if results.cells[place].is_stopped() {
                continue;
            }
            let own = &results.cells[place].cell;
            let (mut fixes, rejected) = planned_fixes(own, code, second);
            if control {
                let suggested: Vec<&SuggestedFix> =
                    fixes.iter().map(|fix| &fix.suggested).collect();
                let controls = controls(own, &suggested);
                for (fix, control) in fixes.iter_mut().zip(controls) {
                    fix.random = control;
                }
            }
            rounds.failing.push(FailingCell {
                cell: place,
                code,
                second,
                needed: most(results.cells[place].runs.len()),
                fixes,
                rejected,
            });
        }
        rounds
    }

    /// Starts without any failing cell.
    pub(super) fn new(results: &'a Results, diagnoses: &'a [CellDiagnosis]) -> FixRounds<'a> {
        let cells = results.cells.iter().zip(0..);
        FixRounds {
            results,
            diagnoses,
            failing: Vec::new(),
            control: false,
            cells: Vec::new(),
            trained: Vec::new(),
            trained_diagnoses: Vec::new(),
            places: cells
                .map(|(cell, place)| (key(&cell.cell), place))
                .collect(),
        }
    }

    /// Returns the cells of the next round; none if no fix is left to train.
    pub fn next_round(&mut self) -> Option<Vec<Cell>> {
        let mut due = Vec::new();
        for (f, failing) in self.failing.iter().enumerate() {
            let fixes = failing.fixes.iter().enumerate();
            due.extend(
                fixes
                    .filter(|(_, fix)| fix.place.is_none())
                    .filter(|(k, _)| self.is_due(failing, *k))
                    .map(|(k, _)| (f, k)),
            );
        }
        let asked = self.cells.len();
        for (f, k) in &due {
            let fix = &self.failing[*f].fixes[*k];
            let suggested = fix.suggested.clone();
            let random = fix.random.clone();
            let place = self.place(suggested.cell);
            let random = random.map(|(edits, cell)| (edits, self.place(cell)));
            let fix = &mut self.failing[*f].fixes[*k];
            fix.place = Some(place);
            fix.control = random;
        }
        // A round without new cells can still be followed by another.
        (!due.is_empty()).then(|| self.cells[asked..].to_vec())
    }

    /// Returns whether every smaller strength was trained and did not work; for a last resort, every other
    /// fix.
    fn is_due(&self, failing: &FailingCell, fix: usize) -> bool {
        let own = &failing.fixes[fix];
        let mut before = failing.fixes[..fix]
            .iter()
            .filter(|other| own.is_last_resort || other.suggested.kind == own.suggested.kind);
        before.all(|other| {
            let effect = other.place.map(|place| self.effect(failing, place));
            // With the missing runs it could still work.
            effect.is_some_and(|effect| effect.fixed + effect.open < failing.needed)
        })
    }

    /// Returns the place of a cell: a new one if no other cell has its settings.
    fn place(&mut self, cell: Cell) -> usize {
        let next = self.results.cells.len() + self.cells.len();
        let place = *self.places.entry(key(&cell)).or_insert(next);
        if place == next {
            self.cells.push(Cell {
                index: next,
                ..cell
            });
        }
        place
    }

    /// Takes the results of the cells of a round, in their order.
    pub fn take(&mut self, trained: Vec<CellResults>) {
        self.trained.extend(trained);
        self.trained_diagnoses = diagnose_fixes(self.results, &self.suggested(), &self.trained);
    }

    /// Returns the trained fixes, which count for the reference skill. Random changes do not, so that the
    /// result of a fix does not depend on whether they are trained.
    pub(super) fn suggested(&self) -> Vec<&CellResults> {
        let suggested: BTreeSet<usize> = self
            .failing
            .iter()
            .flat_map(|failing| &failing.fixes)
            .filter_map(|fix| fix.place)
            .collect();
        let trained = self.trained.iter();
        trained
            .filter(|cell| suggested.contains(&cell.cell.index))
            .collect()
    }

    /// Returns the cell at a place, and its diagnosis.
    pub(super) fn at(&self, place: usize) -> Option<(&CellResults, &CellDiagnosis)> {
        match place.checked_sub(self.results.cells.len()) {
            None => Some((self.results.cells.get(place)?, self.diagnoses.get(place)?)),
            Some(place) => Some((self.trained.get(place)?, self.trained_diagnoses.get(place)?)),
        }
    }
}

/// Returns a key that is equal for cells with the same training. The path of a data file does not count.
fn key(cell: &Cell) -> String {
    let source = &cell.settings.data.source;
    let settings = serde_json::Value::from(canonical(&cell.settings));
    format!("{settings} {source:?}")
}
