//! Normalization: its kind, and the layers that it applies to.

/// The layers with normalization. It applies to their linear outputs, or to the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NormSites {
    /// The features, before the first layer.
    pub input: bool,
    /// Linear outputs z of every hidden layer.
    pub hidden: bool,
    /// Linear outputs z of the output layer.
    pub output: bool,
}

/// The kind of normalization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Normalisation {
    /// Over the same feature in all rows of the batch (Ioffe and Szegedy 2015; PyTorch's `BatchNorm1d`).
    Batch,
    /// Over the features of the same row (Ba, Kiros and Hinton 2016; PyTorch's `LayerNorm`).
    Layer,
}
