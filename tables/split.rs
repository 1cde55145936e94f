//! Writes the training and validation rows of a run, to train other libraries on the same split.
//!
//! `cargo run --example split -- tables/digits.toml SEED` prints CSV with the columns part, target and features.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::Path;
use sweep::config::Overrides;
use sweep::load::load;
use sweep::train::datasets::dataset;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, seed] = arguments.as_slice() else {
        return Err("usage: split FILE.toml SEED".into());
    };
    let loaded =
        load(Path::new(path), &Overrides::default()).map_err(|faults| format!("{faults:?}"))?;
    let cell = loaded.cells.first().ok_or("the grid has no cells")?;
    let data = dataset(&cell.settings.data, &loaded.files, seed.parse()?)?;
    println!("part,target,{}", data.features.join(","));
    for (part, rows) in [("train", &data.train), ("validation", &data.validation)] {
        for (x, y) in rows.x.chunks_exact(data.features.len()).zip(&rows.y) {
            let x: Vec<String> = x.iter().map(f64::to_string).collect();
            println!("{part},{y},{}", x.join(","));
        }
    }
    Ok(())
}
