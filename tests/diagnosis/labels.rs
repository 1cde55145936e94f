//! Which runs are kept, and which diagnoses are correct for each.
//!
//! A faulty run is kept only if its fault shows: it fails, and the base recipe with the same seed learns. The
//! tables count the runs that are left out.

use super::cases::Case;
use super::faults::Injection;
use super::gate::{self, Best};
use super::recipe::Recipe;
use super::training::{Traces, Wanted};
use std::collections::BTreeSet;
use sweep::diagnose::{Code, Context};
use sweep::trace::{Outcome, Trace};

/// A kept run with the diagnoses that are correct for it.
#[derive(Debug)]
pub struct Labeled<'a> {
    pub case: &'a Case,
    pub seed: u64,
    pub trace: &'a Trace,
    /// What the rules know in addition to the trace.
    pub context: Context,
    /// The correct diagnoses.
    pub right: BTreeSet<Code>,
}

/// Why a run is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dropped {
    /// The base recipe does not learn.
    BaseFails,
    /// The faulty recipe learns.
    Harmless,
    /// The run fails for another reason.
    OtherFailure,
}

/// A run of a case, with its label if it is kept.
pub type Label<'a> = (&'a Case, Result<Labeled<'a>, Dropped>);

/// Returns every run of these cases, kept or not.
pub fn labeled<'a>(cases: &'a [Case], traces: &'a Traces) -> Vec<Label<'a>> {
    let runs = cases
        .iter()
        .flat_map(|case| case.seeds.iter().map(move |seed| (case, *seed)));
    runs.map(|(case, seed)| (case, label(case, seed, traces)))
        .collect()
}

/// Returns every run that the labels of these cases depend on.
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
        let equivalents = injection.equivalents.iter().map(|(_, recipe)| recipe);
        let references = [&injection.base, &injection.fault]
            .into_iter()
            .filter_map(gate::reference);
        for recipe in own.chain(equivalents).cloned().chain(references) {
            wanted.entry(recipe).or_default().extend(&case.seeds);
        }
    }
    wanted
}

/// The traces of one seed.
#[derive(Clone, Copy)]
pub struct Seed<'a> {
    pub traces: &'a Traces,
    pub seed: u64,
}

impl<'a> Seed<'a> {
    fn trace(&self, recipe: &Recipe) -> Option<&'a Trace> {
        let runs = self.traces.get(recipe)?;
        runs.get(&self.seed)
    }

    fn best(&self, recipe: &Recipe) -> Best {
        gate::best(gate::reference(recipe).and_then(|reference| self.trace(&reference)))
    }

    /// Returns whether a recipe learns its training rows.
    pub fn fits(&self, recipe: &Recipe) -> bool {
        let best = self.best(recipe);
        self.trace(recipe)
            .is_some_and(|trace| best.is_learned(trace))
    }

    /// Returns whether a recipe learns, on training and validation rows.
    pub fn learns(&self, recipe: &Recipe) -> bool {
        let best = self.best(recipe);
        let is_sound = |trace| best.is_learned(trace) && best.generalizes(trace);
        self.trace(recipe).is_some_and(is_sound)
    }
}

fn label<'a>(case: &'a Case, seed: u64, traces: &'a Traces) -> Result<Labeled<'a>, Dropped> {
    let of = |seed| Seed { traces, seed };
    let own = of(seed);
    let others = || {
        let seeds = case.seeds.iter().copied();
        seeds.filter(move |other| *other != seed).map(of)
    };
    let Injection {
        base,
        fault,
        by_chance,
        ..
    } = &case.injection;
    let sound = own.trace(base).filter(|_| own.learns(base));
    let sound = sound.ok_or(Dropped::BaseFails)?;
    let trace = own.trace(fault).ok_or(Dropped::BaseFails)?;
    let best = own.best(fault);
    if case.code != Code::Healthy {
        shows(case.code, &best, trace, sound)?;
    }
    let lucky = others().any(|other| other.learns(fault));
    if *by_chance && !lucky {
        return Err(Dropped::OtherFailure);
    }
    let skill = |trace: &Trace| trace.skill().unwrap_or(f64::NAN);
    let momentum = case.with_momentum.as_ref();
    let context = Context {
        best_skill: Some(best.train),
        reference_skill: None,
        target: None,
        other_seeds: others()
            .filter_map(|other| other.trace(fault))
            .map(skill)
            .collect(),
        with_momentum: momentum.and_then(|recipe| own.trace(recipe)).map(skill),
        // As for a file with one cell.
        same_start: None,
    };
    Ok(Labeled {
        case,
        seed,
        trace,
        context,
        right: right(case, own, lucky),
    })
}

/// Returns the correct diagnoses of a kept run.
fn right(case: &Case, own: Seed, lucky: bool) -> BTreeSet<Code> {
    let Injection {
        also, equivalents, ..
    } = &case.injection;
    let learned = equivalents.iter().filter(|(_, recipe)| own.learns(recipe));
    let by_luck = case.injection.lucky.filter(|_| lucky);
    [case.code]
        .into_iter()
        .chain(also.iter().copied())
        .chain(learned.map(|(code, _)| *code))
        .chain(by_luck)
        .collect()
}

/// The fraction of the reference skill that a fault must cost. Otherwise, base and faulty run could lie close
/// together on both sides of the gate.
const LEAST_COST: f64 = 0.1;

/// Faults that can make the loss diverge. If a run with another fault diverges, the cause is its learning
/// rate.
const EXPLOSIVE: &[Code] = &[
    Code::LearningRateTooHigh,
    Code::ExplodingGradients,
    Code::SymmetricInit,
    Code::InitTooLarge,
    Code::IllConditioned,
];

/// Returns whether a fault shows: the run does not learn; for `overfit`, it learns its training rows only.
fn shows(code: Code, best: &Best, trace: &Trace, sound: &Trace) -> Result<(), Dropped> {
    if code == Code::Overfit {
        let shows = best.is_learned(trace) && !best.generalizes(trace);
        return shows.then_some(()).ok_or(Dropped::Harmless);
    }
    // A loss that is not finite counts as a skill of −∞.
    let skill = |trace: &Trace| {
        let finite = trace.skill().filter(|skill| !skill.is_nan());
        finite.unwrap_or(f64::NEG_INFINITY)
    };
    if best.is_learned(trace) || skill(sound) - skill(trace) < LEAST_COST * best.train {
        return Err(Dropped::Harmless);
    }
    let diverged = matches!(trace.outcome, Outcome::Diverged { .. }) && !EXPLOSIVE.contains(&code);
    // The fault does not prevent learning if the run had learned before.
    let lost = code != Code::LearningRateTooHigh && best.was_learned(trace);
    match diverged || lost {
        true => Err(Dropped::OtherFailure),
        false => Ok(()),
    }
}
