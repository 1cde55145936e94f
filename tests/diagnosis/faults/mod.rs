//! Single faults, and the ways to inject each into a sound recipe.
//!
//! The label of a case is what was injected, never what a rule would say. Where an answer beside it is
//! right too, the injection says so and why: always ([`Injection::also`]), where its own cure brings
//! the skill back ([`Injection::cures`]), or where another seed of the same cell learns
//! ([`Injection::lucky`]).

mod capacity;
mod data;
mod depth;
mod minimum;
mod output;
mod rate;
mod start;

use crate::draw::Draw;
use crate::recipe::Recipe;
use crate::sets::{DataSet, OneWeight};
use sweep::diagnose::Code;

/// What a fault is injected into.
#[derive(Clone, Copy)]
pub enum Subject {
    /// A network and rows.
    Rows(&'static DataSet),
    /// A one-weight risk.
    Weight(OneWeight),
}

impl Subject {
    /// The name of the data set, or of the risk.
    pub fn name(&self) -> &'static str {
        match self {
            Subject::Rows(set) => set.name,
            Subject::Weight(risk) => risk.name,
        }
    }
}

/// A sound recipe and the same with one fault.
#[derive(Debug, Clone)]
pub struct Injection {
    /// The sound one, in which the fault can show.
    pub base: Recipe,
    /// The faulty one.
    pub fault: Recipe,
    /// Codes that are right as well.
    pub also: &'static [Code],
    /// Codes that are right as well where the recipe beside them, one edit away, learns.
    pub cures: Vec<(Code, Recipe)>,
    /// A code that is right as well where another seed of the faulty recipe learns.
    pub lucky: Option<Code>,
    /// Whether the fault is one only where another seed of the faulty recipe learns.
    pub by_chance: bool,
}

impl Injection {
    /// One whose only right name is what is injected.
    fn new(base: Recipe, fault: Recipe) -> Injection {
        Injection {
            base,
            fault,
            also: &[],
            cures: Vec::new(),
            lucky: None,
            by_chance: false,
        }
    }

    /// None: a healthy case.
    pub fn none(base: Recipe) -> Injection {
        Injection::new(base.clone(), base)
    }

    fn also(self, also: &'static [Code]) -> Injection {
        Injection { also, ..self }
    }

    fn cured(mut self, code: Code, recipe: Recipe) -> Injection {
        self.cures.push((code, recipe));
        self
    }
}

/// One way to inject a fault; none where it can't be done to this subject and recipe.
pub type Way = fn(&Subject, Recipe, &mut Draw) -> Option<Injection>;

/// Every code that names a fault, with the ways to inject it.
pub static FAULTS: &[(Code, &[Way])] = &[
    (
        Code::TooShallow,
        &[
            capacity::narrow,
            capacity::linear_layers,
            capacity::no_layers,
        ],
    ),
    (
        Code::VanishingGradients,
        &[
            depth::fading,
            depth::fading,
            depth::sigmoids,
            depth::many_relus,
        ],
    ),
    (
        Code::ExplodingGradients,
        &[depth::many_blocks, depth::growing],
    ),
    (Code::Undertrained, &[rate::stopped]),
    (Code::LearningRateTooLow, &[rate::too_low]),
    (Code::LearningRateTooHigh, &[rate::too_high]),
    (Code::SymmetricInit, &[start::constant]),
    (Code::InitTooSmall, &[start::small]),
    (Code::InitTooLarge, &[start::large]),
    (Code::IllConditioned, &[data::scaled, data::shifted]),
    (Code::SaturatedOutput, &[output::biased]),
    (
        Code::SaturatedHidden,
        &[data::magnified, start::one_sided, start::saturating],
    ),
    (
        Code::DeadRelu,
        &[start::negative, start::negative, depth::thin],
    ),
    (Code::LocalMinimum, &[minimum::stuck, minimum::unlucky]),
    (Code::Overfit, &[data::by_heart]),
];

/// The mlp recipes of a data set.
fn mlp<'a>(subject: &Subject, base: &'a Recipe) -> Option<(&'static DataSet, &'a Recipe)> {
    match subject {
        Subject::Rows(set) if base.get("model") == "mlp" => Some((set, base)),
        Subject::Rows(_) | Subject::Weight(_) => None,
    }
}

/// He's standard deviation (2/n)^½ of a hidden layer, or LeCun's (1/n)^½ where σ asks for that.
fn fitting(base: &Recipe) -> f64 {
    let gain = if is_relu(base) { 2.0 } else { 1.0 };
    (gain / base.number("width")).sqrt()
}

/// Whether σ is a ReLU, leaky or not.
fn is_relu(base: &Recipe) -> bool {
    base.get("activation").ends_with("relu")
}

/// The start that fits σ.
fn fitting_init(base: &Recipe) -> &'static str {
    if is_relu(base) { "he" } else { "lecun" }
}
