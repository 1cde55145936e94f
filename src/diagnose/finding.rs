//! What a rule found, in numbers and in a sentence.

use super::Code;
use crate::format::number;

/// What a rule found: a cause and its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The cause.
    pub code: Code,
    /// The quantities, the decisive one first.
    pub evidence: Vec<Evidence>,
    /// One sentence with the numbers.
    pub sentence: String,
}

/// A quantity that made a rule match.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What was measured, with its unit where it has one.
    pub quantity: &'static str,
    /// The measured value.
    pub value: f64,
    /// The threshold that it was compared with.
    pub threshold: f64,
    /// The side of the threshold on which a value speaks for the rule.
    pub side: Side,
    /// The typical range, as in [`Threshold::healthy`].
    pub healthy: (f64, f64),
    /// The layer of the measurement, if it belongs to one.
    pub layer: Option<String>,
    /// The first epoch beyond the threshold, or the first step of a run without epochs; 0 is before training.
    pub epoch: Option<u64>,
}

/// A cause that was ruled out, or that could not be checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejected {
    /// The cause.
    pub code: Code,
    /// The reason in one sentence, without capital and full stop.
    pub why: String,
    /// Whether a check was left out because the trace lacks its evidence, so that the cause is not ruled out.
    pub abstains: bool,
}

/// A threshold of a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The quantity that it applies to.
    pub quantity: &'static str,
    /// The side on which a value speaks for the rule.
    pub side: Side,
    /// The bound.
    pub value: f64,
    /// The typical range: it contains 96 of 100 healthy runs of the labeled suite. It can extend
    /// beyond the bound, if the rule has further conditions.
    pub healthy: (f64, f64),
    /// Why the bound has this value: without first capital and last full stop.
    pub why: &'static str,
}

/// A side of a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Greater than it.
    Above,
    /// Less than it.
    Below,
}

impl Side {
    /// Returns `above` or `below`.
    pub fn word(self) -> &'static str {
        match self {
            Side::Above => "above",
            Side::Below => "below",
        }
    }
}

impl Threshold {
    /// Returns whether a value is beyond the threshold; NaN never is.
    pub fn is_crossed(&self, value: f64) -> bool {
        match self.side {
            Side::Above => value > self.value,
            Side::Below => value < self.value,
        }
    }

    /// Returns a measured value as evidence.
    pub fn against(&self, value: f64) -> Evidence {
        Evidence {
            quantity: self.quantity,
            value,
            threshold: self.value,
            side: self.side,
            healthy: self.healthy,
            layer: None,
            epoch: None,
        }
    }
}

impl Evidence {
    /// Returns the same evidence for a layer.
    pub fn in_layer(self, layer: &str) -> Evidence {
        Evidence {
            layer: Some(layer.to_owned()),
            ..self
        }
    }

    /// Returns the same evidence, found before training.
    pub fn at_start(self) -> Evidence {
        self.from_epoch(Some(0))
    }

    /// Returns the same evidence, first found in this epoch, as [`crate::trace::Trace::epoch_of`] counts.
    pub fn from_epoch(self, epoch: Option<u64>) -> Evidence {
        Evidence { epoch, ..self }
    }

    /// Returns the condition of the rule, such as `below 0.003`.
    pub fn bound(&self) -> String {
        format!("{} {}", self.side.word(), number(self.threshold))
    }

    /// Returns text such as `hidden layers 50 (threshold: above 9, typical range 1 to 8)`.
    pub fn in_words(&self) -> String {
        let at = self.layer.as_ref().map(|layer| format!(" of {layer}"));
        format!(
            "{}{} {} (threshold: {}, typical range {} to {})",
            self.quantity,
            at.unwrap_or_default(),
            number(self.value),
            self.bound(),
            number(self.healthy.0),
            number(self.healthy.1)
        )
    }
}
