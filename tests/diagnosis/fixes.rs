//! Trains the first suggested fixes of every failing run, and as a control for each a random change of the
//! same number of keys.
//!
//! A fix is trained only if the fixes before it did not work. A fix works if the run then passes the gate that
//! it failed: with its training skill, or with its validation skill if it was overfit.

use super::gate;
use super::labels::{Label, Labeled, Seed};
use super::recipe::Recipe;
use super::training::{self, Traces, Wanted};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use sweep::config::keys;
use sweep::diagnose::fixes::propose::{Edits, controls, suggested_fixes};
use sweep::diagnose::{Code, diagnose};
use sweep::grid::Cell;

/// Number of fixes that are trained.
pub const FIRST: usize = 3;

/// Counts by injected fault.
pub type Fixes = BTreeMap<Code, Fixed>;

/// Number of failing runs, and of those that are fixed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fixed {
    /// Failing runs.
    pub of: usize,
    /// Fixed by the first fix.
    pub by_first: usize,
    /// Fixed by one of the first fixes.
    pub suggested: usize,
    /// Fixed by one of the controls.
    pub random: usize,
}

/// A failing run with its fixes and controls.
struct FailingRun<'a> {
    run: &'a Labeled<'a>,
    suggested: Sequence,
    random: Sequence,
}

/// Changes that are trained one after another.
struct Sequence {
    recipes: Vec<Option<Recipe>>,
    /// Index of the first change that works.
    works: Option<usize>,
}

/// Trains the fixes and controls of all failing runs and counts those that work.
///
/// # Errors
/// A change gives no valid recipe, or the store can't be read.
pub fn fixes(labels: &[Label], folder: &Path) -> Result<Fixes, Box<dyn Error>> {
    let kept = labels.iter().filter_map(|(_, label)| label.as_ref().ok());
    let failing = kept.filter(|run| run.case.code != Code::Healthy);
    let failing_runs: Result<Vec<FailingRun>, Box<dyn Error>> =
        failing.map(FailingRun::of).collect();
    let mut failing_runs = failing_runs?;
    for place in 0..FIRST {
        let mut wanted = Wanted::new();
        for (run, recipe) in failing_runs.iter().flat_map(|failing| failing.due(place)) {
            for recipe in gate::reference(recipe).into_iter().chain([recipe.clone()]) {
                wanted.entry(recipe).or_default().insert(run.seed);
            }
        }
        let traces = training::traces(&wanted, folder)?;
        for failing in &mut failing_runs {
            failing.judge(place, &traces);
        }
    }
    let mut all = Fixes::new();
    for failing in &failing_runs {
        all.entry(failing.run.case.code).or_default().add(failing);
    }
    Ok(all)
}

impl<'a> FailingRun<'a> {
    fn of(run: &'a Labeled<'a>) -> Result<FailingRun<'a>, Box<dyn Error>> {
        let fault = &run.case.injection.fault;
        let cell = training::cell(fault)?;
        let code = diagnose(run.trace, &run.context).code;
        let first: Vec<_> = suggested_fixes(&cell, code)
            .legal
            .into_iter()
            .take(FIRST)
            .collect();
        let suggested = first
            .iter()
            .map(|first| Some(edited(fault, &first.edits, &first.cell)));
        let random = controls(&cell, &first.iter().collect::<Vec<_>>());
        let random = random.into_iter().map(|control| {
            let (edits, cell) = control?;
            Some(edited(fault, &edits, &cell))
        });
        Ok(FailingRun {
            run,
            suggested: Sequence::of(suggested),
            random: Sequence::of(random),
        })
    }

    /// Returns the recipes to train in this round.
    fn due(&self, place: usize) -> impl Iterator<Item = (&Labeled<'a>, &Recipe)> {
        let both = [&self.suggested, &self.random].into_iter();
        let due = both.filter_map(move |sequence| sequence.due(place));
        due.map(|recipe| (self.run, recipe))
    }

    fn judge(&mut self, place: usize, traces: &Traces) {
        let seed = Seed {
            traces,
            seed: self.run.seed,
        };
        let overfits = self.run.case.code == Code::Overfit;
        for sequence in [&mut self.suggested, &mut self.random] {
            let works = |recipe: &Recipe| match overfits {
                true => seed.learns(recipe),
                false => seed.fits(recipe),
            };
            if sequence.due(place).is_some_and(works) {
                sequence.works = Some(place);
            }
        }
    }
}

impl Sequence {
    fn of(recipes: impl Iterator<Item = Option<Recipe>>) -> Sequence {
        Sequence {
            recipes: recipes.collect(),
            works: None,
        }
    }

    fn due(&self, place: usize) -> Option<&Recipe> {
        let recipe = self.recipes.get(place)?.as_ref();
        recipe.filter(|_| self.works.is_none())
    }
}

impl Fixed {
    fn add(&mut self, failing: &FailingRun) {
        self.of += 1;
        self.by_first += usize::from(failing.suggested.works == Some(0));
        self.suggested += usize::from(failing.suggested.works.is_some());
        self.random += usize::from(failing.random.works.is_some());
    }

    /// Returns the sum of both counts.
    pub fn with(self, other: Fixed) -> Fixed {
        Fixed {
            of: self.of + other.of,
            by_first: self.by_first + other.by_first,
            suggested: self.suggested + other.suggested,
            random: self.random + other.random,
        }
    }
}

/// Returns a recipe with these values, without keys that the changed cell does not use: a sweep file with
/// unused keys is an error.
fn edited(recipe: &Recipe, edits: &Edits, cell: &Cell) -> Recipe {
    let edits = edits.iter();
    let recipe = edits.fold(recipe.clone(), |recipe, (key, value)| {
        recipe.set(key, value.toml())
    });
    let is_idle = |key: &&str| keys::find(key).is_some_and(|key| !key.is_used(&cell.values));
    let none = Recipe::default();
    let given = recipe.apart_from(&none).into_iter().map(|(key, _)| key);
    let idle: Vec<&str> = given.filter(is_idle).collect();
    recipe.clone().without(&idle)
}
