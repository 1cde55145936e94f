//! Properties of the rows of a run: closed forms, balanced classes, pairing by seed, standardization by training
//! rows.
#![allow(clippy::unwrap_used)]

mod arrays;
mod csv;

use super::*;
use crate::config::settings::{DataSettings, Source};

fn settings(source: Source, rows: usize) -> DataSettings {
    DataSettings {
        source,
        rows,
        noise: 0.0,
        scales: Vec::new(),
        offsets: Vec::new(),
        validation: 0.0,
        test: 0.0,
        standardize: false,
        max_rows: None,
        folds: None,
    }
}

fn make(settings: &DataSettings, seed: u64) -> Dataset {
    dataset(settings, &Files::default(), seed).unwrap()
}

fn class_sources() -> [Source; 5] {
    [
        Source::Moons,
        Source::Circles,
        Source::Spirals {
            classes: 3,
            turns: 1.0,
        },
        Source::Blobs {
            features: 3,
            classes: 4,
        },
        Source::Xor,
    ]
}

const SINE: Source = Source::Sine {
    frequency: 2.0,
    range: [-3.0, 1.0],
};

#[test]
fn sine_without_noise_lies_on_the_curve_and_fills_the_range() {
    let data = make(&settings(SINE, 500), 1);
    assert_eq!(
        (data.features.as_slice(), data.target.as_str()),
        (&["x".to_owned()][..], "y")
    );
    for (x, y) in data.train.x.iter().zip(&data.train.y) {
        assert!((-3.0..1.0).contains(x));
        assert_eq!((2.0 * x).sin(), *y);
    }
    let mean = data.train.x.iter().sum::<f64>() / 500.0;
    // Four standard errors: sd of a uniform variable of width 4 over the root of 500.
    assert!((mean + 1.0).abs() < 4.0 * (16.0_f64 / 12.0 / 500.0).sqrt());
}

#[test]
fn noise_has_the_given_standard_deviation() {
    let mut noisy = settings(SINE, 4000);
    noisy.noise = 0.3;
    let data = make(&noisy, 5);
    let squares = data.train.x.iter().zip(&data.train.y);
    let sum: f64 = squares.map(|(x, y)| (y - (2.0 * x).sin()).powi(2)).sum();
    assert!(((sum / 4000.0).sqrt() / 0.3 - 1.0).abs() < 0.05);
}

#[test]
fn changing_the_noise_keeps_the_points() {
    let mut noisy = settings(SINE, 64);
    noisy.noise = 0.5;
    let (quiet, loud) = (make(&settings(SINE, 64), 9), make(&noisy, 9));
    assert_eq!(quiet.train.x, loud.train.x);
    assert_ne!(quiet.train.y, loud.train.y);
    for source in class_sources() {
        let quiet = make(&settings(source.clone(), 60), 9);
        let mut noisy = settings(source, 60);
        noisy.noise = 1e-9;
        let loud = make(&noisy, 9);
        assert_eq!(quiet.train.y, loud.train.y);
        let far = quiet.train.x.iter().zip(&loud.train.x);
        assert!(far.map(|(a, b)| (a - b).abs()).all(|step| step < 1e-7));
    }
}

