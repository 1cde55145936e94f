//! The cases of one half: faulty recipes with their base recipes, and healthy recipes. They are sampled with
//! fixed seeds.

use super::faults::{FAULTS, Inject, Injection, Subject};
use super::healthy;
use super::random::Random;
use super::recipe::Recipe;
use super::sets::{DataSet, Half, OneWeight};
use sweep::diagnose::Code;

/// Number of cells: for every fault, healthy ones in addition to the base recipes, and pairs of faults.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub per_code: usize,
    pub healthy: usize,
    pub pairs: usize,
}

/// The whole suite.
pub const FULL: Size = Size {
    per_code: 24,
    healthy: 48,
    pairs: 40,
};

/// A part that takes about a minute.
pub const QUICK: Size = Size {
    per_code: 4,
    healthy: 6,
    pairs: 0,
};

/// Number of seeds of a cell.
pub const SEEDS: u64 = 3;

/// One cell of the suite.
#[derive(Debug, Clone)]
pub struct Case {
    /// Name such as `moons/too-shallow/7`.
    pub id: String,
    /// The injected fault, or `healthy`.
    pub code: Code,
    /// Base recipe and faulty recipe; both are the same in a healthy case.
    pub injection: Injection,
    /// The same cell with momentum, if the simulated sweep has one.
    pub with_momentum: Option<Recipe>,
    /// Seeds of its runs.
    pub seeds: Vec<u64>,
}

/// Returns the cases of a half.
pub fn cases(half: Half, size: Size) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (code, injections) in FAULTS {
        cases.extend((0..size.per_code).filter_map(|i| faulty(half, *code, injections, i)));
    }
    let bases = cases.iter().map(base_case);
    cases.extend(bases.collect::<Vec<Case>>());
    let subjects = subjects(half);
    for i in 0..size.healthy {
        let subject = subjects[i % subjects.len()];
        let mut random = Random::of(&format!("diagnosis/{}/healthy/{i}", half.name()));
        let base = sound(&subject, &mut random);
        let injection = Injection::none(base);
        cases.push(case(&subject, Code::Healthy, i, injection, &mut random));
    }
    cases
}

/// Returns the base recipe of a faulty case as a healthy case.
fn base_case(faulty: &Case) -> Case {
    Case {
        id: format!("{}/sound", faulty.id),
        code: Code::Healthy,
        injection: Injection::none(faulty.injection.base.clone()),
        with_momentum: None,
        ..faulty.clone()
    }
}

/// Returns case i of a fault. Injections and data sets alternate; everything else is sampled. None if the
/// fault can't be injected into any subject.
fn faulty(half: Half, code: Code, injections: &[Inject], i: usize) -> Option<Case> {
    let mut random = Random::of(&format!("diagnosis/{}/{}/{i}", half.name(), code.name()));
    let (inject, turn) = (injections[i % injections.len()], i / injections.len());
    let mut fit = subjects(half);
    fit.retain(|subject| injected(inject, subject, &mut Random::of("fit")).is_some());
    let subject = fit.get(turn % fit.len().max(1))?;
    let injection = injected(inject, subject, &mut random)?;
    Some(case(subject, code, i, injection, &mut random))
}

/// Injects a fault into the first sampled base recipe that allows it; none if no sampled recipe does.
fn injected(inject: Inject, subject: &Subject, random: &mut Random) -> Option<Injection> {
    const ATTEMPTS: usize = 40;
    (0..ATTEMPTS).find_map(|_| {
        let base = sound(subject, random);
        inject(subject, base, random)
    })
}

/// Returns the data sets and the one-weight model of a half.
pub fn subjects(half: Half) -> Vec<Subject> {
    let sets = DataSet::of(half).map(Subject::Rows);
    sets.chain([Subject::Weight(OneWeight::of(half))]).collect()
}

/// Samples a base recipe.
pub fn sound(subject: &Subject, random: &mut Random) -> Recipe {
    match subject {
        Subject::Rows(set) => healthy::recipe(set, random),
        Subject::Weight(model) => healthy::weight(model, random),
    }
}

fn case(
    subject: &Subject,
    code: Code,
    i: usize,
    injection: Injection,
    random: &mut Random,
) -> Case {
    let first = SEEDS * random.whole(0, 3) as u64;
    let seeds = match injection.by_chance {
        true => (0..4 * SEEDS).collect(),
        false => (first..first + SEEDS).collect(),
    };
    Case {
        id: format!("{}/{}/{i}", subject.name(), code.name()),
        code,
        with_momentum: momentum(subject, &injection.fault, random),
        injection,
        seeds,
    }
}

/// Returns the same recipe with momentum, as a sweep over optimizers has it: always for one-weight models,
/// and for some of the others.
fn momentum(subject: &Subject, recipe: &Recipe, random: &mut Random) -> Option<Recipe> {
    let plain = recipe.get("optimizer") == "sgd" && recipe.get("momentum").is_empty();
    let has = match subject {
        Subject::Weight(_) => true,
        Subject::Rows(_) => random.chance(0.3),
    };
    (plain && has).then(|| healthy::with_optimizer(recipe.clone(), "momentum"))
}
