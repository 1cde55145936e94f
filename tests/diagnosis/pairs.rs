//! Two faults at once. They have no requirement, because it is not defined which of the two a rule should
//! name.

use super::cases::{self, Size};
use super::faults::{FAULTS, Injection};
use super::gate;
use super::random::Random;
use super::recipe::Recipe;
use super::sets::Half;
use super::training::{Traces, Wanted};
use sweep::diagnose::{Code, Context, diagnose};

/// One cell with two faults.
#[derive(Debug)]
pub struct Pair {
    /// Name such as `moons/ill-conditioned+undertrained/7`.
    pub id: String,
    codes: [Code; 2],
    base: Recipe,
    fault: Recipe,
    seed: u64,
}

/// Counts of their diagnoses.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Pairs {
    /// Runs that fail, although the recipe without both faults learns.
    pub kept: usize,
    /// Runs with one of the two diagnoses.
    pub one_of_both: usize,
    /// Runs with one of the two diagnoses and the other as a note.
    pub both: usize,
}

/// Returns the pairs of a half, each with two sampled faults.
pub fn pairs(half: Half, size: Size) -> Vec<Pair> {
    (0..size.pairs).filter_map(|i| pair(half, i)).collect()
}

fn pair(half: Half, i: usize) -> Option<Pair> {
    const ATTEMPTS: usize = 60;
    let mut random = Random::of(&format!("diagnosis/{}/pairs/{i}", half.name()));
    let subjects = cases::subjects(half);
    let subject = subjects[i % subjects.len()];
    (0..ATTEMPTS).find_map(|_| {
        let ((a, first), (b, second)) = (random.pick(FAULTS), random.pick(FAULTS));
        // An overfit run passes the gate.
        if a == b || [a, b].contains(&Code::Overfit) {
            return None;
        }
        let one = random.pick(first)(&subject, cases::sound(&subject, &mut random), &mut random)?;
        let two = random.pick(second)(&subject, one.base.clone(), &mut random)?;
        let fault = together(&one, &two)?;
        Some(Pair {
            id: format!("{}/{a}+{b}/{i}", subject.name()),
            codes: [a, b],
            base: two.base,
            fault,
            seed: random.whole(0, 11) as u64,
        })
    })
}

/// Returns the second base recipe with both faults; none if they change the same key.
fn together(one: &Injection, two: &Injection) -> Option<Recipe> {
    let first = one.fault.apart_from(&one.base);
    let second = two.fault.apart_from(&two.base);
    let settled = two.base.apart_from(&one.base);
    let touched = |key: &str| {
        second
            .iter()
            .chain(&settled)
            .any(|(other, _)| *other == key)
    };
    let apart = !first.iter().any(|(key, _)| touched(key));
    apart.then(|| two.fault.clone().edited(&first))
}

/// Adds the runs that they need.
pub fn want(pairs: &[Pair], wanted: &mut Wanted) {
    for pair in pairs {
        let references = [&pair.base, &pair.fault]
            .into_iter()
            .filter_map(gate::reference);
        for recipe in [pair.base.clone(), pair.fault.clone()]
            .into_iter()
            .chain(references)
        {
            wanted.entry(recipe).or_default().insert(pair.seed);
        }
    }
}

/// Returns the counts of their diagnoses.
pub fn counted(pairs: &[Pair], traces: &Traces) -> Pairs {
    let mut counts = Pairs::default();
    for pair in pairs {
        let trace_of = |recipe: &Recipe| traces.get(recipe).and_then(|runs| runs.get(&pair.seed));
        let best_of =
            |recipe: &Recipe| gate::best(gate::reference(recipe).as_ref().and_then(trace_of));
        let (Some(base), Some(trace)) = (trace_of(&pair.base), trace_of(&pair.fault)) else {
            continue;
        };
        let best = best_of(&pair.fault);
        if !best_of(&pair.base).is_learned(base) || best.is_learned(trace) {
            continue;
        }
        let context = Context {
            best_skill: Some(best.train),
            reference_skill: None,
            target: None,
            ..Context::default()
        };
        let diagnosis = diagnose(trace, &context);
        let is_one = pair.codes.contains(&diagnosis.code);
        let noted = |code: &Code| {
            *code == diagnosis.code || diagnosis.notes.iter().any(|note| note.code == *code)
        };
        counts.kept += 1;
        counts.one_of_both += usize::from(is_one);
        counts.both += usize::from(is_one && pair.codes.iter().all(noted));
    }
    counts
}
