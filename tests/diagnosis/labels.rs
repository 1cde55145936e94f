//! Which runs are kept, and what may rightly be said of each.
//!
//! A faulty run is kept only if its fault took: it fails the gate where the sound recipe with the
//! same seed passes it. What does not bite is counted, not hidden.

use super::cases::Case;
use super::faults::Injection;
use super::gate::{self, Best};
use super::recipe::Recipe;
use super::training::{Traces, Wanted};
use std::collections::BTreeSet;
use sweep::diagnose::{Code, Context};
use sweep::trace::Trace;

/// A run with the names that are right for it.
#[derive(Debug)]
pub struct Labelled<'a> {
    pub case: &'a Case,
    pub seed: u64,
    pub trace: &'a Trace,
    /// What the rules may know beside the trace.
    pub context: Context,
    /// The codes that are right.
    pub right: BTreeSet<Code>,
}

/// Why a run is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dropped {
    /// The recipe without the fault does not learn either.
    Unsound,
    /// The recipe with the fault learns.
    Unharmed,
}

/// A run of a case, with its label where it is kept.
pub type Label<'a> = (&'a Case, Result<Labelled<'a>, Dropped>);

/// Every run of these cases, kept or not.
pub fn labelled<'a>(cases: &'a [Case], traces: &'a Traces) -> Vec<Label<'a>> {
    let runs = cases
        .iter()
        .flat_map(|case| case.seeds.iter().map(move |seed| (case, *seed)));
    runs.map(|(case, seed)| (case, label(case, seed, traces)))
        .collect()
}

/// Every run that the labels of a case depend on.
pub fn wanted(cases: &[Case]) -> Wanted {
    let mut wanted = Wanted::new();
    for case in cases {
        let Case {
            injection,
            with_momentum,
            ..
        } = case;
        let own = [&injection.base, &injection.fault]
            .into_iter()
            .chain(with_momentum);
        let cures = injection.cures.iter().map(|(_, recipe)| recipe);
        let references = [&injection.base, &injection.fault]
            .into_iter()
            .filter_map(gate::reference);
        for recipe in own.chain(cures).cloned().chain(references) {
            wanted.entry(recipe).or_default().extend(&case.seeds);
        }
    }
    wanted
}

fn label<'a>(case: &'a Case, seed: u64, traces: &'a Traces) -> Result<Labelled<'a>, Dropped> {
    let trace_of = |recipe: &Recipe, seed| traces.get(recipe).and_then(|runs| runs.get(&seed));
    let best_of = |recipe: &Recipe| {
        let reference = gate::reference(recipe);
        gate::best(reference.and_then(|reference| trace_of(&reference, seed)))
    };
    let Injection { base, fault, .. } = &case.injection;
    let sound = |recipe: &Recipe, seed| {
        let best = best_of(recipe);
        trace_of(recipe, seed).is_some_and(|trace| best.is_learned(trace) && best.is_general(trace))
    };
    if !sound(base, seed) {
        return Err(Dropped::Unsound);
    }
    let (trace, best) = (
        trace_of(fault, seed).ok_or(Dropped::Unsound)?,
        best_of(fault),
    );
    let harmed = || took(case.code, &best, trace, trace_of(base, seed));
    if case.code != Code::Healthy && !harmed() {
        return Err(Dropped::Unharmed);
    }
    let others = || case.seeds.iter().filter(|other| **other != seed);
    let mut right: BTreeSet<Code> = [case.code]
        .into_iter()
        .chain(case.injection.also.iter().copied())
        .collect();
    let cured = case
        .injection
        .cures
        .iter()
        .filter(|(_, recipe)| sound(recipe, seed));
    right.extend(cured.map(|(code, _)| *code));
    if others().any(|other| sound(fault, *other)) {
        right.extend(case.injection.lucky);
    }
    let skill = |trace: &Trace| trace.skill().unwrap_or(f64::NAN);
    let momentum = case
        .with_momentum
        .as_ref()
        .and_then(|recipe| trace_of(recipe, seed));
    let context = Context {
        best_skill: Some(best.train),
        other_seeds: others()
            .filter_map(|other| trace_of(fault, *other))
            .map(skill)
            .collect(),
        with_momentum: momentum.map(skill),
        // As for a file with one cell.
        same_start: None,
    };
    Ok(Labelled {
        case,
        seed,
        trace,
        context,
        right,
    })
}

/// The share of the best known skill that a fault must cost, so that no run is kept that is only just
/// beyond the gate with its sound twin just before it.
const COST: f64 = 0.1;

/// Whether a fault shows: training fails, or of `overfit`, training succeeds and does not hold.
fn took(code: Code, best: &Best, trace: &Trace, sound: Option<&Trace>) -> bool {
    let skill = |trace: &Trace| trace.skill().filter(|skill| !skill.is_nan());
    // A loss that is not finite costs everything.
    let kept = skill(trace).unwrap_or(f64::NEG_INFINITY);
    let costs = sound
        .and_then(skill)
        .is_some_and(|sound| sound - kept >= COST * best.train);
    match code {
        Code::Overfit => best.is_learned(trace) && !best.is_general(trace),
        _ => !best.is_learned(trace) && costs,
    }
}
