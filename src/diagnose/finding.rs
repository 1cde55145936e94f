//! What a rule saw, in numbers and in a sentence.

use super::Code;
use crate::number::number;

/// What a rule saw: the quantities that made it speak.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it takes them for.
    pub code: Code,
    /// The quantities, the one that decided first.
    pub evidence: Vec<Evidence>,
    /// One sentence with the numbers.
    pub sentence: String,
}

/// A quantity that made a rule speak.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What was measured, with its unit where it has one.
    pub quantity: &'static str,
    /// What it is.
    pub value: f64,
    /// What it was held against.
    pub threshold: f64,
    /// Lowest and highest value of healthy runs.
    pub healthy: (f64, f64),
    /// The layer it was measured in, where it belongs to one.
    pub layer: Option<String>,
    /// The first epoch in which it was beyond the threshold; 0 is before training.
    pub epoch: Option<u64>,
}

/// An alternative that was considered, and the sentence why it was rejected.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejected {
    /// The alternative.
    pub code: Code,
    /// One sentence.
    pub why: String,
}

/// A number that a quantity is held against; part of the story of a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// What is held against it.
    pub quantity: &'static str,
    /// The bound itself.
    pub value: f64,
    /// Lowest and highest value of healthy runs.
    pub healthy: (f64, f64),
    /// Why this number.
    pub why: &'static str,
}

impl Threshold {
    /// Whether a value lies above the bound; NaN never does.
    pub fn is_below(&self, value: f64) -> bool {
        value > self.value
    }

    /// Whether a value lies below the bound; NaN never does.
    pub fn is_above(&self, value: f64) -> bool {
        value < self.value
    }

    /// A measured value held against it.
    pub fn against(&self, value: f64) -> Evidence {
        Evidence {
            quantity: self.quantity,
            value,
            threshold: self.value,
            healthy: self.healthy,
            layer: None,
            epoch: None,
        }
    }
}

impl Evidence {
    /// The same, of a layer.
    pub fn in_layer(self, layer: &str) -> Evidence {
        Evidence {
            layer: Some(layer.to_owned()),
            ..self
        }
    }

    /// The same, first seen in this epoch.
    pub fn from_epoch(self, epoch: Option<u64>) -> Evidence {
        Evidence { epoch, ..self }
    }

    /// `median κ of the layers 0.03 (threshold 0.3, healthy 0.4 – 1.1)`.
    pub fn in_words(&self) -> String {
        let at = self.layer.as_ref().map(|layer| format!(" of {layer}"));
        format!(
            "{}{} {} (threshold {}, healthy {} – {})",
            self.quantity,
            at.unwrap_or_default(),
            number(self.value),
            number(self.threshold),
            number(self.healthy.0),
            number(self.healthy.1)
        )
    }
}
