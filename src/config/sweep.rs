//! A validated sweep file as plain data: base values, axes, exclusions and expectations.

use super::deprecated::DeprecatedUse;
use super::kind::{AT_MOST_ONE, Interval, NOT_NEGATIVE, REAL, SHARE};
use super::place::Places;
use super::registry::Values;
use super::sample::Sample;
use super::stop::Stop;
use super::value::Value;
use crate::codes::{Code, OutcomeName};
use crate::config::error::Fault;
use crate::fix_kind::FixKind;
use crate::words::words;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A validated sweep file.
#[derive(Debug, Clone, Default)]
pub struct Sweep {
    /// The file, as given on the command line.
    pub path: PathBuf,
    /// Its whole text.
    pub text: String,
    /// The title in one line; the file's name by default.
    pub title: String,
    /// Markdown, shown at the top of the report.
    pub about: String,
    /// The seeds. Every cell is trained once with each.
    pub seeds: Vec<u64>,
    /// Number of seeds in the file, regardless of the command line. `seeds = k` of an expectation refers to these.
    pub file_seeds: usize,
    /// Maximum number of cells of the grid before exclusions (`max_cells`).
    pub max_cells: usize,
    /// The reference skill, if the file sets one.
    pub target: Option<f64>,
    /// The values of the file without defaults. A cell has these, overridden by its axes, then defaults for the rest.
    pub given: Values,
    /// One value for every key without the axes, defaults included. They also depend on the data files, so they are
    /// set together with the cells.
    pub base: Values,
    /// The axes in file order; the last varies fastest.
    pub axes: Vec<Axis>,
    /// How cells are sampled; `None` for the full grid.
    pub sample: Option<Sample>,
    /// How cells are pruned; `None` for never.
    pub stop: Option<Stop>,
    /// The excluded cells.
    pub exclude: Vec<Selector>,
    /// The expectations.
    pub expectations: Vec<Expectation>,
    /// The places of all parts in the file.
    pub places: Places,
    /// Whether `--set` overrides values. Then a `where` may match nothing, and duplicate cells are merged.
    pub overridden: bool,
    /// Its words that have a better name by now, and those of `--set`.
    pub deprecated: Vec<DeprecatedUse>,
    /// What is valid in it, but probably not meant.
    pub warnings: Vec<Fault>,
}

/// A varied key with its values, or several keys that vary together (`[zip.name]`).
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The key, or the name of the zip.
    pub name: String,
    /// The keys that the axis sets.
    pub keys: Vec<String>,
    /// For every point of the axis, one value per key. For a range, the sampled values in increasing order.
    pub points: Vec<Vec<Value>>,
    /// The range of sampled values, if the axis is one.
    pub range: Option<Range>,
}

/// The ends of an axis with sampled values. Both ends are possible values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Whether equal factors are equally likely, rather than equal differences.
    pub log: bool,
    /// Whether its values are integers.
    pub whole: bool,
}

/// `where = { … }`: all conditions must hold. A selector without conditions matches every cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selector(pub Vec<(String, Condition)>);

/// A condition on one key of a cell.
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
    /// Returns whether values of an axis are sampled from a range, so that the cells are not a grid.
    pub fn is_scattered(&self) -> bool {
        self.axes.iter().any(|axis| axis.range.is_some())
    }

    /// Returns whether the file or the command line sets a key, in contrast to a default.
    pub fn sets(&self, key: &str) -> bool {
        let varies = |axis: &Axis| axis.keys.iter().any(|name| name == key);
        self.given.get(key).is_some() || self.axes.iter().any(varies)
    }

    /// Returns the folder of the file; paths of data files are relative to it.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}

impl Bounds {
    /// Returns whether a value is within the bounds; false for NaN.
    pub fn contain(&self, value: f64) -> bool {
        !value.is_nan()
            && self.above.is_none_or(|bound| value > bound)
            && self.below.is_none_or(|bound| value < bound)
            && self.at_least.is_none_or(|bound| value >= bound)
            && self.at_most.is_none_or(|bound| value <= bound)
    }
}

