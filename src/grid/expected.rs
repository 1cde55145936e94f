//! Checks that expectations can be evaluated and can hold: rows to measure on, cells to compare with, outcomes and
//! diagnoses that a cell can have.

use super::cell::Cell;
use super::selectors::Selectors;
use crate::codes::{Code, OutcomeName};
use crate::config::settings::{Loss, ModelSettings, OutputActivation, Source};
use crate::config::{
    ExpectationCheck, Fault, Place, Quantity, Sweep, Target, Value, features, target,
};
use std::collections::BTreeMap;

/// Returns the errors of expectations that cannot be evaluated, or cannot hold. Visits every cell once, with the
/// expectations that select it.
pub(super) fn expected(sweep: &Sweep, cells: &[Cell]) -> Vec<Fault> {
    if sweep.overridden {
        return Vec::new();
    }
    let expectations = &sweep.expectations;
    let mut selectors = Selectors::new(expectations.iter().map(|e| &e.selector));
    let mut counterparts = Counterparts::new(cells);
    let mut problems: Vec<Vec<CheckProblems>> = expectations
        .iter()
        .map(|e| e.checks.iter().map(|_| CheckProblems::default()).collect())
        .collect();
    for cell in cells {
        for i in selectors.matching(&cell.values) {
            for (check, problem) in expectations[i].checks.iter().zip(&mut problems[i]) {
                problem.visit(check, cell, sweep, &mut counterparts);
            }
        }
    }
    let mut faults = Vec::new();
    for (i, places) in sweep.places.checks.iter().enumerate() {
        let checks = expectations[i].checks.iter().zip(places);
        for ((check, place), problem) in checks.zip(&problems[i]) {
            faults.extend(problem.faults(sweep, check, place));
        }
    }
    faults
}

/// The first reasons why a check cannot be evaluated, over the cells so far.
#[derive(Default)]
struct CheckProblems {
    quantity: Option<(&'static str, &'static str)>,
    /// A word of the check, why no cell can have it, and what to do.
    word: Option<(&'static str, &'static str, &'static str)>,
    other: Option<(String, String)>,
}

impl CheckProblems {
    /// Looks for reasons in one more cell.
    fn visit(
        &mut self,
        check: &ExpectationCheck,
        cell: &Cell,
        sweep: &Sweep,
        counterparts: &mut Counterparts,
    ) {
        if let (Some(quantity), None) = (measured(check), self.quantity) {
            self.quantity = lacks(cell, quantity);
        }
        if let (ExpectationCheck::BetterThan { other, .. }, None) = (check, &self.other) {
            self.other = no_other(cell, other, counterparts.find(cell, other));
        }
        if self.word.is_none() {
            self.word = match check {
                ExpectationCheck::Outcome(names) => none_of(names, OutcomeName::name, |name| {
                    no_outcome(cell, sweep, name)
                }),
                ExpectationCheck::Diagnosis(codes) => {
                    none_of(codes, Code::name, |code| no_diagnosis(cell, code))
                }
                ExpectationCheck::Bound { .. }
                | ExpectationCheck::FixedBy(_)
                | ExpectationCheck::BetterThan { .. } => None,
            };
        }
    }

    fn faults(&self, sweep: &Sweep, check: &ExpectationCheck, place: &Place) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let (Some((why, help)), Some(quantity)) = (self.quantity, measured(check)) {
            let message = format!("`{}` cannot be measured", quantity.name());
            faults.push(Fault::at(place, message, why).help(help));
        }
        if let Some((word, why, help)) = self.word {
            let message = format!("no selected cell can be \"{word}\"");
            faults.push(Fault::at(place, message, why).help(help));
        }
        if let Some((label, help)) = &self.other {
            let message = "`better_than` has no other cell to compare with";
            let help = match sweep.sample {
                Some(_) => "sampled cells rarely differ in one key only; compare cells of a grid",
                None => help,
            };
            faults.push(Fault::at(place, message, label).help(help));
        }
        faults
    }
}

/// Returns the quantity that a check measures.
fn measured(check: &ExpectationCheck) -> Option<Quantity> {
    match check {
        ExpectationCheck::Bound { quantity, .. }
        | ExpectationCheck::BetterThan { quantity, .. } => Some(*quantity),
        ExpectationCheck::Outcome(_)
        | ExpectationCheck::Diagnosis(_)
        | ExpectationCheck::FixedBy(_) => None,
    }
}

