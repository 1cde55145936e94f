//! Warnings about sweep files.

use super::output::Output;
use crate::config::{COMMAND_LINE, Fault, SHOWN, Sweep};
use crate::format::count;
use std::collections::BTreeSet;

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
