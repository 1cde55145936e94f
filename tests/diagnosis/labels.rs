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
use sweep::trace::{Outcome, Trace};

/// A run with the names that are right for it.
#[derive(Debug)]
pub struct Labelled<'a> {
    pub case: &'a Case,
    pub seed: u64,
    pub trace: &'a Trace,
    /// What the rules may know in addition to the trace.
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
    /// It fails, but in another way than the fault's.
    Otherwise,
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

/// The traces of one seed, and what is known of the rows.
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

    /// Whether a recipe learns its training rows.
    pub fn fits(&self, recipe: &Recipe) -> bool {
        let best = self.best(recipe);
        self.trace(recipe)
            .is_some_and(|trace| best.is_learned(trace))
    }

    /// Whether a recipe learns what holds beyond its training rows.
    pub fn learns(&self, recipe: &Recipe) -> bool {
        let best = self.best(recipe);
        let is_sound = |trace| best.is_learned(trace) && best.is_general(trace);
        self.trace(recipe).is_some_and(is_sound)
    }
}

fn label<'a>(case: &'a Case, seed: u64, traces: &'a Traces) -> Result<Labelled<'a>, Dropped> {
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
    let sound = sound.ok_or(Dropped::Unsound)?;
    let trace = own.trace(fault).ok_or(Dropped::Unsound)?;
    let best = own.best(fault);
    if case.code != Code::Healthy {
        took(case.code, &best, trace, sound)?;
    }
    let lucky = others().any(|other| other.learns(fault));
    if *by_chance && !lucky {
        return Err(Dropped::Otherwise);
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
    Ok(Labelled {
        case,
        seed,
        trace,
        context,
        right: right(case, own, lucky),
    })
}

/// What may rightly be said of a run that is kept.
fn right(case: &Case, own: Seed, lucky: bool) -> BTreeSet<Code> {
    let Injection { also, cures, .. } = &case.injection;
    let cured = cures.iter().filter(|(_, recipe)| own.learns(recipe));
    let by_luck = case.injection.lucky.filter(|_| lucky);
    [case.code]
        .into_iter()
        .chain(also.iter().copied())
        .chain(cured.map(|(code, _)| *code))
        .chain(by_luck)
        .collect()
}

/// The share of the best known skill that a fault must cost, so that no run is kept that is only just
/// beyond the gate with its sound twin just before it.
const COST: f64 = 0.1;

/// Faults that can make the loss grow beyond all bounds; a run with another that does so fails of its
/// rate.
const EXPLOSIVE: &[Code] = &[
    Code::LearningRateTooHigh,
    Code::ExplodingGradients,
    Code::SymmetricInit,
    Code::InitTooLarge,
    Code::IllConditioned,
];

/// Whether a fault shows: training fails, or of `overfit`, training succeeds and does not hold.
fn took(code: Code, best: &Best, trace: &Trace, sound: &Trace) -> Result<(), Dropped> {
    if code == Code::Overfit {
        let shows = best.is_learned(trace) && !best.is_general(trace);
        return shows.then_some(()).ok_or(Dropped::Unharmed);
    }
    // A loss that is not finite costs everything.
    let skill = |trace: &Trace| {
        let finite = trace.skill().filter(|skill| !skill.is_nan());
        finite.unwrap_or(f64::NEG_INFINITY)
    };
    if best.is_learned(trace) || skill(sound) - skill(trace) < COST * best.train {
        return Err(Dropped::Unharmed);
    }
    let blown_up = matches!(trace.outcome, Outcome::Diverged { .. }) && !EXPLOSIVE.contains(&code);
    // Whoever has learned and lost it again was not kept from learning.
    let lost = code != Code::LearningRateTooHigh && best.was_learned(trace);
    match blown_up || lost {
        true => Err(Dropped::Otherwise),
        false => Ok(()),
    }
}
