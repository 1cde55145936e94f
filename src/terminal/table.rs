//! Tables without borders.

use super::output::{BOLD, painted};
use super::text::Text;
use crate::escape;
use comfy_table::Table;

/// Renders a table with a bold header, and without borders or trailing spaces.
pub fn drawn(table: &Table) -> Text {
    let mut text = Text::default();
    for (i, line) in table.lines().enumerate() {
        let line = line.trim_end();
        match i {
            0 => text.line(painted(line, BOLD)),
            _ => text.line(line),
        }
    }
    text
}

/// Returns the fields of a row, each escaped to one line.
pub fn row<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> Vec<String> {
    let cells = cells.into_iter();
    cells
        .map(|cell| escape::line(cell.as_ref()).into_owned())
        .collect()
}
