//! Reads all sweep files before anything is trained, and reports the errors of all files together.

use super::args::FileArgs;
use super::problem::Problem;
use crate::load::find::{Opened, find};
use crate::report::names::conflicts;
use crate::spec::keys::Registry;
use crate::spec::{COMMAND_LINE, Fault, FaultList, Faults, Overrides, render};
use crate::terminal::output::{Output, stderr_has_colours};
use crate::terminal::warnings::Warnings;
use std::collections::BTreeSet;
use std::path::Path;

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
    let (found, of_paths) = find(&args.files);
    let pages: Vec<(&str, &Path)> = found
        .iter()
        .map(|file| (&*file.page, &*file.path))
        .collect();
    let mut wrong = FaultList::default();
    wrong.extend(of_paths);
    let of_command_line = |message: String| Fault::of(Path::new(COMMAND_LINE), message);
    wrong.extend(conflicts(&pages).into_iter().map(of_command_line));
    let mut of_call = BTreeSet::new();
    let mut warnings = Warnings::default();
    for file in found {
        match file.open(&overrides, registry) {
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
