//! The layers of a network by its settings, without weights: the plan from which every executor builds.

use super::custom;
use crate::config::Settings;
use crate::config::settings::{ModelSettings, OutputActivation};

pub use super::layer_plan::{LayerPlan, activation, described};

/// Returns every layer, input side first, for `features` columns of x and `outputs` columns of y. Returns none for a
/// one-weight model.
pub fn layers(settings: &Settings, features: usize, outputs: usize) -> Vec<LayerPlan> {
    let block = match settings.model {
        ModelSettings::Residual { layers, .. } => Some(layers),
        ModelSettings::Risk(_) => return Vec::new(),
        ModelSettings::Custom(_) => return custom::plan(settings, features, outputs),
        ModelSettings::Linear | ModelSettings::Mlp { .. } => None,
    };
    // The first hidden layer comes before the blocks.
    let skip = |i: usize| {
        let layers = block?;
        (i > 0 && i.is_multiple_of(layers)).then(|| i - layers)
    };
    let mut all = Vec::new();
    let mut inputs = features;
    for (i, (name, width)) in hidden(&settings.model).into_iter().enumerate() {
        all.push(LayerPlan {
            name,
            inputs,
            outputs: width,
            bias: None,
            norm: settings.norm_at(|at| at.hidden),
            skip: skip(i),
        });
        inputs = width;
    }
    all.push(LayerPlan {
        name: "output".to_owned(),
        inputs,
        outputs,
        bias: settings.output_bias,
        norm: settings.norm_at(|at| at.output),
        skip: None,
    });
    all
}

/// Returns the number of columns of y: one per target of a regression (`classes` = 0), one for two classes without
/// softmax, else one per class.
pub fn outputs(settings: &Settings, classes: usize, targets: usize) -> usize {
    match classes {
        0 => targets,
        2 if settings.output != OutputActivation::Softmax => 1,
        k => k,
    }
}

/// Returns names and widths of the hidden layers, input side first.
fn hidden(model: &ModelSettings) -> Vec<(String, usize)> {
    match model {
        ModelSettings::Linear | ModelSettings::Custom(_) | ModelSettings::Risk(_) => Vec::new(),
        ModelSettings::Mlp { hidden } => hidden
            .iter()
            .enumerate()
            .map(|(i, width)| (format!("hidden {}", i + 1), *width))
            .collect(),
        ModelSettings::Residual {
            blocks,
            layers,
            width,
        } => {
            let blocks =
                (1..=*blocks).flat_map(|b| (1..=*layers).map(move |l| format!("block {b}.{l}")));
            std::iter::once("lift".to_owned())
                .chain(blocks)
                .map(|name| (name, *width))
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_takes_every_skip_connection() {
        let depths = |model: ModelSettings| {
            let settings = Settings {
                model,
                ..Settings::default()
            };
            let plan = layers(&settings, 2, 1);
            let depths = described(&settings, &plan).into_iter();
            depths.filter_map(|layer| layer.depth).collect::<Vec<_>>()
        };
        let hidden = vec![4; 2];
        assert_eq!(
            depths(ModelSettings::Mlp { hidden }),
            [[3, 3], [2, 2], [1, 1]]
        );
        // lift, then two blocks of two layers, then the output.
        let residual = ModelSettings::Residual {
            blocks: 2,
            layers: 2,
            width: 4,
        };
        let expected = [[6, 2], [5, 3], [4, 2], [3, 3], [2, 2], [1, 1]];
        assert_eq!(depths(residual), expected);
    }
}