/// Cells indexed by the values of some keys. Finds the counterpart of a cell without a search over all cells.
struct Counterparts<'a> {
    cells: &'a [Cell],
    /// For every list of keys, the first cell with each combination of values.
    first: BTreeMap<Vec<String>, BTreeMap<String, usize>>,
}

impl<'a> Counterparts<'a> {
    fn new(cells: &'a [Cell]) -> Counterparts<'a> {
        Counterparts {
            cells,
            first: BTreeMap::new(),
        }
    }

    /// Returns the first cell that [is a counterpart](Cell::is_counterpart).
    fn find(&mut self, cell: &Cell, other: &[(String, Value)]) -> Option<&'a Cell> {
        let changed = |key: &str| other.iter().any(|(k, _)| k == key);
        let kept = cell.varied.iter().filter(|(key, _)| !changed(key));
        let wanted: Vec<&(String, Value)> = kept.chain(other).collect();
        let keys: Vec<String> = wanted.iter().map(|(key, _)| key.clone()).collect();
        let cells = self.cells;
        let first = self.first.entry(keys).or_insert_with_key(|keys| {
            let mut first = BTreeMap::new();
            for (i, cell) in cells.iter().enumerate() {
                let values = keys.iter().map(|key| cell.values.get(key));
                first.entry(text(values)).or_insert(i);
            }
            first
        });
        let values = wanted.iter().map(|(_, value)| Some(value));
        first.get(&text(values)).map(|&i| &cells[i])
    }
}

/// Returns a text that is equal for equal values only.
fn text<'v>(values: impl Iterator<Item = Option<&'v Value>>) -> String {
    // JSON can represent every value.
    serde_json::to_string(&values.collect::<Vec<_>>()).unwrap_or_default()
}

fn lacks(cell: &Cell, quantity: Quantity) -> Option<(&'static str, &'static str)> {
    let data = &cell.settings.data;
    let rows = data.source != Source::None;
    let classes = matches!(target(&cell.values), Target::Classes(_) | Target::Unknown);
    match quantity {
        Quantity::ValidationLoss
        | Quantity::ValidationSkill
        | Quantity::SkillGap
        | Quantity::ValidationAccuracy
            if !rows || data.validation == 0.0 =>
        {
            Some((
                "there are no validation rows",
                "set `validation = 0.25` in [data], for example",
            ))
        }
        Quantity::TestLoss | Quantity::TestAccuracy if !rows || data.test == 0.0 => Some((
            "there are no test rows",
            "set `test = 0.2` in [data], for example",
        )),
        Quantity::TrainAccuracy | Quantity::ValidationAccuracy | Quantity::TestAccuracy
            if !classes =>
        {
            Some((
                "accuracies need classes, and the target is a number",
                "check a loss or a skill",
            ))
        }
        Quantity::GradientRatio | Quantity::DeadShare | Quantity::SaturatedShare
            if !has_hidden(&cell.settings.model) =>
        {
            Some((
                "there is no hidden layer",
                "check it for networks with hidden layers: model = \"mlp\" or \"residual\"",
            ))
        }
        Quantity::ExcessRisk | Quantity::WeightError if !has_optimum(cell) => Some((
            "the exact optimum is known only for a linear model under mse, with a solver or one feature",
            "check a loss, or use `model = \"linear\"` with `solver = \"gd\"`, for example",
        )),
        Quantity::TrainLoss
        | Quantity::ValidationLoss
        | Quantity::TestLoss
        | Quantity::Skill
        | Quantity::ValidationSkill
        | Quantity::SkillGap
        | Quantity::TrainAccuracy
        | Quantity::ValidationAccuracy
        | Quantity::TestAccuracy
        | Quantity::GradientRatio
        | Quantity::DeadShare
        | Quantity::SaturatedShare
        | Quantity::ExcessRisk
        | Quantity::WeightError => None,
    }
}

/// Returns the first of several words, and why a cell cannot have it, if it can have none of them.
fn none_of<T: Copy>(
    words: &[T],
    name: fn(T) -> &'static str,
    why: impl Fn(T) -> Option<(&'static str, &'static str)>,
) -> Option<(&'static str, &'static str, &'static str)> {
    let all: Option<Vec<_>> = words.iter().map(|word| why(*word)).collect();
    let (why, help) = *all?.first()?;
    Some((name(*words.first()?), why, help))
}

