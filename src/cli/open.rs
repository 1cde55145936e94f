//! Sweep files are read, all of them, before anything is done with any: every fault of every file
//! is told at once.

use super::args::FileArgs;
use super::output::{Output, stderr_has_colours};
use super::pages::{self, Found};
use super::problem::Problem;
use crate::data::Files;
use crate::grid::Cell;
use crate::load::{Loaded, load};
use crate::spec::{Faults, Overrides, Sweep, render};

/// A sweep file that has been read and found good.
pub struct Opened {
    pub page: String,
    pub sweep: Sweep,
    pub cells: Vec<Cell>,
    pub files: Files,
}

/// Reads every file that is meant.
///
/// # Errors
/// Files that aren't there, and every fault of every file.
pub fn open(args: &FileArgs, output: &Output) -> Result<Vec<Opened>, Problem> {
    let overrides = Overrides {
        set: args.set.clone(),
        seeds: args.seeds.as_ref().map(|seeds| seeds.0.clone()),
    };
    let mut opened = Vec::new();
    let (found, mut wrong) = pages::find(&args.files);
    for file in found {
        match open_one(file, &overrides) {
            Ok(sweep) => opened.push(sweep),
            // What is wrong with the command line is so for every file.
            Err(faults) => {
                for fault in faults.0 {
                    if !wrong.contains(&fault) {
                        wrong.push(fault);
                    }
                }
            }
        }
    }
    if wrong.is_empty() {
        return Ok(opened);
    }
    let wrong = Faults(wrong);
    output.drawn(render(&wrong, stderr_has_colours()).trim_end());
    Err(Problem::Faults(wrong.0.len()))
}

/// Reads one file.
///
/// # Errors
/// Every fault of it.
pub fn open_one(file: Found, overrides: &Overrides) -> Result<Opened, Faults> {
    let Loaded {
        sweep,
        cells,
        files,
    } = load(&file.path, overrides)?;
    Ok(Opened {
        page: file.page,
        sweep,
        cells,
        files,
    })
}
