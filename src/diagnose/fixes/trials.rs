//! Which fixes are trained for which cells, and in which round.
//!
//! A fix of several strengths is trained in a larger one only if the smaller one did not work. A larger
//! network is the last resort, if no fix of the cause works. Cells that several fixes have in common, or
//! that the sweep has already, are trained once.

use super::failing::{Attempt, Failing, attempts, failure};
use super::most;
use crate::diagnose::fixes::expected::Wanted;
use crate::diagnose::fixes::propose::{Prescription, Suggestions, controls, doses};
use crate::diagnose::{CellDiagnosis, diagnose_trials};
use crate::grid::Cell;
use crate::identity::canonical;
use crate::results::{CellResults, Results};
use std::collections::{BTreeMap, BTreeSet};

/// Failing cells and their fixes.
#[derive(Debug)]
pub struct Trials<'a> {
    pub(super) results: &'a Results,
    pub(super) diagnoses: &'a [CellDiagnosis],
    pub(super) failing: Vec<Failing>,
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

impl<'a> Trials<'a> {
    /// Collects every failing cell of a sweep with the fixes of its causes, and with controls if `control`
    /// is set.
    pub fn of(results: &'a Results, diagnoses: &'a [CellDiagnosis], control: bool) -> Trials<'a> {
        let mut trials = Trials::new(results, diagnoses);
        trials.control = control;
        for (place, diagnosis) in diagnoses.iter().enumerate() {
            let Some((code, second)) = failure(diagnosis) else {
                continue;
            };
            // Whether a pruned cell fails is unknown.
            if results.cells[place].is_stopped() {
                continue;
            }
            let own = &results.cells[place].cell;
            let (mut attempts, rejected) = attempts(own, code, second);
            if control {
                let fixes: Vec<&Prescription> =
                    attempts.iter().map(|of| &of.prescription).collect();
                let controls = controls(own, &fixes);
                for (attempt, control) in attempts.iter_mut().zip(controls) {
                    attempt.random = control;
                }
            }
            trials.failing.push(Failing {
                cell: place,
                code,
                second,
                needed: most(results.cells[place].runs.len()),
                attempts,
                rejected,
            });
        }
        trials
    }

    /// Collects one named fix for each of these cells, if the cell fails.
    pub fn named(
        results: &'a Results,
        diagnoses: &'a [CellDiagnosis],
        wanted: &[Wanted],
    ) -> Trials<'a> {
        let mut trials = Trials::new(results, diagnoses);
        for wanted in wanted {
            let Some((code, _)) = failure(&diagnoses[wanted.cell]) else {
                continue;
            };
            let Suggestions { legal, rejected } =
                doses(&results.cells[wanted.cell].cell, wanted.remedy);
            let attempts = legal.into_iter().map(|dose| Attempt::of(dose, vec![code]));
            let rejected = rejected.into_iter().map(|edit| (edit, vec![code]));
            trials.failing.push(Failing {
                cell: wanted.cell,
                code,
                second: None,
                needed: wanted.needed,
                attempts: attempts.collect(),
                rejected: rejected.collect(),
            });
        }
        trials
    }

    fn new(results: &'a Results, diagnoses: &'a [CellDiagnosis]) -> Trials<'a> {
        let cells = results.cells.iter().zip(0..);
        Trials {
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
            let untried = failing.attempts.iter().enumerate();
            due.extend(
                untried
                    .filter(|(_, attempt)| attempt.place.is_none())
                    .filter(|(a, _)| self.is_due(failing, *a))
                    .map(|(a, _)| (f, a)),
            );
        }
        let asked = self.cells.len();
        for (f, a) in &due {
            let failing = &self.failing[*f];
            let attempt = &failing.attempts[*a];
            let prescription = attempt.prescription.clone();
            let random = attempt.random.clone();
            let place = self.place(prescription.cell);
            let random = random.map(|(edits, cell)| (edits, self.place(cell)));
            let attempt = &mut self.failing[*f].attempts[*a];
            attempt.place = Some(place);
            attempt.control = random;
        }
        // A round without new cells can still be followed by another.
        (!due.is_empty()).then(|| self.cells[asked..].to_vec())
    }

    /// Returns whether every smaller strength was trained and did not work; for a last resort, every other
    /// fix.
    fn is_due(&self, failing: &Failing, attempt: usize) -> bool {
        let own = &failing.attempts[attempt];
        let mut before = failing.attempts[..attempt].iter().filter(|other| {
            own.is_last_resort || other.prescription.remedy == own.prescription.remedy
        });
        before.all(|other| {
            let tried = other.place.map(|place| self.judged(failing, place));
            // With the missing runs it could still work.
            tried.is_some_and(|judged| judged.cured + judged.open < failing.needed)
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
        self.trained_diagnoses = diagnose_trials(self.results, &self.prescribed(), &self.trained);
    }

    /// Returns the trained fixes, which count for the reference skill. Random changes do not, so that the
    /// result of a fix does not depend on whether they are trained.
    pub(super) fn prescribed(&self) -> Vec<&CellResults> {
        let prescribed: BTreeSet<usize> = self
            .failing
            .iter()
            .flat_map(|failing| &failing.attempts)
            .filter_map(|attempt| attempt.place)
            .collect();
        let trials = self.trained.iter();
        trials
            .filter(|cell| prescribed.contains(&cell.cell.index))
            .collect()
    }

    /// Returns the cell at a place, and its diagnosis.
    pub(super) fn at(&self, place: usize) -> Option<(&CellResults, &CellDiagnosis)> {
        match place.checked_sub(self.results.cells.len()) {
            None => Some((self.results.cells.get(place)?, self.diagnoses.get(place)?)),
            Some(trial) => Some((self.trained.get(trial)?, self.trained_diagnoses.get(trial)?)),
        }
    }
}

/// Returns a key that is equal for cells with the same training. The path of a data file does not count.
fn key(cell: &Cell) -> String {
    let source = &cell.settings.data.source;
    let settings = serde_json::Value::from(canonical(&cell.settings));
    format!("{settings} {source:?}")
}
