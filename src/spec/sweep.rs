//! A validated sweep file as plain data: base values, axes, what is excluded, what is expected.

use super::deprecated::Use;
use super::place::Places;
use super::sample::Sample;
use super::stop::Stop;
use super::value::{Value, Values};
use crate::code::{Code, OutcomeName};
use crate::remedy::Remedy;
use crate::words::words;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// One sweep file, validated.
#[derive(Debug, Clone, Default)]
pub struct Sweep {
    /// The file, as given on the command line.
    pub path: PathBuf,
    /// Its whole text.
    pub text: String,
    /// One line; the file's name where it gives none.
    pub title: String,
    /// Markdown, shown at the top of the report.
    pub about: String,
    /// Every cell is trained once with each of these.
    pub seeds: Vec<u64>,
    /// How many seeds the file itself asks for, whatever the command line says: `seeds = k` of an
    /// expectation is meant of these.
    pub file_seeds: usize,
    /// The most cells that the grid may have before exclusions (`max_cells`).
    pub max_cells: usize,
    /// The training skill that can be reached on its data, where the file says.
    pub target: Option<f64>,
    /// The values that the file gives as they stand, without defaults: a cell's are these, over
    /// them its axes', then the defaults for what is left.
    pub given: Values,
    /// One value for every key where no axis sets another, defaults included; they follow from the
    /// data files too, and so are filled in with the cells.
    pub base: Values,
    /// In the order of the file; the last varies fastest.
    pub axes: Vec<Axis>,
    /// How cells are drawn over the axes, where they are not all of their product.
    pub sample: Option<Sample>,
    /// How cells are stopped before their budget is used, where they are.
    pub stop: Option<Stop>,
    /// Cells left out.
    pub exclude: Vec<Selector>,
    /// What must hold of the trained cells.
    pub expectations: Vec<Expectation>,
    /// Where all this stands.
    pub places: Places,
    /// Whether `--set` changed what the file says: then a `where` may find nothing, and cells that
    /// become equal are one.
    pub overridden: bool,
    /// Its words that have a better name by now, and those of `--set`.
    pub deprecated: Vec<Use>,
}

/// One varied key and its values, or several keys that move together (`[zip.name]`).
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The key, or the name of the zip.
    pub name: String,
    /// The keys that the axis sets.
    pub keys: Vec<String>,
    /// For every point of the axis, one value per key. Of a range, the values that were drawn, in order.
    pub points: Vec<Vec<Value>>,
    /// Between which ends values are drawn, where they are and the axis is a range.
    pub range: Option<Range>,
}

/// The ends of an axis of which values are drawn, both of them among the possible values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Whether equal factors are equally likely, in place of equal differences.
    pub log: bool,
    /// Whether its values are whole numbers.
    pub whole: bool,
}

/// `where = { … }`: every condition must hold. No condition matches every cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selector(pub Vec<(String, Condition)>);

/// What one key of a cell must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Equal to one of these.
    OneOf(Vec<Value>),
    /// A number within bounds.
    Within(Bounds),
}

/// `{ above = a, below = b }`, both exclusive; `{ at_least = a, at_most = b }`, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Bounds {
    /// Greater than.
    pub above: Option<f64>,
    /// Less than.
    pub below: Option<f64>,
    /// Greater than or equal to.
    pub at_least: Option<f64>,
    /// Less than or equal to.
    pub at_most: Option<f64>,
}

impl Sweep {
    /// Whether values of some axis were drawn from a range, so that cells are no grid.
    pub fn is_scattered(&self) -> bool {
        self.axes.iter().any(|axis| axis.range.is_some())
    }

    /// The folder of the file, at which paths of data files start.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}

impl Bounds {
    /// Whether a value lies within; NaN never does.
    pub fn contain(&self, value: f64) -> bool {
        !value.is_nan()
            && self.above.is_none_or(|bound| value > bound)
            && self.below.is_none_or(|bound| value < bound)
            && self.at_least.is_none_or(|bound| value >= bound)
            && self.at_most.is_none_or(|bound| value <= bound)
    }
}

impl Selector {
    /// Whether a cell with these values is meant.
    pub fn matches(&self, values: &Values) -> bool {
        self.0.iter().all(|(key, condition)| {
            values
                .get(key)
                .is_some_and(|value| condition.is_met_by(value))
        })
    }
}

impl Condition {
    /// Whether a value is meant.
    pub fn is_met_by(&self, value: &Value) -> bool {
        match (self, value) {
            (Condition::OneOf(wanted), value) => wanted.contains(value),
            (Condition::Within(bounds), Value::Number(v)) => bounds.contain(*v),
            (Condition::Within(bounds), Value::Integer(v)) => bounds.contain(*v as f64),
            (
                Condition::Within(_),
                Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Table(_),
            ) => false,
        }
    }
}

/// One `[[expect]]` block: every check must hold in enough seeds of every cell that it selects.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// `name = "…"`; made from the `where` and the checks where the file gives none.
    pub name: String,
    /// Line of the block in the file, from 1.
    pub line: usize,
    /// The cells it speaks of.
    pub selector: Selector,
    /// `seeds = k`: at least k of the file's seeds must pass; all where not given.
    pub seeds: Option<usize>,
    /// What must hold, in the order of the file.
    pub checks: Vec<Check>,
}

/// One thing that must hold of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// `train_loss = { below = 0.05 }`.
    Bound {
        /// What is measured, at the end of the run.
        quantity: Quantity,
        /// Where it must lie.
        bounds: Bounds,
    },
    /// `outcome = "diverged"`, or a list of acceptable ones.
    Outcome(Vec<OutcomeName>),
    /// `diagnosis = "vanishing-gradients"`, or a list of acceptable ones.
    Diagnosis(Vec<Code>),
    /// `fixed_by = "skip connections"`: the remedy brings the skill back in most seeds.
    CuredBy(Remedy),
    /// `better_than = { optimizer = "adam" }`: than the cell whose values are this one's but for
    /// those given, seed by seed.
    BetterThan {
        /// The values in which the other cell differs.
        other: Vec<(String, Value)>,
        /// `on = "validation_loss"`; the training loss where not given.
        quantity: Quantity,
    },
}

words! {
    /// What an expectation can measure at the end of a run.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Quantity {
        TrainLoss = "train_loss", "Exact risk of the training rows";
        ValidationLoss = "validation_loss", "Exact risk of the validation rows";
        TestLoss = "test_loss", "Exact risk of the test rows";
        Skill = "skill", "1 − L/L₀ on the training rows, L₀ the loss of their best constant predictor";
        ValidationSkill = "validation_skill", "1 − L/L₀ on the validation rows, L₀ the loss of the best constant of the training rows";
        SkillGap = "skill_gap", "Training skill less validation skill";
        TrainAccuracy = "train_accuracy", "Share of the training rows whose class is predicted";
        ValidationAccuracy = "validation_accuracy", "Share of the validation rows whose class is predicted";
        TestAccuracy = "test_accuracy", "Share of the test rows whose class is predicted";
        GradientRatio = "gradient_ratio", "Gradient by the first layer's weights over that by the last's";
        DeadShare = "dead_share", "Share of dead neurons at the end, in the hidden layer that has most";
        SaturatedShare = "saturated_share", "Share of saturated activations at the end, in the hidden layer that has most";
        ExcessRisk = "excess_risk", "(R(w) − R(w*)) / (R(0) − R(w*)) at the end, with w* the exact optimum of a linear model";
        WeightError = "weight_error", "‖w − w*‖ / ‖w*‖ at the end";
    }
}