#[test]
fn linear_without_noise_is_a_linear_map() {
    let source = Source::Linear {
        features: 2,
        condition: 100.0,
    };
    let data = make(&settings(source, 50), 2);
    // Differences of rows satisfy y = w·x without b, so three of them are linearly dependent.
    let row = |i: usize| {
        [
            data.train.x[2 * i],
            data.train.x[2 * i + 1],
            data.train.y[i],
        ]
    };
    let less = |a: [f64; 3], b: [f64; 3]| [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    for i in 3..50 {
        let [a, b, c] = [
            less(row(1), row(0)),
            less(row(2), row(0)),
            less(row(i), row(0)),
        ];
        let determinant = a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
            + a[2] * (b[0] * c[1] - b[1] * c[0]);
        assert!(determinant.abs() < 1e-12);
    }
}

#[test]
fn classes_are_balanced_and_shuffled() {
    for source in class_sources() {
        let data = make(&settings(source, 121), 3);
        let counts = (0..data.classes.len())
            .map(|class| data.train.y.iter().filter(|&&y| y == class as f64).count());
        let (least, most) = counts.fold((usize::MAX, 0), |(l, m), n| (l.min(n), m.max(n)));
        assert!(most - least <= 1, "{least} to {most}");
        assert!(data.train.y.windows(2).any(|pair| pair[0] == pair[1]));
        assert_eq!(data.classes[1], "1");
        assert_eq!(
            (data.target.as_str(), data.features[1].as_str()),
            ("class", "x2")
        );
    }
}

#[test]
fn equal_seeds_give_equal_rows_and_other_seeds_other_rows() {
    for source in class_sources().into_iter().chain([SINE]) {
        let settings = settings(source, 40);
        assert_eq!(make(&settings, 4), make(&settings, 4));
        assert_ne!(make(&settings, 4).train, make(&settings, 5).train);
    }
}

#[test]
fn scales_are_applied_before_offsets() {
    let plain = make(&settings(Source::Moons, 20), 0);
    let mut moved = settings(Source::Moons, 20);
    moved.scales = vec![1.0, 100.0];
    moved.offsets = vec![0.0, 7.0];
    let moved = make(&moved, 0);
    for (a, b) in plain.train.x.chunks(2).zip(moved.train.x.chunks(2)) {
        assert_eq!([a[0], a[1] * 100.0 + 7.0], b);
    }
}

#[test]
fn scales_of_a_wrong_number_are_rejected() {
    let mut moved = settings(SINE, 20);
    moved.scales = vec![1.0, 100.0];
    let error = dataset(&moved, &Files::default(), 0).unwrap_err();
    insta::assert_snapshot!(error, @"failed to apply `data.scales`: it has 2 values, but the data has 1 feature; list one per feature");
}

#[test]
fn standardization_uses_training_rows_only() {
    let mut plain = settings(Source::Moons, 200);
    (plain.noise, plain.validation, plain.test) = (0.2, 0.25, 0.1);
    let mut standard = plain.clone();
    standard.standardize = true;
    let (plain, standard) = (make(&plain, 6), make(&standard, 6));
    assert_eq!(
        (
            standard.train.len(),
            standard.validation.len(),
            standard.test.len()
        ),
        (130, 50, 20)
    );
    for j in 0..2 {
        let column =
            |rows: &Rows| -> Vec<f64> { rows.x.iter().skip(j).step_by(2).copied().collect() };
        let train = column(&standard.train);
        let mean = train.iter().sum::<f64>() / 130.0;
        let square = train.iter().map(|x| x * x).sum::<f64>() / 130.0;
        assert!(mean.abs() < 1e-12 && (square - 1.0).abs() < 1e-12);
        let back = column(&standard.validation);
        for (raw, x) in column(&plain.validation).iter().zip(back) {
            assert!((x * standard.scale[j] + standard.shift[j] - raw).abs() < 1e-12);
        }
    }
    assert_eq!(plain.train.y, standard.train.y);
    assert_eq!((plain.shift, plain.scale), (vec![0.0; 2], vec![1.0; 2]));
}

#[test]
fn sizes_match_the_generated_rows() {
    let linear = Source::Linear {
        features: 3,
        condition: 1.0,
    };
    let gaussian = Source::Gaussian { features: 4 };
    let wiggle = Source::Wiggle { range: [0.0, 1.0] };
    for source in class_sources()
        .into_iter()
        .chain([SINE, wiggle, linear, gaussian])
    {
        let mut settings = settings(source, 90);
        (settings.validation, settings.test) = (0.25, 0.1);
        let data = make(&settings, 0);
        let expected = Sizes {
            features: data.features.len(),
            targets: 1,
            classes: data.classes.len(),
            train: data.train.len(),
            validation: data.validation.len(),
            test: data.test.len(),
            in_place: false,
        };
        assert_eq!(sizes(&settings, &Files::default()), Some(expected));
    }
}
