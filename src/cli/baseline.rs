//! Baselines of `sweep check`: its options, and what was done as text and as JSON.

use super::args::CheckArgs;
use crate::diagnose::baseline::{Applied, BaselineError, Baselines, Change, Comparison};
use crate::terminal::output::{GREEN, RED, painted};
use crate::terminal::text::Text;
use serde_json::{Value as Json, json};
use std::path::Path;

/// Reads the baselines that the options name, or checks that they can be written.
///
/// # Errors
/// A baseline cannot be read or written.
pub fn baselines<'a>(
    args: &CheckArgs,
    files: impl Iterator<Item = &'a Path>,
) -> Result<Baselines, BaselineError> {
    match (&args.save_baseline, &args.baseline) {
        (Some(name), _) => Baselines::save(name, files),
        (None, Some(name)) => Baselines::compare(name, files),
        (None, None) => Ok(Baselines::Unused),
    }
}

/// Returns the path of the saved baseline, or the comparison: a summary line, and one line per change.
pub fn block(applied: &Applied) -> Text {
    let mut text = Text::default();
    match applied {
        Applied::Nothing => {}
        Applied::Saved(path) => {
            let head = painted("saved       ", GREEN);
            text.line(format_args!("  {head}  baseline in {}", path.display()));
        }
        Applied::Compared(compared) => text.add(comparison(compared)),
    }
    text
}

fn comparison(compared: &Comparison) -> Text {
    let (name, mut text) = (&compared.name, Text::default());
    let Some(sentence) = compared.sentence() else {
        let head = painted("unchanged   ", GREEN);
        text.line(format_args!("  {head}  baseline {name}"));
        return text;
    };
    let head = painted("CHANGED     ", RED.bold());
    text.line(format_args!("  {head}  baseline {name}: {sentence}"));
    for change in &compared.changes {
        text.line(format_args!("                {change}"));
    }
    text
}

/// Returns the object of a comparison in the document of `--json`.
pub fn to_json(compared: &Comparison) -> Json {
    let changes = compared.changes.iter().map(Change::to_string);
    json!({ "name": compared.name, "changes": changes.collect::<Vec<String>>() })
}
