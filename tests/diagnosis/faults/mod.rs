//! Single faults, and functions that inject them into a base recipe.
//!
//! The label of a case is the injected fault. It never depends on a rule. Some injections have further correct
//! diagnoses: always ([`Injection::also`]), if the fix of that diagnosis restores the skill
//! ([`Injection::equivalents`]), or if another seed of the same cell learns ([`Injection::lucky`]).

mod capacity;
mod data;
mod depth;
mod minimum;
mod output;
mod rate;
mod start;

use crate::random::Random;
use crate::recipe::Recipe;
use crate::sets::{DataSet, OneWeight};
use sweep::diagnose::Code;

/// What a fault is injected into.
#[derive(Clone, Copy)]
pub enum Subject {
    /// A network and rows.
    Rows(&'static DataSet),
    /// A one-weight model.
    Weight(OneWeight),
}

impl Subject {
    /// Returns the name of the data set or of the model.
    pub fn name(&self) -> &'static str {
        match self {
            Subject::Rows(set) => set.name,
            Subject::Weight(model) => model.name,
        }
    }
}

/// A base recipe and the same with one fault.
#[derive(Debug, Clone)]
pub struct Injection {
    /// The base recipe.
    pub base: Recipe,
    /// The recipe with the fault.
    pub fault: Recipe,
    /// Diagnoses that are always correct too.
    pub also: &'static [Code],
    /// Diagnoses that are correct too if their recipe, which is one edit away, learns.
    pub equivalents: Vec<(Code, Recipe)>,
    /// A diagnosis that is correct too if another seed of the faulty recipe learns.
    pub lucky: Option<Code>,
    /// Whether a run counts only if another seed of the faulty recipe learns.
    pub by_chance: bool,
}

impl Injection {
    /// Returns an injection with one correct diagnosis.
    fn new(base: Recipe, fault: Recipe) -> Injection {
        Injection {
            base,
            fault,
            also: &[],
            equivalents: Vec::new(),
            lucky: None,
            by_chance: false,
        }
    }

    /// Returns a healthy case, without a fault.
    pub fn none(base: Recipe) -> Injection {
        Injection::new(base.clone(), base)
    }

    fn also(self, also: &'static [Code]) -> Injection {
        Injection { also, ..self }
    }

    fn or_if_learned(mut self, code: Code, recipe: Recipe) -> Injection {
        self.equivalents.push((code, recipe));
        self
    }
}

/// Injects a fault; none if this subject or recipe does not allow it.
pub type Inject = fn(&Subject, Recipe, &mut Random) -> Option<Injection>;

/// Every fault with its injections.
pub static FAULTS: &[(Code, &[Inject])] = &[
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
            depth::default_init,
            depth::default_init,
            depth::sigmoids,
            depth::many_relus,
        ],
    ),
    (
        Code::ExplodingGradients,
        &[depth::many_blocks, depth::slightly_large],
    ),
    (Code::Undertrained, &[rate::short_budget]),
    (Code::LearningRateTooLow, &[rate::too_low]),
    (Code::LearningRateTooHigh, &[rate::too_high]),
    (Code::SymmetricInit, &[start::constant]),
    (Code::InitTooSmall, &[start::small]),
    (Code::InitTooLarge, &[start::large]),
    (Code::IllConditioned, &[data::scaled, data::shifted]),
    (Code::SaturatedOutput, &[output::biased]),
    (
        Code::SaturatedHidden,
        &[data::large_scale, start::one_sided, start::saturating],
    ),
    (
        Code::DeadRelu,
        &[start::negative, start::negative, depth::deep_and_narrow],
    ),
    (
        Code::LocalMinimum,
        &[minimum::stuck, minimum::just_large_enough],
    ),
    (Code::Overfit, &[data::memorized]),
];

/// Returns set and recipe, if the recipe is an MLP on a data set.
fn mlp<'a>(subject: &Subject, base: &'a Recipe) -> Option<(&'static DataSet, &'a Recipe)> {
    match subject {
        Subject::Rows(set) if base.get("model") == "mlp" => Some((set, base)),
        Subject::Rows(_) | Subject::Weight(_) => None,
    }
}

/// Returns the standard deviation of the weights of a hidden layer: (2/n)^½ (He) for ReLU, else (1/n)^½ (LeCun).
fn fitting(base: &Recipe) -> f64 {
    let gain = if is_relu(base) { 2.0 } else { 1.0 };
    (gain / base.number("width")).sqrt()
}

/// Returns whether the activation is a ReLU, leaky or not.
fn is_relu(base: &Recipe) -> bool {
    base.get("activation").ends_with("relu")
}

/// Returns the initialization that fits the activation.
fn fitting_init(base: &Recipe) -> &'static str {
    if is_relu(base) { "he" } else { "lecun" }
}
