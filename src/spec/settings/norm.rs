//! What normalises the numbers on their way through a network, and where.

use super::Settings;

/// Where a normalisation stands: each is of a layer's linear output, or of the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NormSites {
    /// The features, before the first layer.
    pub input: bool,
    /// z of every hidden layer.
    pub hidden: bool,
    /// z of the output layer.
    pub output: bool,
}

/// What numbers are normalised with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Normalisation {
    /// Those of the same feature in the other rows of the batch (Ioffe and Szegedy 2015; PyTorch's
    /// `BatchNorm1d`).
    Batch,
    /// The other features of the same row (Ba, Kiros and Hinton 2016; PyTorch's `LayerNorm`).
    Layer,
}

impl Settings {
    /// What normalises at a site; a network has one kind of normalisation.
    pub fn norm_at(&self, site: impl Fn(&NormSites) -> bool) -> Option<Normalisation> {
        match site(&self.batch_norm) {
            true => Some(Normalisation::Batch),
            false => site(&self.layer_norm).then_some(Normalisation::Layer),
        }
    }

    /// Whether anything is normalised anywhere.
    pub fn is_normed(&self) -> bool {
        let none = NormSites::default();
        self.batch_norm != none || self.layer_norm != none
    }
}
