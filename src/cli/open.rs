//! Reads all sweep files before anything is trained, and reports the errors of all files together.

use super::args::FileArgs;
use super::output::{Output, stderr_has_colours};
use super::pages::{self, Found};
use super::problem::Problem;
use crate::data::Files;
use crate::grid::Cell;
use crate::load::{Loaded, load_with};
use crate::number::count;
use crate::spec::keys::Registry;
use crate::spec::{self, COMMAND_LINE, Fault, FaultList, Faults, Overrides, SHOWN, Sweep, render};
use std::collections::BTreeSet;
use std::path::Path;

/// A sweep file without errors.
pub struct Opened {
    pub page: String,
    pub sweep: Sweep,
    pub cells: Vec<Cell>,
    pub files: Files,
}

/// The printed warnings, so that those of the command line are printed once.
#[derive(Default)]
pub struct Warnings(BTreeSet<String>);

impl Warnings {
    /// Prints the warnings of a file, one line for each place.
    pub fn of(&mut self, sweep: &Sweep, output: &Output) {
        let path = sweep.path.display();
        for found in sweep.deprecated.iter().take(SHOWN) {
            let (word, place) = (found.word, &found.place);
            let line = match place.document.path == sweep.path {
                true => format!(
                    "{path}:{}: {word}; `sweep migrate {path}` rewrites it",
                    place.line()
                ),
                false => format!("{COMMAND_LINE}: {word}"),
            };
            if self.0.insert(line.clone()) {
                output.warning(line);
            }
        }
        if let Some(more @ 1..) = sweep.deprecated.len().checked_sub(SHOWN) {
            let more = count(more, "more deprecated word");
            output.warning(format_args!(
                "{path}: {more}; `sweep migrate {path}` rewrites them"
            ));
        }
        for warning in sweep.warnings.iter().take(SHOWN) {
            output.warning(line(warning));
        }
    }
}

/// Returns a warning as one line.
fn line(warning: &Fault) -> String {
    let Fault {
        path,
        text,
        span,
        message,
        help,
        ..
    } = warning;
    let before = text.as_deref().and_then(|text| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    let help = help
        .as_ref()
        .map_or(String::new(), |help| format!("; {help}"));
    format!("{}:{line}: {message}{help}", path.display())
}

/// Reads every sweep file that the command line names.
///
/// # Errors
/// Missing files, and all errors in files.
pub fn open(args: &FileArgs, registry: Registry, output: &Output) -> Result<Vec<Opened>, Problem> {
    let overrides = Overrides {
        set: args.set.clone(),
        seeds: args.seeds.as_ref().map(|seeds| seeds.0.clone()),
    };
    let mut opened = Vec::new();
    let (found, of_paths) = pages::find(&args.files);
    let mut wrong = FaultList::default();
    wrong.extend(of_paths);
    let mut of_call = BTreeSet::new();
    let mut warnings = Warnings::default();
    for file in found {
        match open_one(file, &overrides, registry) {
            Ok(sweep) => {
                warnings.of(&sweep.sweep, output);
                opened.push(sweep);
            }
            Err(faults) => {
                for fault in faults.0 {
                    // Each file repeats the errors of the command line.
                    let is_repeated = fault.path == Path::new(COMMAND_LINE)
                        && !of_call.insert((fault.message.clone(), fault.label.clone()));
                    if !is_repeated {
                        wrong.push(fault);
                    }
                }
            }
        }
    }
    if wrong.is_empty() {
        return Ok(opened);
    }
    let wrong = Faults(wrong.into_vec());
    output.drawn(render(&wrong, stderr_has_colours()).trim_end());
    Err(Problem::Faults(wrong.count()))
}

/// Reads one file.
///
/// # Errors
/// All errors in the file.
pub fn open_one(file: Found, overrides: &Overrides, registry: Registry) -> Result<Opened, Faults> {
    let Loaded {
        sweep,
        cells,
        files,
    } = load_with(&file.path, &spec::text(&file.path)?, overrides, registry)?;
    Ok(Opened {
        page: file.page,
        sweep,
        cells,
        files,
    })
}
