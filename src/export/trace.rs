//! Traces as they are, one JSON object per line: the form that `docs/trace.schema.json` describes, with the run ID.

use super::exported::Exported;
use super::files::{ExportError, failed};
use crate::atomic_write::Partial;
use serde_json::{Value as Json, json};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes `<page>.jsonl` with one line per trained run.
pub fn write(of: &Exported, into: &Path) -> Result<Vec<PathBuf>, ExportError> {
    let mut name = of.page.to_owned();
    name.push_str(".jsonl");
    let path = into.join(name);
    let fill = || -> io::Result<Partial> {
        let partial = Partial::create(&path)?;
        let mut file = partial.writer()?;
        for run in of.runs() {
            if let Some((trace, _)) = run.trained {
                let mut line = json!({ "id": run.id.to_string() });
                if let (Json::Object(line), Json::Object(trace)) = (&mut line, json!(trace)) {
                    line.extend(trace);
                }
                writeln!(file, "{line}")?;
            }
        }
        file.flush()?;
        Ok(partial)
    };
    let written = fill().and_then(Partial::finish);
    written.map_err(|source| failed(&path, source))?;
    Ok(vec![path])
}
