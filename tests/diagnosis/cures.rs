//! Whether what is prescribed cures: of every failing run the first prescriptions for what it is called,
//! and beside each a random change of as many keys.
//!
//! They are tried as a person would, the second only where the first did not cure. A run is cured whose
//! skill on the training rows of its seed is back, by the gate that found it failing; one that overfits,
//! whose skill on the validation rows is.

use super::gate;
use super::labels::{Label, Labelled, Seed};
use super::recipe::Recipe;
use super::training::{self, Traces, Wanted};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use sweep::diagnose::{Code, diagnose};
use sweep::grid::Cell;
use sweep::prescribe::{Edits, control, prescriptions};
use sweep::spec::keys;

/// Prescriptions that are tried.
pub const FIRST: usize = 3;

/// Counts by what was injected.
pub type Cures = BTreeMap<Code, Cured>;

/// Failing runs, and how many of them are cured.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cured {
    /// All.
    pub of: usize,
    /// By the first prescription.
    pub at_once: usize,
    /// By one of the first.
    pub prescribed: usize,
    /// By one of as many random changes.
    pub random: usize,
}

/// A failing run with what is tried on it.
struct Patient<'a> {
    run: &'a Labelled<'a>,
    prescribed: Course,
    random: Course,
}

/// Changes that are tried one after another.
struct Course {
    recipes: Vec<Option<Recipe>>,
    /// The place of the first that cured.
    cured: Option<usize>,
}

/// Trains what is prescribed for the failing runs among these, and counts whom it cures.
///
/// # Errors
/// A change makes no recipe, or the store can't be read.
pub fn cures(labels: &[Label], folder: &Path) -> Result<Cures, Box<dyn Error>> {
    let kept = labels.iter().filter_map(|(_, label)| label.as_ref().ok());
    let failing = kept.filter(|run| run.case.code != Code::Healthy);
    let patients: Result<Vec<Patient>, Box<dyn Error>> = failing.map(Patient::of).collect();
    let mut patients = patients?;
    for place in 0..FIRST {
        let mut wanted = Wanted::new();
        for (run, recipe) in patients.iter().flat_map(|patient| patient.due(place)) {
            for recipe in gate::reference(recipe).into_iter().chain([recipe.clone()]) {
                wanted.entry(recipe).or_default().insert(run.seed);
            }
        }
        let traces = training::traces(&wanted, folder)?;
        for patient in &mut patients {
            patient.judge(place, &traces);
        }
    }
    let mut all = Cures::new();
    for patient in &patients {
        all.entry(patient.run.case.code).or_default().add(patient);
    }
    Ok(all)
}

impl<'a> Patient<'a> {
    fn of(run: &'a Labelled<'a>) -> Result<Patient<'a>, Box<dyn Error>> {
        let fault = &run.case.injection.fault;
        let cell = training::cell(fault)?;
        let code = diagnose(run.trace, &run.context).code;
        let first: Vec<_> = prescriptions(&cell, code)
            .legal
            .into_iter()
            .take(FIRST)
            .collect();
        let prescribed = first
            .iter()
            .map(|first| Some(edited(fault, &first.edits, &first.cell)));
        let random = first.iter().map(|first| {
            let (edits, cell) = control(&cell, first)?;
            Some(edited(fault, &edits, &cell))
        });
        Ok(Patient {
            run,
            prescribed: Course::of(prescribed),
            random: Course::of(random),
        })
    }

    /// What is tried at this place.
    fn due(&self, place: usize) -> impl Iterator<Item = (&Labelled<'a>, &Recipe)> {
        let both = [&self.prescribed, &self.random].into_iter();
        let due = both.filter_map(move |course| course.due(place));
        due.map(|recipe| (self.run, recipe))
    }

    fn judge(&mut self, place: usize, traces: &Traces) {
        let seed = Seed {
            traces,
            seed: self.run.seed,
        };
        let overfits = self.run.case.code == Code::Overfit;
        for course in [&mut self.prescribed, &mut self.random] {
            let is_cured = |recipe: &Recipe| match overfits {
                true => seed.learns(recipe),
                false => seed.fits(recipe),
            };
            if course.due(place).is_some_and(is_cured) {
                course.cured = Some(place);
            }
        }
    }
}

impl Course {
    fn of(recipes: impl Iterator<Item = Option<Recipe>>) -> Course {
        Course {
            recipes: recipes.collect(),
            cured: None,
        }
    }

    fn due(&self, place: usize) -> Option<&Recipe> {
        let recipe = self.recipes.get(place)?.as_ref();
        recipe.filter(|_| self.cured.is_none())
    }
}

impl Cured {
    fn add(&mut self, patient: &Patient) {
        self.of += 1;
        self.at_once += usize::from(patient.prescribed.cured == Some(0));
        self.prescribed += usize::from(patient.prescribed.cured.is_some());
        self.random += usize::from(patient.random.cured.is_some());
    }

    /// The counts of both.
    pub fn with(self, other: Cured) -> Cured {
        Cured {
            of: self.of + other.of,
            at_once: self.at_once + other.at_once,
            prescribed: self.prescribed + other.prescribed,
            random: self.random + other.random,
        }
    }
}

/// A recipe with these values in place of its own, without what the cell that they make has no use for:
/// a file that says such things is refused.
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