/// Returns why runs of a cell cannot have an outcome, and what to do.
fn no_outcome(
    cell: &Cell,
    sweep: &Sweep,
    outcome: OutcomeName,
) -> Option<(&'static str, &'static str)> {
    match outcome {
        OutcomeName::Pruned if sweep.stop.is_none() => Some((
            "without [stop] nothing is pruned",
            "expect \"finished\", or add [stop]",
        )),
        OutcomeName::Converged if cell.settings.solving.is_none() => Some((
            "only a solver converges, and `solver` is \"none\"",
            "expect \"finished\", or set a `solver`",
        )),
        OutcomeName::StoppedEarly if cell.settings.patience.is_none() => Some((
            "without `patience` there is no early stopping",
            "expect \"finished\", or set `patience`",
        )),
        OutcomeName::Finished
        | OutcomeName::Pruned
        | OutcomeName::Converged
        | OutcomeName::StoppedEarly
        | OutcomeName::Diverged
        | OutcomeName::TimedOut
        | OutcomeName::TooLarge
        | OutcomeName::Crashed => None,
    }
}

/// Returns why runs of a cell cannot have a diagnosis, and what to do. The rules of these diagnoses look at parts that
/// the cell does not have.
fn no_diagnosis(cell: &Cell, code: Code) -> Option<(&'static str, &'static str)> {
    let settings = &cell.settings;
    match code {
        Code::VanishingGradients
        | Code::ExplodingGradients
        | Code::SymmetricInit
        | Code::SaturatedHidden
        | Code::DeadRelu
            if !has_hidden(&settings.model) =>
        {
            Some((
                "there is no hidden layer",
                "expect it of networks with hidden layers: model = \"mlp\" or \"residual\"",
            ))
        }
        Code::Overfit
            if settings.data.source == Source::None || settings.data.validation == 0.0 =>
        {
            Some((
                "there are no validation rows to compare with",
                "set `validation = 0.25` in [data], for example",
            ))
        }
        Code::SaturatedOutput if settings.output == OutputActivation::Linear => Some((
            "the output has no activation that could saturate",
            "expect it with `output = \"sigmoid\"` and `loss = \"mse\"`",
        )),
        Code::SaturatedOutput if settings.loss.is_cross_entropy() => Some((
            "with a cross-entropy, a saturated output still learns",
            "expect it with `loss = \"mse\"`",
        )),
        Code::Healthy
        | Code::TooShallow
        | Code::VanishingGradients
        | Code::ExplodingGradients
        | Code::Undertrained
        | Code::LearningRateTooLow
        | Code::LearningRateTooHigh
        | Code::SymmetricInit
        | Code::InitTooSmall
        | Code::InitTooLarge
        | Code::IllConditioned
        | Code::SaturatedOutput
        | Code::SaturatedHidden
        | Code::DeadRelu
        | Code::LocalMinimum
        | Code::Overfit
        | Code::Unclear => None,
    }
}

/// Returns whether a run records the distance of its weights to the exact optimum.
fn has_optimum(cell: &Cell) -> bool {
    let settings = &cell.settings;
    let solved = settings.solving.is_some() || features(&cell.values) == Some(1);
    settings.model == ModelSettings::Linear && settings.loss == Loss::Mse && solved
}

fn has_hidden(model: &ModelSettings) -> bool {
    match model {
        ModelSettings::Mlp { hidden } => !hidden.is_empty(),
        ModelSettings::Residual { .. } | ModelSettings::Custom(_) => true,
        ModelSettings::Linear | ModelSettings::Risk(_) => false,
    }
}

/// Explains why a cell has no counterpart: a cell with the same varied values except for `other`.
fn no_other(
    cell: &Cell,
    other: &[(String, Value)],
    found: Option<&Cell>,
) -> Option<(String, String)> {
    let pairs = |pairs: &[(String, Value)]| {
        let pairs: Vec<String> = pairs
            .iter()
            .map(|(key, value)| format!("{key} {value}"))
            .collect();
        if pairs.is_empty() {
            "the only one".to_owned()
        } else {
            pairs.join(", ")
        }
    };
    let own = || pairs(&cell.varied);
    match found {
        Some(found) if found.index == cell.index => Some((
            format!("the cell ({}) would be compared with itself", own()),
            "restrict `where` to the cells that should be better".to_owned(),
        )),
        Some(_) => None,
        None => Some((
            format!("no cell differs from ({}) only by {}", own(), pairs(other)),
            "list every key in which the other cell differs, with a value of the grid".to_owned(),
        )),
    }
}