impl Selector {
    /// Returns whether a cell with these values matches.
    pub fn matches(&self, values: &Values) -> bool {
        self.0.iter().all(|(key, condition)| {
            values
                .get(key)
                .is_some_and(|value| condition.is_met_by(value))
        })
    }
}

impl Condition {
    /// Returns whether a value meets the condition.
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

/// An `[[expect]]` block: every check must hold in enough seeds of every cell that it selects.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// `name = "…"`, or a description of the `where` and the checks.
    pub name: String,
    /// Line of the block in the file, from 1.
    pub line: usize,
    /// The cells that it checks.
    pub selector: Selector,
    /// `seeds = k`: at least k of the file's seeds must pass; all by default.
    pub seeds: Option<usize>,
    /// The checks in file order.
    pub checks: Vec<ExpectationCheck>,
}

/// A condition on a run.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpectationCheck {
    /// `train_loss = { below = 0.05 }`.
    Bound {
        /// The quantity, measured at the end of the run.
        quantity: Quantity,
        /// The bounds.
        bounds: Bounds,
    },
    /// `outcome = "diverged"`, or a list of acceptable ones.
    Outcome(Vec<OutcomeName>),
    /// `diagnosis = "vanishing-gradients"`, or a list of acceptable ones.
    Diagnosis(Vec<Code>),
    /// `fixed_by = "skip connections"`: the fix works in most seeds.
    FixedBy(FixKind),
    /// `better_than = { optimizer = "adam" }`: better than the cell that differs only in these values, seed by seed.
    BetterThan {
        /// The values in which the other cell differs.
        other: Vec<(String, Value)>,
        /// `on = "validation_loss"`; the training loss by default.
        quantity: Quantity,
    },
}

words! {
    /// What an expectation can measure at the end of a run.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Quantity {
        TrainLoss = "train_loss", "Exact loss of the training rows";
        ValidationLoss = "validation_loss", "Exact loss of the validation rows";
        TestLoss = "test_loss", "Exact loss of the test rows";
        Skill = "skill", "1 − L/L₀ on the training rows, with L₀ the loss of their best constant prediction";
        ValidationSkill = "validation_skill", "1 − L/L₀ on the validation rows, with L₀ the loss of the best constant prediction for the training rows";
        SkillGap = "skill_gap", "Training skill minus validation skill";
        TrainAccuracy = "train_accuracy", "Share of the training rows with a correctly predicted class";
        ValidationAccuracy = "validation_accuracy", "Share of the validation rows with a correctly predicted class";
        TestAccuracy = "test_accuracy", "Share of the test rows with a correctly predicted class";
        GradientRatio = "gradient_ratio", "Norm of the gradient of the first layer's weights over that of the last layer's";
        DeadShare = "dead_share", "Share of dead neurons at the end, in the hidden layer with the most";
        SaturatedShare = "saturated_share", "Share of saturated activations at the end, in the hidden layer with the most";
        ExcessRisk = "excess_risk", "Excess loss (L(w) − L(w*)) / (L(0) − L(w*)) at the end, with w* the exact optimum of a linear model";
        WeightError = "weight_error", "‖w − w*‖ / ‖w*‖ at the end";
    }
}

impl Quantity {
    /// Returns the values that it can have in a run that did not diverge.
    pub fn range(self) -> Interval {
        match self {
            Quantity::TrainLoss
            | Quantity::ValidationLoss
            | Quantity::TestLoss
            | Quantity::GradientRatio
            | Quantity::ExcessRisk
            | Quantity::WeightError => NOT_NEGATIVE,
            Quantity::Skill | Quantity::ValidationSkill => AT_MOST_ONE,
            Quantity::SkillGap => REAL,
            Quantity::TrainAccuracy
            | Quantity::ValidationAccuracy
            | Quantity::TestAccuracy
            | Quantity::DeadShare
            | Quantity::SaturatedShare => SHARE,
        }
    }
}
