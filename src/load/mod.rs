//! Loads a sweep file: reads its text and data files, and builds its cells. Reports all errors of all three at once.
//! [`find`](mod@find) lists the sweep files of paths and folders, and [`rewrite`] replaces deprecated words in them.

pub mod find;
pub mod rewrite;

use crate::config;
use crate::config::files::named;
use crate::config::keys::Registry;
use crate::config::{Draft, Faults, Overrides, Sweep};
use crate::grid::{self, Cell};
use crate::train::datasets::{Files, Recorded};
use std::path::Path;

/// A sweep that is ready for training.
#[derive(Debug)]
pub struct Loaded {
    /// The sweep file.
    pub sweep: Sweep,
    /// Its cells, in the order of the grid.
    pub cells: Vec<Cell>,
    /// The data files of the cells.
    pub files: Files,
}

/// Reads a sweep file.
///
/// # Errors
/// All errors at once: those of the text, those of the data files, and those that only cells reveal.
pub fn load(path: &Path, overrides: &Overrides) -> Result<Loaded, Faults> {
    load_text(path, &config::text(path)?, overrides)
}

/// Loads a sweep from its text. The path is for messages, and paths of data files are relative to its folder.
///
/// # Errors
/// As [`load`].
pub fn load_text(path: &Path, text: &str, overrides: &Overrides) -> Result<Loaded, Faults> {
    load_with(path, text, overrides, Registry::default())
}

/// As [`load_text`], with the custom models and data sources of a registry.
///
/// # Errors
/// As [`load`].
pub fn load_with(
    path: &Path,
    text: &str,
    overrides: &Overrides,
    registry: Registry,
) -> Result<Loaded, Faults> {
    let mut draft = config::draft(path, text, overrides, registry);
    let (files, faults) = Files::read(&named(&draft.sweep));
    draft.faults.extend(faults);
    ready(draft, files)
}

/// As [`load_with`], to look at stored runs. A data file that is missing, or that differs from what the sweep recorded of
/// it, is as recorded, and the second value says why. The stored runs are found then, but the sweep cannot be trained.
///
/// # Errors
/// As [`load`].
pub fn load_or_recall(
    path: &Path,
    text: &str,
    overrides: &Overrides,
    registry: Registry,
    recorded: &[Recorded],
) -> Result<(Loaded, Option<String>), Faults> {
    let mut draft = config::draft(path, text, overrides, registry);
    let (named, folder) = (named(&draft.sweep), draft.sweep.folder());
    let (files, faults, why) = Files::read_or_recall(&named, folder, recorded);
    draft.faults.extend(faults);
    Ok((ready(draft, files)?, why))
}

fn ready(draft: Draft, files: Files) -> Result<Loaded, Faults> {
    let (sweep, cells) = grid::cells(draft, &|source| files.contents(source))?;
    Ok(Loaded {
        sweep,
        cells,
        files,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::Value;
    use crate::config::settings::Loss;

    #[test]
    fn the_classes_of_a_file_determine_its_default_loss() {
        let folder = tempfile::tempdir().unwrap();
        let rows = "a\n1,b\n2,c\n3,a\n4,b\n5,c\n6,a\n7,b\n";
        std::fs::write(folder.path().join("abc.csv"), format!("x,y\n0,{rows}")).unwrap();
        std::fs::write(
            folder.path().join("ab.csv"),
            format!("x,y\n0,{}", rows.replace('c', "a")),
        )
        .unwrap();
        let text = "[grid]\n'data.source' = [{ csv = 'abc.csv', target = 'y' }, { csv = 'ab.csv', target = 'y' }, 'sine']\n";
        let path = folder.path().join("sweep.toml");
        let loaded = load_text(&path, text, &Overrides::default()).unwrap();
        let losses: Vec<Loss> = loaded.cells.iter().map(|cell| cell.settings.loss).collect();
        assert_eq!(losses, [Loss::CrossEntropy, Loss::Bce, Loss::Mse]);
        let value = |key| loaded.cells[0].values.get(key);
        assert_eq!(
            value("loss"),
            Some(&Value::Text("cross-entropy".to_owned()))
        );
        assert_eq!(value("data.classes"), Some(&Value::Integer(3)));
    }
}
