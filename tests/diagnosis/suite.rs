//! The labelled suite of diagnoses: faults injected into sound recipes on one side, what the rules say
//! on the other.
//!
//! ```sh
//! cargo run --release --example diagnosis             # trains what is missing, prints the tables
//! cargo run --release --example diagnosis -- --write  # and keeps them in docs/diagnosis.md
//! cargo run --release --example diagnosis -- --quick  # a part of it, held by CI
//! ```
//!
//! The way of a case: [`sets`] has the rows, [`healthy`] draws a sound recipe for them, [`faults`]
//! break it, [`cases`] draws which in which; [`training`] makes the traces, [`gate`] and [`labels`]
//! say which are kept and what is right to say of each; [`tally`] counts what is said, [`cures`] tries
//! what is prescribed, [`tables`] writes it down. Thresholds are chosen on the half of the data sets for calibration; the bars are
//! held on the other. The exit code is 1 where a bar is missed; of a part, where it is missed by more
//! than chance explains.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod cases;
mod cures;
mod draw;
mod faults;
mod gate;
mod healthy;
mod labels;
mod misnamed;
mod pairs;
mod recipe;
mod rivals;
mod sets;
mod tables;
mod tally;
mod training;

use cases::{Case, FULL, QUICK, Size};
use clap::Parser;
use sets::Half;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tally::{Bar, Tally};

/// Trains the labelled suite where it is not trained yet, and prints how its runs are diagnosed.
#[derive(Parser)]
struct Arguments {
    /// One half only: calibration, or held-out.
    #[arg(long, value_parser = half)]
    half: Option<Half>,
    /// A small part of the half for calibration (or of the other, if it is named), in about a minute.
    #[arg(long)]
    quick: bool,
    /// Prints how many runs of every code are kept, and nothing of what is said of them: draws may be
    /// chosen by that, on either half.
    #[arg(long)]
    kept: bool,
    /// Only cases with this in their name, such as moons/ or too-shallow.
    #[arg(long, default_value = "")]
    only: String,
    /// Lists the runs that are not named rightly, each with its evidence, and prints no tables.
    #[arg(long)]
    misnamed: bool,
    /// Writes the tables to docs/diagnosis.md as well.
    #[arg(long, conflicts_with_all = ["half", "quick", "kept", "only", "misnamed"])]
    write: bool,
    /// Where the traces are kept.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/target/diagnosis"))]
    store: PathBuf,
}

fn half(name: &str) -> Result<Half, String> {
    let halves = [Half::Calibration, Half::HeldOut];
    let found = halves.into_iter().find(|half| half.name() == name);
    found.ok_or_else(|| "expected calibration or held-out".to_owned())
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::parse();
    let size = if arguments.quick { QUICK } else { FULL };
    let halves = match arguments.half {
        Some(half) => vec![half],
        // What a quick look shows may lead to another rule, so that it is no look at the other half.
        None if arguments.quick => vec![Half::Calibration],
        None => vec![Half::HeldOut, Half::Calibration],
    };
    let mut tallies = Vec::new();
    for half in halves {
        tallies.push(counted(half, size, &arguments)?);
    }
    if arguments.misnamed {
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.kept {
        tallies
            .iter()
            .for_each(|tally| println!("{}", tables::kept(tally)));
        return Ok(ExitCode::SUCCESS);
    }
    let text = tables::page(&tallies);
    println!("{text}");
    if arguments.write {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnosis.md");
        std::fs::write(page, text)?;
    }
    let is_missed = |bar: &Bar| match arguments.quick {
        true => bar.is_missed_beyond_chance(),
        false => !bar.is_met(),
    };
    let missed = tallies
        .iter()
        .flat_map(Tally::bars)
        .any(|bar| is_missed(&bar));
    Ok(ExitCode::from(u8::from(missed)))
}

/// Trains one half, and counts what is said of its runs.
fn counted(half: Half, size: Size, arguments: &Arguments) -> Result<Tally, Box<dyn Error>> {
    let mut cases: Vec<Case> = cases::cases(half, size);
    let mut pairs = pairs::pairs(half, size);
    cases.retain(|case| case.id.contains(&arguments.only));
    pairs.retain(|pair| pair.id.contains(&arguments.only));
    let mut wanted = labels::wanted(&cases);
    pairs::want(&pairs, &mut wanted);
    let traces = training::traces(&wanted, &arguments.store)?;
    let labelled = labels::labelled(&cases, &traces);
    if arguments.misnamed {
        misnamed::print(&labelled);
    }
    let mut tally = Tally::of(half, &labelled);
    tally.pairs = pairs::counted(&pairs, &traces);
    // A part of the suite, and what is only listed, are to be had without further training.
    if !(arguments.quick || arguments.misnamed || arguments.kept) {
        tally.cures = cures::cures(&labelled, &arguments.store)?;
    }
    Ok(tally)
}
