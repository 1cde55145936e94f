//! Generated data: one [`RawTable`] of rows per generator, from its settings and the seed of the run.
//!
//! Features use the random stream `data`, and noise the stream `noise`. A sweep over `noise` keeps the points and
//! scales the same noise.

use super::DataError;
use super::rows::{Generated, RawTable};
use super::{classification, large_regression, regression};
use crate::config::settings::{DataSettings, Source};
use crate::seed;

/// Returns the rows of a generator, scaled and shifted; `None` for a file.
///
/// # Errors
/// [`DataError::Features`] if the number of scales or offsets differs from the number of features.
pub(super) fn table(settings: &DataSettings, seed: u64) -> Result<Option<RawTable>, DataError> {
    let Some(mut made) = made(settings, seed) else {
        return Ok(None);
    };
    rescale(settings, made.features, made.rows.x.to_mut())?;
    Ok(Some(RawTable {
        features: features(made.features),
        targets: vec![target(made.classes)],
        classes: (0..made.classes).map(|class| class.to_string()).collect(),
        rows: made.rows,
        left_out: 0,
    }))
}

/// Returns the feature names `x`, or `x1`, `x2`, …
pub(super) fn features(d: usize) -> Vec<String> {
    match d {
        1 => vec!["x".to_owned()],
        d => (1..=d).map(|j| format!("x{j}")).collect(),
    }
}

/// Returns the target name: `y`, or `class` for a classification.
pub(super) fn target(classes: usize) -> String {
    if classes == 0 { "y" } else { "class" }.to_owned()
}

fn made(settings: &DataSettings, seed: u64) -> Option<Generated> {
    let rows = settings.rows;
    let mut data = seed::stream(seed, "data");
    let mut made = match settings.source {
        Source::Sine { frequency, range } => {
            regression::sampled(rows, range, &mut data, |x| (frequency * x).sin())
        }
        Source::Wiggle { range } => regression::sampled(rows, range, &mut data, regression::wiggle),
        Source::Linear {
            features,
            condition,
        } => regression::linear(rows, features, condition, &mut data),
        Source::Gaussian { features } => Generated {
            rows: large_regression::linear(rows, features, 0.0, seed),
            features,
            classes: 0,
        },
        Source::Moons => classification::moons(rows, &mut data),
        Source::Circles => classification::circles(rows, &mut data),
        Source::Spirals { classes, turns } => {
            classification::spirals(rows, classes, turns, &mut data)
        }
        Source::Blobs { features, classes } => {
            classification::blobs(rows, features, classes, &mut data)
        }
        Source::Xor => classification::xor(rows, &mut data),
        Source::None
        | Source::Csv { .. }
        | Source::Npy { .. }
        | Source::Npz { .. }
        | Source::Idx { .. }
        | Source::Custom { .. } => return None,
    };
    let mut noise = seed::stream(seed, "noise");
    let noisy = if made.classes == 0 {
        &mut made.rows.y
    } else {
        made.rows.x.to_mut()
    };
    for value in noisy {
        *value += settings.noise * regression::normal(&mut noise);
    }
    Some(made)
}

/// Returns whether features are scaled or shifted.
pub(super) fn is_moved(settings: &DataSettings) -> bool {
    !settings.scales.is_empty() || !settings.offsets.is_empty()
}

/// Multiplies every feature by its scale and then adds its offset.
///
/// # Errors
/// [`DataError::Features`] if their number differs from the number of features.
pub(super) fn rescale(
    settings: &DataSettings,
    features: usize,
    x: &mut [f64],
) -> Result<(), DataError> {
    for (key, given) in [("scales", &settings.scales), ("offsets", &settings.offsets)] {
        if !given.is_empty() && given.len() != features {
            return Err(DataError::Features {
                key,
                given: given.len(),
                features,
            });
        }
    }
    for row in x.chunks_exact_mut(features.max(1)) {
        for (j, value) in row.iter_mut().enumerate() {
            *value *= settings.scales.get(j).unwrap_or(&1.0);
            *value += settings.offsets.get(j).unwrap_or(&0.0);
        }
    }
    Ok(())
}
