//! What rules know of the words of a trace, and of the shape of its model. Programs write other words too: these say
//! nothing, as if nothing was recorded.

use crate::trace::Trace;

/// Returns whether a trace is of a one-weight model, which has neither rows nor layers.
pub fn is_one_weight(trace: &Trace) -> bool {
    let has_one = matches!(&trace.layers[..], [layer] if layer.inputs * layer.outputs == 1);
    has_one && trace.data.train_rows == 0
}

/// Returns whether an activation function saturates at both ends; `None` for an unknown word.
pub fn saturates(activation: &str) -> Option<bool> {
    match activation {
        "sigmoid" | "tanh" | "softmax" => Some(true),
        "linear" | "relu" | "leaky-relu" | "gelu" | "silu" | "elu" | "softplus" => Some(false),
        _ => None,
    }
}

/// Returns whether an activation function is linear; `None` for an unknown word.
pub fn is_linear(activation: &str) -> Option<bool> {
    saturates(activation).map(|_| activation == "linear")
}

/// Returns half of the range of an activation function that saturates; `None` for others and for unknown words.
pub fn half_range(activation: &str) -> Option<f64> {
    match activation {
        "sigmoid" | "softmax" => Some(0.5),
        "tanh" => Some(1.0),
        _ => None,
    }
}

/// Returns whether a word names a normalization, and not its absence; `None` for an unknown word.
pub fn is_normalizing(word: &str) -> Option<bool> {
    match word {
        "none" => Some(false),
        "batch" | "layer" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::keys::find;
    use crate::config::settings::Normalisation;

    #[test]
    fn every_activation_and_normalization_of_sweep_files_is_known_and_no_other_word_is() {
        for key in ["activation", "output"] {
            for word in find(key).unwrap().kind.words() {
                assert!(saturates(word.name).is_some(), "{}", word.name);
            }
        }
        for norm in [Normalisation::Batch, Normalisation::Layer] {
            assert_eq!(is_normalizing(norm.name()), Some(true));
        }
        for word in ["ReLU", "mish", "identity", "group", ""] {
            assert_eq!((saturates(word), is_linear(word)), (None, None));
            assert_eq!((half_range(word), is_normalizing(word)), (None, None));
        }
        assert_eq!(
            (is_linear("linear"), is_linear("relu")),
            (Some(true), Some(false))
        );
    }
}
