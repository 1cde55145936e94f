//! A sweep from a program of your own: reads a file, trains what is missing, tests fixes, and writes the report.
//!
//! ```sh
//! cargo run --release --example library -- experiments/lr.toml reports
//! ```

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;
use std::path::Path;
use sweep::config::Overrides;
use sweep::execute::Options;
use sweep::load::load;
use sweep::report::{Page, Templates, write_index, write_sweep};
use sweep::store::Store;
use sweep::study::{Test, study};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, out] = &arguments[..] else {
        return Err("usage: library FILE.toml REPORTS".into());
    };
    let out = Path::new(out);
    let store = Store::open(out)?;
    let loaded = load(Path::new(file), &Overrides::default())?;
    let fixes = Test::Suggested { control: false };
    let (sweep, studied) = study(loaded, &store, &Options::default(), fixes)?;
    store.close()?;

    for (of, diagnosis) in studied.results.cells.iter().zip(&studied.diagnoses) {
        println!("{}: {}", of.cell.name(), diagnosis.in_words());
    }
    let templates = Templates::embedded()?;
    let page = Page {
        name: "library",
        sweep: &sweep,
        results: &studied.results,
        diagnoses: &studied.diagnoses,
        verdicts: &studied.verdicts,
        fixes: studied.fixes.as_ref(),
        running: None,
        standalone: false,
        templates: &templates,
    };
    println!("{}", write_sweep(out, &page)?.display());
    println!("{}", write_index(out, &templates)?.display());
    Ok(())
}
