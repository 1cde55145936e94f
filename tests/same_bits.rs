//! Bit-identical runs: on any number of threads, in any order of the grid, and in every version of the program.
#![allow(clippy::unwrap_used)]

mod common;
mod support;

use common::{dataset, every_engine, numbers, run, run_on, settings, sine};
use support::{LONG, Place};
use sweep::config::settings::*;
use sweep::identity::NUMERICS_VERSION;
use sweep::train::datasets::Rows;

/// A run with only additions, multiplications, divisions and roots, which are the same everywhere. If this digest
/// changes, stored runs differ from new ones: increase `NUMERICS_VERSION`.
#[test]
fn a_change_of_numerics_needs_a_new_version() {
    let mut rows = Rows::default();
    for i in 0..50 {
        let x = -1.0 + i as f64 / 25.0;
        rows.x.extend([x]);
        rows.y.push(x * x * x - 0.5 * x);
    }
    let data = dataset(1, &[], rows.clone(), rows);
    let mut settings = settings();
    settings.precision = Precision::F64;
    settings.init = Init::Torch;
    settings.batch = BatchSize::Rows(8);
    let digests = |settings: &Settings| {
        every_engine().map(|engine| {
            let trace = run_on(&engine, settings, Some(&data), 5);
            blake3::hash(numbers(&trace).as_bytes()).to_hex()[..16].to_owned()
        })
    };
    let epochs = digests(&settings);
    settings.sampling = Sampling::Fresh;
    settings.batch_norm.hidden = true;
    settings.optimizer = OptimizerSettings::Adam {
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
    };
    let fresh = digests(&settings);
    // The bits of wide layers depend on the kind of processor.
    let [stacked, reference] = [0, 2].map(|engine| format!("{} {}", epochs[engine], fresh[engine]));
    assert_eq!(
        (NUMERICS_VERSION, stacked.as_str(), reference.as_str()),
        (
            7,
            "cf42f137e5283740 544febe0dc7b578d",
            "06c3fcd0404afa83 4b953d019072bffc",
        )
    );
}

/// The autograd executor uses the kernels of candle, which divide products among threads.
#[test]
fn a_wide_network_is_bit_identical_on_one_thread_and_on_three() {
    let mut settings = settings();
    settings.model = ModelSettings::Mlp {
        hidden: vec![300, 300],
    };
    settings.batch = BatchSize::Full;
    settings.budget = Budget::Steps(3);
    let data = sine(80);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        numbers(&pool.install(|| run(&settings, Some(&data), 0)))
    };
    let one = on(1);
    assert!(one == on(3));
    assert!(one == numbers(&run(&settings, Some(&data), 0)));
}

#[test]
fn traces_are_bit_identical_in_any_order_of_the_grid_and_the_seeds() {
    let short = LONG.replace("3000", "50");
    let shuffled = short
        .replace("[0.001, 0.01, 0.1]", "[0.1, 0.001, 0.01]")
        .replace("seeds = 4", "seeds = [2, 0, 3, 1]");
    assert_ne!(short, shuffled);
    let rows = |text: &str| {
        let place = Place::with("long.toml", text);
        let ran = place.sweep(&["long.toml", "--jobs", "2"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        place.rows()
    };
    let (one, other) = (rows(&short), rows(&shuffled));
    // No cell is good after 50 steps, so reference runs are trained.
    assert_eq!(one.len(), 24 + 4);
    assert!(one == other);
}
