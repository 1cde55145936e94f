//! Two faults at once, tried and reported without a bar: which of the two a rule should name is not
//! for the suite to say.

use super::cases::{self, Size};
use super::draw::Draw;
use super::faults::{FAULTS, Injection};
use super::gate;
use super::recipe::Recipe;
use super::sets::Half;
use super::training::{Traces, Wanted};
use sweep::diagnose::{Code, Context, diagnose};

/// One cell with two faults.
#[derive(Debug)]
pub struct Pair {
    /// `moons/ill-conditioned+undertrained/7`.
    pub id: String,
    codes: [Code; 2],
    base: Recipe,
    fault: Recipe,
    seed: u64,
}

/// What was said of them.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Pairs {
    /// Runs that fail where the recipe without either fault learns.
    pub kept: usize,
    /// Those called by one of the two names.
    pub one_of_both: usize,
    /// Those called by one of them, with the other noted.
    pub both: usize,
}

/// The pairs of a half: every one with another two of the codes.
pub fn pairs(half: Half, size: Size) -> Vec<Pair> {
    (0..size.pairs).filter_map(|i| pair(half, i)).collect()
}

fn pair(half: Half, i: usize) -> Option<Pair> {
    const ATTEMPTS: usize = 60;
    let mut draw = Draw::of(&format!("diagnosis/{}/pairs/{i}", half.name()));
    let subjects = cases::subjects(half);
    let subject = subjects[i % subjects.len()];
    (0..ATTEMPTS).find_map(|_| {
        let ((a, first), (b, second)) = (draw.pick(FAULTS), draw.pick(FAULTS));
        // Of a run that is to fail, overfitting is none.
        if a == b || [a, b].contains(&Code::Overfit) {
            return None;
        }
        let one = draw.pick(first)(&subject, cases::sound(&subject, &mut draw), &mut draw)?;
        let two = draw.pick(second)(&subject, one.base.clone(), &mut draw)?;
        let fault = together(&one, &two)?;
        Some(Pair {
            id: format!("{}/{a}+{b}/{i}", subject.name()),
            codes: [a, b],
            base: two.base,
            fault,
            seed: draw.whole(0, 11) as u64,
        })
    })
}

/// Both edits of the second's base; none where they touch the same key.
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

/// The runs that they need.
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

/// What is said of them.
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
