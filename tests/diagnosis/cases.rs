//! The cases of one half, drawn once and for all: faulty recipes with what they were made from, and
//! healthy ones.

use super::draw::Draw;
use super::faults::{FAULTS, Injection, Subject, Way};
use super::healthy;
use super::recipe::Recipe;
use super::sets::{DataSet, Half, OneWeight};
use sweep::diagnose::Code;

/// Cells drawn for every code, and healthy ones in addition to the sound recipes that faults are injected
/// into.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub per_code: usize,
    pub healthy: usize,
    pub pairs: usize,
}

/// Everything there is.
pub const FULL: Size = Size {
    per_code: 24,
    healthy: 48,
    pairs: 40,
};

/// For a look in about a minute.
pub const QUICK: Size = Size {
    per_code: 4,
    healthy: 6,
    pairs: 0,
};

/// Seeds of a cell.
pub const SEEDS: u64 = 3;

/// One cell of the suite.
#[derive(Debug, Clone)]
pub struct Case {
    /// `moons/too-shallow/7`.
    pub id: String,
    /// What was injected, or healthy.
    pub code: Code,
    /// How; of a healthy case both recipes are the same.
    pub injection: Injection,
    /// The same cell with momentum, where the sweep is taken to have one.
    pub with_momentum: Option<Recipe>,
    /// Its seeds.
    pub seeds: Vec<u64>,
}

/// The cases of a half.
pub fn cases(half: Half, size: Size) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (code, ways) in FAULTS {
        cases.extend((0..size.per_code).filter_map(|i| faulty(half, *code, ways, i)));
    }
    let twins = cases.iter().map(twin);
    cases.extend(twins.collect::<Vec<Case>>());
    let subjects = subjects(half);
    for i in 0..size.healthy {
        let subject = subjects[i % subjects.len()];
        let mut draw = Draw::of(&format!("diagnosis/{}/healthy/{i}", half.name()));
        let base = sound(&subject, &mut draw);
        let injection = Injection::none(base);
        cases.push(case(&subject, Code::Healthy, i, injection, &mut draw));
    }
    cases
}

/// The sound recipe of a faulty case, as a healthy one.
fn twin(faulty: &Case) -> Case {
    Case {
        id: format!("{}/sound", faulty.id),
        code: Code::Healthy,
        injection: Injection::none(faulty.injection.base.clone()),
        with_momentum: None,
        ..faulty.clone()
    }
}

/// The i-th case of a code: ways and data sets in turn, all else drawn. None where there is no
/// subject that the fault can be injected into.
fn faulty(half: Half, code: Code, ways: &[Way], i: usize) -> Option<Case> {
    let mut draw = Draw::of(&format!("diagnosis/{}/{}/{i}", half.name(), code.name()));
    let (way, turn) = (ways[i % ways.len()], i / ways.len());
    let mut fit = subjects(half);
    fit.retain(|subject| injected(way, subject, &mut Draw::of("fit")).is_some());
    let subject = fit.get(turn % fit.len().max(1))?;
    let injection = injected(way, subject, &mut draw)?;
    Some(case(subject, code, i, injection, &mut draw))
}

/// A fault in the first recipe drawn that is of the kind it needs; none where a subject has no such
/// recipes.
fn injected(way: Way, subject: &Subject, draw: &mut Draw) -> Option<Injection> {
    const ATTEMPTS: usize = 40;
    (0..ATTEMPTS).find_map(|_| {
        let base = sound(subject, draw);
        way(subject, base, draw)
    })
}

/// What the faults of a half are injected into.
pub fn subjects(half: Half) -> Vec<Subject> {
    let sets = DataSet::of(half).map(Subject::Rows);
    sets.chain([Subject::Weight(OneWeight::of(half))]).collect()
}

/// A sound recipe.
pub fn sound(subject: &Subject, draw: &mut Draw) -> Recipe {
    match subject {
        Subject::Rows(set) => healthy::recipe(set, draw),
        Subject::Weight(risk) => healthy::weight(risk, draw),
    }
}

fn case(subject: &Subject, code: Code, i: usize, injection: Injection, draw: &mut Draw) -> Case {
    let first = SEEDS * draw.whole(0, 3) as u64;
    let seeds = match injection.by_chance {
        true => (0..4 * SEEDS).collect(),
        false => (first..first + SEEDS).collect(),
    };
    Case {
        id: format!("{}/{}/{i}", subject.name(), code.name()),
        code,
        with_momentum: momentum(subject, &injection.fault, draw),
        injection,
        seeds,
    }
}

/// The counterpart with momentum that a sweep over optimizers has: of every one-weight risk, which is
/// there to show it, and of a part of the others.
fn momentum(subject: &Subject, recipe: &Recipe, draw: &mut Draw) -> Option<Recipe> {
    let plain = recipe.get("optimizer") == "sgd" && recipe.get("momentum").is_empty();
    let has = match subject {
        Subject::Weight(_) => true,
        Subject::Rows(_) => draw.chance(0.3),
    };
    (plain && has).then(|| healthy::with_optimizer(recipe.clone(), "momentum"))
}
