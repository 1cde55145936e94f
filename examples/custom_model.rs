//! `sweep` with a custom model and a custom data source: a small convolutional network on images of
//! 8 × 8 pixels with a vertical or horizontal bar.
//!
//! `cargo run --release --example custom_model -- examples/custom_model.toml` trains it and an MLP, and writes
//! the report. All other commands of `sweep` work too.

use candle_core::Tensor;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::error::Error;
use std::process::ExitCode;
use sweep::custom::{
    Builder, Custom, CustomKey, CustomModel, CustomRows, CustomSource, Field, Forward, KeyDefault,
    Kind, SourceRequest, between, integer,
};

/// Pixels per side.
const SIDE: usize = 8;

/// Keys of the model in sweep files, in addition to those of every model.
const KEYS: &[CustomKey] = &[CustomKey {
    name: "channels",
    doc: "Channels of the convolution.",
    kind: integer(1, 64),
    default: KeyDefault::Integer(4),
}];

/// Fields of the data source: `source = { bars = 600, noise = 0.7 }`.
const FIELDS: &[Field] = &[
    Field {
        name: "bars",
        doc: "number of images",
        kind: integer(2, 100_000),
        required: true,
    },
    Field {
        name: "noise",
        doc: "maximum change of a pixel value; default 0.5",
        kind: Kind::Number(between(0.0, true, f64::INFINITY, false)),
        required: false,
    },
];

fn main() -> ExitCode {
    let conv = CustomModel {
        name: "conv",
        doc: "a 3 × 3 convolution, global average pooling, and a dense layer",
        version: 1,
        keys: KEYS,
    };
    let bars = CustomSource {
        name: "bars",
        doc: "images of 8 × 8 pixels with a vertical or horizontal bar",
        fields: FIELDS,
    };
    sweep::cli::main_with(Custom::default().model(conv, build).source(bars, read))
}

/// Builds the convolutional network and its forward pass.
fn build(build: &mut Builder) -> Result<Forward, Box<dyn Error + Send + Sync>> {
    let channels = build.given().count("channels")?;
    if build.features() != SIDE * SIDE {
        return Err(format!("`conv` takes images of 64 pixels, not {}", build.features()).into());
    }
    let convolution = build.hidden("convolution", 3 * 3, channels)?;
    let output = build.output(channels)?;
    Ok(Box::new(move |x, layers| {
        let images = x.reshape(((), 1, SIDE, SIDE))?;
        let kernel = convolution.weight.t()?.reshape((channels, 1, 3, 3))?;
        let bias = convolution.bias.reshape((1, channels, 1, 1))?;
        let z = images.conv2d(&kernel, 1, 1, 1, 1)?.broadcast_add(&bias)?;
        let a: Tensor = layers.activate(&z)?;
        output.forward(&a.mean((2, 3))?)
    }))
}

/// Returns the images. They depend only on their number and the noise.
fn read(asked: SourceRequest) -> Result<CustomRows, Box<dyn Error + Send + Sync>> {
    let count = asked.given.count("bars")?;
    let noise = asked.given.number("noise").unwrap_or(0.5);
    let mut stream = ChaCha8Rng::seed_from_u64(8);
    let mut rows = CustomRows {
        features: (0..SIDE * SIDE).map(|i| format!("pixel {i}")).collect(),
        targets: vec!["bar".to_owned()],
        classes: vec!["lying".to_owned(), "upright".to_owned()],
        ..CustomRows::default()
    };
    for image in 0..count {
        let is_upright = image % 2 == 1;
        let (across, from) = (
            stream.random_range(0..SIDE),
            stream.random_range(0..SIDE - 2),
        );
        for pixel in 0..SIDE * SIDE {
            let (line, column) = (pixel / SIDE, pixel % SIDE);
            let (at, along) = if is_upright {
                (column, line)
            } else {
                (line, column)
            };
            let is_set = at == across && (from..from + 3).contains(&along);
            let change = noise * (2.0 * stream.random::<f64>() - 1.0);
            rows.x.push(f64::from(u8::from(is_set)) + change);
        }
        rows.y.push(f64::from(u8::from(is_upright)));
    }
    Ok(rows)
}
